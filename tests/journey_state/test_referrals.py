"""Referral codes: one a person, never for oneself, a reward only after the friend has paid."""

from __future__ import annotations

import re
from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from journey_state.contacts import update_contact
from journey_state.errors import (
    JourneyError,
    NotNewCustomerError,
    ReferralAlreadyUsedError,
    ReferralExhaustedError,
    SelfReferralError,
    UnknownReferralCodeError,
)
from journey_state.orders import OrderRequest, confirm_payment, place_order
from journey_state.periods import add_months
from journey_state.referrals import (
    ReferralTerms,
    find_code,
    find_redemption,
    find_status,
    issue_code,
    redeem_code,
    reverse_reward,
    reward_referrer,
)
from journey_state.store import JourneyStore
from journey_state.trials import TrialRequest, start_trial
from tests.fixtures.journeys import NOW, later
from tests.fixtures.people import link_contacts, make_contact
from tests.fixtures.threads import run_together

TERMS = ReferralTerms("SEN-", cap=20, valid_months=12)
ONCE = ReferralTerms("SEN-", cap=1, valid_months=12)


def pay(session: Session, contact_id: str, amount: int = 128_520) -> None:
    order = place_order(session, contact_id, OrderRequest("hosting-m", "month", amount), NOW)
    confirm_payment(session, order.number, amount, NOW)


def test_code_reads_well_and_lives_for_its_months(store: JourneyStore, contact: str) -> None:
    with store.transaction() as session:
        code = issue_code(session, contact, TERMS, NOW)

    assert re.fullmatch(r"SEN-[2-9A-HJKMNP-Z]{6}", code.code)
    assert (code.cap, code.used, code.issued_at, code.expires_at) == (20, 0, NOW, add_months(NOW, 12))
    assert code.is_usable(NOW)
    assert not code.is_usable(code.expires_at)


def test_person_keeps_one_code_on_every_address(store: JourneyStore, contact: str) -> None:
    with store.transaction() as session:
        telegram = make_contact(session, "42", channel="telegram")
        link_contacts(session, contact, telegram)
        code = issue_code(session, contact, TERMS, NOW)

        assert issue_code(session, contact, TERMS, later(days=30)) == code
        assert issue_code(session, telegram, TERMS, later(days=30)) == code
        assert find_code(session, telegram) == code
        assert find_code(session, make_contact(session, "visitor-2")) is None


def test_lapsed_code_lives_again_when_it_is_asked_for(store: JourneyStore, contact: str) -> None:
    with store.transaction() as session:
        code = issue_code(session, contact, TERMS, NOW)
        again = issue_code(session, contact, TERMS, add_months(NOW, 13))

    assert again.code == code.code
    assert again.expires_at == add_months(NOW, 25)


def test_friend_redeems_in_any_spelling(store: JourneyStore, contact: str) -> None:
    with store.transaction() as session:
        code = issue_code(session, contact, TERMS, NOW)
        friend = make_contact(session, "friend")
        redeemed = redeem_code(session, friend, code.code.lower(), later(days=1), message_id="m-1")

        assert (redeemed.code, redeemed.redeemed_at, redeemed.rewarded_at) == (code.code, later(days=1), None)
        assert find_redemption(session, friend) == redeemed
        status = find_status(session, contact)
        assert status is not None and (status.code.used, status.waiting, status.rewarded) == (1, 1, 0)


def test_same_message_redeems_once(store: JourneyStore, contact: str) -> None:
    with store.transaction() as session:
        code = issue_code(session, contact, TERMS, NOW).code
        friend = make_contact(session, "friend")
        first = redeem_code(session, friend, code, NOW, message_id="m-1")

        assert redeem_code(session, friend, code, later(seconds=2), message_id="m-1") == first
        found = find_code(session, contact)
        assert found is not None and found.used == 1


def own_address(session: Session, owner: str, friend: str) -> None:
    link_contacts(session, friend, owner)


def same_phone(session: Session, owner: str, friend: str) -> None:
    update_contact(session, owner, phone="+84912345678")
    update_contact(session, friend, phone="+84912345678")


def same_email(session: Session, owner: str, friend: str) -> None:
    update_contact(session, owner, email="Lan@Example.com")
    update_contact(session, friend, email="lan@example.com ")


def email_of_a_trial(session: Session, owner: str, friend: str) -> None:
    update_contact(session, owner, email="lan@example.com")
    start_trial(session, friend, TrialRequest("vps", days=7, email="lan@example.com"), NOW)


def phone_of_another_own_address(session: Session, owner: str, friend: str) -> None:
    third = make_contact(session, "third")
    link_contacts(session, owner, third)
    same_phone(session, third, friend)


@pytest.mark.parametrize("be_the_same", [own_address, same_phone, same_email, email_of_a_trial, phone_of_another_own_address])
def test_nobody_refers_themselves(store: JourneyStore, contact: str, be_the_same: object) -> None:
    with store.transaction() as session:
        code = issue_code(session, contact, TERMS, NOW)
        friend = make_contact(session, "friend")
        be_the_same(session, contact, friend)  # type: ignore[operator]

        for redeemer in (friend, contact):
            with pytest.raises(SelfReferralError):
                redeem_code(session, redeemer, code.code, NOW)
        assert find_code(session, contact) == code


