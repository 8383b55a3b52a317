"""What is said about friends' codes: rewards and terms before the code, and every refusal in plain words."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from actions.referrals import ActionCheckReferral, ActionGiveReferral, ActionRedeemReferral, ValidateReferralForm
from journey_state.conversations import Conversation, ensure_conversation, load_conversation
from journey_state.periods import add_months
from journey_state.referrals import ReferralTerms, find_code, find_redemption, issue_code, redeem_code
from journey_state.store import JourneyStore
from journey_state.touchpoints import read_touchpoints
from tests.fixtures.customers import buy_plan, order_plan
from tests.fixtures.journeys import NOW, later
from tests.fixtures.people import grant_consent, link_contacts, make_contact
from tests.fixtures.speaking import Message, play, play_validation

TERMS = ReferralTerms("SEN-", cap=20, valid_months=12)


@pytest.mark.parametrize("language, rewards, expires", [
    ("vi", ["10%", "100.000đ", "20 lần", "12 tháng"], "02/03/2027"), ("en", ["10%", "100,000₫", "20 times", "12 months"], "2 March 2027"),
])
def test_rewards_and_terms_stand_before_the_code(
    store: JourneyStore, conversation: Conversation, language: str, rewards: list[str], expires: str,
) -> None:
    with store.transaction() as session:
        said = play(ActionGiveReferral(), session, conversation, Message(language=language))
        code = find_code(session, conversation.contact_id)

    assert code is not None
    first, second = said.texts
    assert all(words in first for words in rewards) and code.code not in first
    assert code.code in second and expires in second


def test_person_gets_the_same_code_again(store: JourneyStore, conversation: Conversation) -> None:
    with store.transaction() as session:
        grant_consent(session, conversation.contact_id)
        first, again = (play(ActionGiveReferral(), session, conversation, Message(at=later(days=days))) for days in (0, 9))
        types = [row["type"] for row in read_touchpoints(session, [conversation.contact_id])]

    assert first.texts[1] == again.texts[1]
    assert sorted(types) == ["referral_asked", "referral_issued"]


def make_code(session: Session) -> str:
    return issue_code(session, make_contact(session, "referrer"), TERMS, NOW).code


def test_friend_hears_the_discount(store: JourneyStore, conversation: Conversation) -> None:
    with store.transaction() as session:
        grant_consent(session, conversation.contact_id)
        code = make_code(session)
        said = play(ActionRedeemReferral(), session, conversation, Message(slots={"referral_code": code}, id="m-1"))
        redeemed = find_redemption(session, conversation.contact_id)
        types = [row["type"] for row in read_touchpoints(session, [conversation.contact_id])]

    assert said.responses == ("utter_redeem_referral",) and "10%" in said.text
    assert said.slots["referral_code"] is None
    assert redeemed is not None and (redeemed.code, redeemed.message_id) == (code, "m-1")
    assert types == ["referral_redeemed"]


def unknown(session: Session, contact_id: str) -> str:
    return "SEN-NOSUCH"


def own(session: Session, contact_id: str) -> str:
    telegram = make_contact(session, "42", channel="telegram")
    link_contacts(session, contact_id, telegram)
    return issue_code(session, telegram, TERMS, NOW).code


def second(session: Session, contact_id: str) -> str:
    redeem_code(session, contact_id, issue_code(session, make_contact(session, "other"), TERMS, NOW).code, NOW)
    return make_code(session)


def of_customer(session: Session, contact_id: str) -> str:
    buy_plan(session, contact_id)
    return make_code(session)


def expired(session: Session, contact_id: str) -> str:
    return issue_code(session, make_contact(session, "old"), TERMS, add_months(NOW, -13)).code


@pytest.mark.parametrize("prepare, response", [
    (unknown, "utter_refuse_unknown_code"), (own, "utter_refuse_own_code"), (second, "utter_refuse_second_code"),
    (of_customer, "utter_refuse_code_of_customer"), (expired, "utter_refuse_exhausted_code"),
])
@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_refusal_has_its_own_words(
    sqlite_store: JourneyStore, prepare: object, response: str, language: str,
) -> None:
    with sqlite_store.transaction() as session:
        conversation = _talk(session)
        code = prepare(session, conversation.contact_id)  # type: ignore[operator]
        before = find_redemption(session, conversation.contact_id)
        said = play(ActionRedeemReferral(), session, conversation, Message(slots={"referral_code": code}, language=language))

        assert find_redemption(session, conversation.contact_id) == before
    assert said.responses == (response,)
    assert said.slots["referral_code"] is None


def test_status_counts_paid_friends_and_their_reward(store: JourneyStore, conversation: Conversation) -> None:
    with store.transaction() as session:
        code = issue_code(session, conversation.contact_id, TERMS, NOW)
        for number in range(3):
            redeem_code(session, make_contact(session, f"friend-{number}"), code.code, NOW)
        for number in range(2):
            buy_plan(session, make_contact(session, f"friend-{number}"))
        order_plan(session, make_contact(session, "friend-2"))
        vi, en = (play(ActionCheckReferral(), session, conversation, Message(language=language)) for language in ("vi", "en"))

    assert "2 bạn bè đã thanh toán, bạn được 200.000đ; 1 người" in vi.text and "còn 17 lượt" in vi.text
    assert "2 friend(s) have paid, which makes 200,000₫" in en.text


def test_who_has_no_code_is_offered_one(store: JourneyStore, conversation: Conversation) -> None:
    with store.transaction() as session:
        said = play(ActionCheckReferral(), session, conversation, Message())

    assert said.slots["pending_offer"] == "offer_referral"


@pytest.mark.parametrize("value, kept", [("sen-ab12cd", "SEN-AB12CD"), ("TK-10001", None), ("", None)])
def test_form_wants_a_code_of_ours(store: JourneyStore, conversation: Conversation, value: str, kept: str | None) -> None:
    with store.transaction() as session:
        said = play_validation(ValidateReferralForm(), session, conversation, "referral_code", Message(slots={"referral_code": value}))

    assert said.slots["referral_code"] == kept
    assert said.responses == (() if kept else ("utter_refuse_code_spelling",))


def _talk(session: Session) -> Conversation:
    return load_conversation(session, ensure_conversation(session, "website", "visitor-1", NOW))
