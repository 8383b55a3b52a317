from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from journey_state.facts import FACT_NAMES, Facts, describe_facts, load_facts, parse_facts
from journey_state.orders import cancel_order, refund_order
from journey_state.referrals import ReferralTerms, issue_code
from journey_state.store import JourneyStore
from journey_state.tickets import TicketKind, TicketRequest, close_ticket, open_ticket
from journey_state.trials import TrialRequest, end_trial, start_trial
from tests.fixtures.customers import buy_plan, order_plan
from tests.fixtures.journeys import NOW, later
from tests.fixtures.people import link_contacts, make_contact

Deed = Callable[[Session, str], object]
HOSTING = TrialRequest("hosting", days=14)


def open_a_ticket(session: Session, contact: str) -> str:
    return open_ticket(session, contact, TicketRequest(TicketKind.OUTAGE, "Website chậm"), NOW).number


def buy_and_cancel(session: Session, contact: str) -> None:
    cancel_order(session, contact, buy_plan(session, contact).number, NOW)


def buy_and_refund(session: Session, contact: str) -> None:
    refund_order(session, buy_plan(session, contact).number, NOW)


@pytest.mark.parametrize("deed, days, expected", [
    (lambda session, contact: None, 0, Facts()),
    (lambda session, contact: start_trial(session, contact, HOSTING, NOW), 0, Facts(active_trial=True, trial_days_left=14)),
    (lambda session, contact: start_trial(session, contact, HOSTING, NOW), 12.5, Facts(active_trial=True, trial_days_left=2)),
    (lambda session, contact: start_trial(session, contact, HOSTING, NOW), 14, Facts()),
    (lambda session, contact: [start_trial(session, contact, HOSTING, NOW), end_trial(session, contact, "hosting", NOW)], 1, Facts()),
    (order_plan, 0, Facts(open_order=True)),
    (buy_plan, 0, Facts(paid_plan=True, renewal_days=31)),
    (buy_plan, 30.5, Facts(paid_plan=True, renewal_days=1)),
    (buy_plan, 40, Facts(lapsed_plan=True)),
    (buy_and_cancel, 1, Facts(paid_plan=True)),
    (buy_and_cancel, 40, Facts(lapsed_plan=True)),
    (buy_and_refund, 1, Facts()),
    (open_a_ticket, 0, Facts(open_ticket=True)),
    (lambda session, contact: close_ticket(session, open_a_ticket(session, contact), NOW), 1, Facts()),
])
def test_facts_follow_what_a_person_did(sqlite_store: JourneyStore, deed: Deed, days: float, expected: Facts) -> None:
    with sqlite_store.transaction() as session:
        contact = make_contact(session, "visitor-1")
        deed(session, contact)
        assert load_facts(session, contact, later(days=days)) == expected


def test_facts_are_those_of_the_whole_person(store: JourneyStore) -> None:
    with store.transaction() as session:
        here, elsewhere, stranger = (make_contact(session, f"visitor-{number}") for number in range(3))
        link_contacts(session, here, elsewhere)
        buy_plan(session, elsewhere)
        open_a_ticket(session, elsewhere)
        assert load_facts(session, here, NOW) == Facts(paid_plan=True, renewal_days=31, open_ticket=True)
        assert load_facts(session, stranger, NOW) == Facts()


def test_facts_survive_message_metadata() -> None:
    facts = Facts(active_trial=True, trial_days_left=2, referral_code=True)
    assert parse_facts(facts.to_dict()) == facts


@pytest.mark.parametrize("raw", [None, {}, "facts", {"a_fact_of_next_year": True}, []])
def test_missing_facts_are_unknown(raw: object) -> None:
    assert parse_facts(raw) == Facts() and parse_facts(raw).names == ()


@pytest.mark.parametrize("facts, names", [
    (Facts(active_trial=True, trial_days_left=14), ("active_trial",)),
    (Facts(active_trial=True, trial_days_left=3), ("active_trial", "trial_ending")),
    (Facts(paid_plan=True, renewal_days=200), ("paid_plan",)),
    (Facts(paid_plan=True, renewal_days=30), ("paid_plan", "renewal_due")),
    (Facts(lapsed_plan=True, open_order=True, open_ticket=True), ("open_ticket", "open_order", "lapsed_plan")),
    (Facts(referral_code=True), ("referral_code",)),
])
def test_only_facts_that_hold_are_named(facts: Facts, names: tuple[str, ...]) -> None:
    assert facts.names == names


@pytest.mark.parametrize("facts, vi, en", [
    (Facts(active_trial=True, trial_days_left=2), "bản dùng thử còn 2 ngày", "active trial ends in 2 days"),
    (Facts(active_trial=True, trial_days_left=1), "bản dùng thử còn 1 ngày", "active trial ends in 1 day"),
    (Facts(paid_plan=True, renewal_days=5), "gói sẽ đến hạn sau 5 ngày", "plan renews in 5 days"),
    (Facts(open_ticket=True), "có phiếu hỗ trợ đang mở", "has an open ticket"),
])
def test_facts_are_told_in_both_languages(facts: Facts, vi: str, en: str) -> None:
    last = describe_facts(facts)[-1]
    assert (last.vi, last.en) == (vi, en)


def test_every_fact_has_words() -> None:
    everything = Facts(True, 1, True, True, True, 1, True, True)
    assert [item.kind for item in describe_facts(everything)] == list(FACT_NAMES)
    assert all(item.vi and item.en for item in describe_facts(everything))


def test_a_referral_code_is_a_fact(store: JourneyStore, contact: str) -> None:
    with store.transaction() as session:
        issue_code(session, contact, ReferralTerms("SEN", cap=20, valid_months=12), NOW)
        assert load_facts(session, contact, NOW).referral_code