def test_one_redemption_a_person(store: JourneyStore, contact: str) -> None:
    with store.transaction() as session:
        first, second = issue_code(session, contact, TERMS, NOW), issue_code(session, make_contact(session, "other"), TERMS, NOW)
        friend, telegram = make_contact(session, "friend"), make_contact(session, "42", channel="telegram")
        link_contacts(session, friend, telegram)
        redeem_code(session, friend, first.code, NOW, message_id="m-1")

        for code in (first, second):
            with pytest.raises(ReferralAlreadyUsedError):
                redeem_code(session, telegram, code.code, NOW, message_id="m-2")


def make_unknown(session: Session, code: str, friend: str) -> tuple[str, datetime]:
    return "SEN-NOSUCH", NOW


def make_expired(session: Session, code: str, friend: str) -> tuple[str, datetime]:
    return code, add_months(NOW, 12)


def make_used_up(session: Session, code: str, friend: str) -> tuple[str, datetime]:
    redeem_code(session, make_contact(session, "quicker"), code, NOW)
    return code, NOW


def make_customer(session: Session, code: str, friend: str) -> tuple[str, datetime]:
    pay(session, friend)
    return code, NOW


@pytest.mark.parametrize("break_rule, error, words", [
    (make_unknown, UnknownReferralCodeError, "does not exist"),
    (make_expired, ReferralExhaustedError, "has expired"),
    (make_used_up, ReferralExhaustedError, "is used up"),
    (make_customer, NotNewCustomerError, "has paid before"),
])
def test_broken_rule_is_named_and_writes_nothing(
    store: JourneyStore, contact: str, break_rule: object, error: type[JourneyError], words: str,
) -> None:
    with store.transaction() as session:
        code, friend = issue_code(session, contact, ONCE, NOW).code, make_contact(session, "friend")
        asked, moment = break_rule(session, code, friend)  # type: ignore[operator]
        before = find_code(session, contact)

        with pytest.raises(error, match=words):
            redeem_code(session, friend, asked, moment)
        assert find_code(session, contact) == before
        assert find_redemption(session, friend) is None


def test_free_plan_leaves_a_person_a_new_customer(store: JourneyStore, contact: str) -> None:
    with store.transaction() as session:
        code, friend = issue_code(session, contact, TERMS, NOW).code, make_contact(session, "friend")
        pay(session, friend, amount=0)

        redeem_code(session, friend, code, NOW)
        assert find_redemption(session, friend) is not None


def test_reward_is_noted_once_and_taken_back_once(store: JourneyStore, contact: str) -> None:
    with store.transaction() as session:
        code, friend = issue_code(session, contact, TERMS, NOW).code, make_contact(session, "friend")
        assert reward_referrer(session, friend, NOW) is None
        redeem_code(session, friend, code, NOW)

        assert reward_referrer(session, friend, NOW) == code
        assert reward_referrer(session, friend, later(days=1)) is None
        assert reverse_reward(session, friend) == code
        assert reverse_reward(session, friend) is None


def test_person_without_a_code_has_no_status(store: JourneyStore, contact: str) -> None:
    with store.reading() as session:
        assert find_status(session, contact) is None


def test_fifty_friends_at_once_get_one_last_use(store: JourneyStore, contact: str) -> None:
    with store.transaction() as session:
        code = issue_code(session, contact, ONCE, NOW).code
        friends = [make_contact(session, f"friend-{number}") for number in range(50)]

    def redeem(number: int) -> bool:
        try:
            with store.transaction() as session:
                redeem_code(session, friends[number], code, NOW, message_id=f"r-{number}")
        except ReferralExhaustedError:
            return False
        return True

    won = run_together(50, redeem)

    assert won.count(True) == 1
    with store.reading() as session:
        status = find_status(session, contact)
        assert status is not None and (status.code.used, status.waiting) == (1, 1)
        assert find_redemption(session, friends[won.index(True)]) is not None


def test_one_friend_with_twenty_tabs_redeems_once(store: JourneyStore, contact: str) -> None:
    with store.transaction() as session:
        code = issue_code(session, contact, TERMS, NOW).code
        friend, telegram = make_contact(session, "friend"), make_contact(session, "42", channel="telegram")
        link_contacts(session, friend, telegram)

    def redeem(number: int) -> bool:
        try:
            with store.transaction() as session:
                redeem_code(session, (friend, telegram)[number % 2], code, NOW, message_id=f"r-{number}")
        except ReferralAlreadyUsedError:
            return False
        return True

    assert run_together(20, redeem).count(True) == 1


def test_twenty_requests_issue_one_code(store: JourneyStore, contact: str) -> None:
    def ask(_: int) -> str:
        with store.transaction() as session:
            return issue_code(session, contact, TERMS, NOW).code

    assert len(set(run_together(20, ask))) == 1
