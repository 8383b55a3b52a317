"""Transfers: booked once, settled by decided rules, and nothing happens twice."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from journey_state.errors import OrderNotOpenError, TransferAssignedError, UnknownOrderError, UnknownTransferError, WrongAmountError
from journey_state.ledger import Notice, list_transfers, list_unmatched, read_balance
from journey_state.orders import Order, cancel_order, confirm_payment, load_order, place_order
from journey_state.payments import PaymentTerms, Verdict
from journey_state.referrals import find_status, issue_code, redeem_code
from journey_state.store import JourneyStore, new_id
from journey_state.tickets import list_tickets
from journey_state.touchpoints import read_touchpoints
from journey_state.transfers import Settlement, assign_transfer, confirm_by_staff, give_back, receive_transfer, return_unmatched
from journey_state.trials import TrialRequest, find_trial, start_trial
from tests.fixtures.journeys import NOW, later
from tests.fixtures.people import grant_consent, make_contact
from tests.fixtures.threads import run_together
from tests.journey_state.test_orders import MONTHLY, TERMS

PAYMENT_TERMS = PaymentTerms(7, {"hosting-m": "hosting"})
DUE = MONTHLY.amount
SEEN = Notice(DUE, NOW, noted_by="s-1", evidence="thấy trên sao kê")


def by_bank(session: Session, amount: int = DUE, content: str = "DH2001", reference: str = "FT-1", **fields: object) -> Settlement:
    """The bank reports a transfer."""
    notice = Notice(**{"amount": amount, "came_at": NOW, "content": content, "reference": reference, **fields})  # type: ignore[arg-type]
    return receive_transfer(session, notice, PAYMENT_TERMS, later(hours=1))


def by_staff(session: Session, number: str, **fields: object) -> Settlement:
    """A member of the staff books what they saw."""
    return confirm_by_staff(session, number, replace(SEEN, **{"key": new_id(), **fields}), PAYMENT_TERMS, later(hours=2))  # type: ignore[arg-type]


@pytest.fixture
def order(store: JourneyStore, contact: str) -> Order:
    """An order of 128.520đ that waits."""
    with store.transaction() as session:
        return place_order(session, contact, MONTHLY, NOW)


def kinds(session: Session, order: Order) -> list[str]:
    return sorted(ticket.kind for ticket in list_tickets(session, order.contact_id))


def test_exact_transfer_pays_and_everything_hangs_on_it(store: JourneyStore, order: Order) -> None:
    with store.transaction() as session:
        grant_consent(session, order.contact_id)
        referrer = make_contact(session, "referrer")
        redeem_code(session, order.contact_id, issue_code(session, referrer, TERMS, NOW).code, NOW)
        start_trial(session, order.contact_id, TrialRequest("hosting", 14), NOW)
        settled = by_bank(session)

        assert (settled.verdict, settled.order and settled.order.state, settled.ticket) == (Verdict.PAID, "paid", None)
        assert settled.payment is not None and settled.payment.rewarded_code is not None
        trial, status = find_trial(session, order.contact_id, "hosting"), find_status(session, referrer)
        assert trial is not None and trial.ended_at == later(hours=1)
        assert status is not None and status.rewarded == 1
        assert kinds(session, order) == ["onboarding"]
        assert [row["value"] for row in read_touchpoints(session, [order.contact_id]) if row["type"] == "payment_confirmed"] == [DUE]


def test_same_reference_again_changes_nothing(store: JourneyStore, order: Order) -> None:
    with store.transaction() as session:
        first, again = by_bank(session), by_bank(session)

        assert again.is_repeat and again.transfer == first.transfer
        assert len(list_transfers(session, order.number)) == 1
        assert kinds(session, order) == ["onboarding"]


def test_parts_add_up_to_a_payment(store: JourneyStore, order: Order) -> None:
    with store.transaction() as session:
        verdicts = [by_bank(session, amount, reference=f"FT-{amount}").verdict for amount in (100_000, 28_519, 1)]

        assert verdicts == [Verdict.PARTIAL, Verdict.PARTIAL, Verdict.PAID]
        assert load_order(session, order.contact_id, order.number).state == "paid"
        assert kinds(session, order) == ["onboarding"]


@pytest.mark.parametrize("amount, verdict, excess, state", [
    (DUE + 1, Verdict.EXCESS, 1, "paid"), (DUE * 3, Verdict.EXCESS, DUE * 2, "paid"), (DUE - 1, Verdict.PARTIAL, 0, "placed"),
])
def test_wrong_amounts_are_decided(store: JourneyStore, order: Order, amount: int, verdict: Verdict, excess: int, state: str) -> None:
    with store.transaction() as session:
        settled = by_bank(session, amount)

        assert settled.verdict is verdict and settled.balance is not None
        assert (settled.balance.excess, load_order(session, order.contact_id, order.number).state) == (excess, state)
        assert kinds(session, order) == (["billing", "onboarding"] if excess else [])


def test_doubled_transfer_opens_a_ticket_and_nothing_else(store: JourneyStore, order: Order) -> None:
    with store.transaction() as session:
        by_bank(session)
        settled = by_bank(session, reference="FT-2")

        assert settled.verdict is Verdict.DOUBLED and settled.payment is None
        assert settled.balance is not None and settled.balance.excess == DUE
        assert settled.ticket is not None and settled.ticket.subject == "DH-2001: 257.040đ / 128.520đ"
        assert kinds(session, order) == ["billing", "onboarding"]


def test_late_transfer_waits_until_staff_accept_it(store: JourneyStore, order: Order) -> None:
    with store.transaction() as session:
        settled = by_bank(session, came_at=later(days=8))
        assert settled.verdict is Verdict.LATE and settled.ticket is not None
        assert load_order(session, order.contact_id, order.number).is_placed

        accepted = by_staff(session, order.number, amount=0)
        assert (accepted.verdict, accepted.order and accepted.order.state) == (Verdict.ACCEPTED, "paid")
        assert read_balance(session, load_order(session, order.contact_id, order.number)).excess == 0


def test_transfer_made_in_time_and_reported_late_counts(store: JourneyStore, order: Order) -> None:
    with store.transaction() as session:
        notice = Notice(DUE, later(days=6), "DH2001", "FT-1")

        assert receive_transfer(session, notice, PAYMENT_TERMS, later(days=20)).verdict is Verdict.PAID


def test_money_for_a_cancelled_order_is_held_for_staff(store: JourneyStore, order: Order) -> None:
    with store.transaction() as session:
        cancel_order(session, order.contact_id, order.number, NOW)
        settled = by_bank(session)

        assert settled.verdict is Verdict.CLOSED and settled.balance is not None and settled.balance.excess == DUE
        assert kinds(session, order) == ["billing"]


@pytest.mark.parametrize("content", ["", "cam on", "DH9999", "DH2001 DH2002"])
def test_transfer_of_nobodys_order_waits_unmatched(store: JourneyStore, order: Order, content: str) -> None:
    with store.transaction() as session:
        place_order(session, order.contact_id, replace(MONTHLY, plan="hosting-l", message_id="m-9"), NOW)
        settled = by_bank(session, content=content)

        assert (settled.verdict, settled.order) == (Verdict.UNMATCHED, None)
        assert list_unmatched(session) == [settled.transfer]
        assert load_order(session, order.contact_id, order.number).is_placed
        assert by_bank(session, content=content).is_repeat


def test_staff_assign_an_unmatched_transfer_once(store: JourneyStore, order: Order) -> None:
    with store.transaction() as session:
        unmatched = by_bank(session, content="tien hosting", came_at=later(days=30)).transfer
        settled = assign_transfer(session, unmatched.id, "dh-2001", PAYMENT_TERMS, later(days=31))

        assert (settled.verdict, settled.transfer.order_number) == (Verdict.PAID, "DH-2001")
        assert list_unmatched(session) == []
        assert [line.id for line in list_transfers(session, "DH-2001")] == [unmatched.id]
        with pytest.raises(TransferAssignedError):
            assign_transfer(session, unmatched.id, "DH-2001", PAYMENT_TERMS, later(days=31))


def test_assigning_to_nothing_is_refused(store: JourneyStore, order: Order) -> None:
    with store.transaction() as session:
        unmatched = by_bank(session, content="?").transfer
        with pytest.raises(UnknownOrderError):
            assign_transfer(session, unmatched.id, "DH-1", PAYMENT_TERMS, NOW)
        with pytest.raises(UnknownTransferError):
            assign_transfer(session, "nothing", order.number, PAYMENT_TERMS, NOW)

        assert list_unmatched(session) == [unmatched]


def test_unmatched_transfer_may_go_back_to_its_sender(store: JourneyStore, order: Order) -> None:
    with store.transaction() as session:
        unmatched = by_bank(session, content="nham so").transfer
        back = return_unmatched(session, unmatched.id, replace(SEEN, key=new_id()), NOW)

        assert (back.verdict, back.transfer.direction, back.transfer.amount) == (Verdict.RETURNED, "out", DUE)
        assert list_unmatched(session) == []
        with pytest.raises(TransferAssignedError):
            assign_transfer(session, unmatched.id, order.number, PAYMENT_TERMS, NOW)


def test_staff_confirm_with_evidence_and_the_same_form_once(store: JourneyStore, order: Order) -> None:
    with store.transaction() as session:
        key = new_id()
        first, again = by_staff(session, order.number, key=key), by_staff(session, order.number, key=key)

        assert (first.verdict, again.is_repeat) == (Verdict.PAID, True)
        [line] = list_transfers(session, order.number)
        assert (line.noted_by, line.evidence, line.amount) == ("s-1", "thấy trên sao kê", DUE)
        assert kinds(session, order) == ["onboarding"]


def test_staff_cannot_confirm_what_is_settled_nor_nothing(store: JourneyStore, order: Order) -> None:
    with store.transaction() as session:
        with pytest.raises(WrongAmountError):
            by_staff(session, order.number, amount=0)
        by_staff(session, order.number)
        with pytest.raises(OrderNotOpenError):
            by_staff(session, order.number)


def test_bank_reporting_what_staff_confirmed_is_the_same_money(store: JourneyStore, order: Order) -> None:
    with store.transaction() as session:
        by_staff(session, order.number)
        reported = by_bank(session)

        assert reported.is_repeat and reported.transfer.reference == "FT-1"
        assert len(list_transfers(session, order.number)) == 1
        assert by_bank(session, reference="FT-2").verdict is Verdict.DOUBLED


def test_half_that_staff_booked_and_the_bank_reports_is_no_second_half(store: JourneyStore, order: Order) -> None:
    with store.transaction() as session:
        by_staff(session, order.number, amount=DUE // 2)
        assert by_bank(session, DUE // 2).is_repeat
        assert load_order(session, order.contact_id, order.number).is_placed

        assert by_bank(session, DUE // 2, reference="FT-2").verdict is Verdict.PAID


def test_excess_goes_back_without_ending_the_order(store: JourneyStore, order: Order) -> None:
    with store.transaction() as session:
        by_bank(session, DUE + 50_000)
        back = give_back(session, order.number, replace(SEEN, amount=50_000, key=new_id()), NOW)

        assert back.verdict is Verdict.RETURNED and back.balance is not None and back.balance.excess == 0
        assert load_order(session, order.contact_id, order.number).state == "paid"


def test_refund_ends_the_order_and_takes_the_reward_back(store: JourneyStore, order: Order) -> None:
    with store.transaction() as session:
        referrer = make_contact(session, "referrer")
        redeem_code(session, order.contact_id, issue_code(session, referrer, TERMS, NOW).code, NOW)
        by_bank(session)
        notice = replace(SEEN, amount=DUE, key=new_id())
        refunded, again = (give_back(session, order.number, notice, later(days=3)) for _ in range(2))

        assert (refunded.verdict, refunded.order and refunded.order.state) == (Verdict.REFUNDED, "refunded")
        assert again.is_repeat
        status = find_status(session, referrer)
        assert status is not None and status.rewarded == 0


@pytest.mark.parametrize("amount", [0, -1, DUE + 1])
def test_no_more_goes_back_than_came_in(store: JourneyStore, order: Order, amount: int) -> None:
    with store.transaction() as session:
        by_bank(session)
        with pytest.raises(WrongAmountError):
            give_back(session, order.number, replace(SEEN, amount=amount, key=new_id()), NOW)


def test_order_paid_before_there_was_a_ledger_can_be_refunded(store: JourneyStore, order: Order) -> None:
    with store.transaction() as session:
        confirm_payment(session, order.number, DUE, NOW)
        assert by_bank(session).verdict is Verdict.DOUBLED
        assert read_balance(session, load_order(session, order.contact_id, order.number)).excess == DUE
        give_back(session, order.number, replace(SEEN, amount=DUE, key=new_id()), NOW)

        assert give_back(session, order.number, replace(SEEN, amount=DUE, key=new_id()), NOW).verdict is Verdict.REFUNDED


@pytest.mark.parametrize("amount", [0, -5])
def test_nothing_is_no_transfer(store: JourneyStore, order: Order, amount: int) -> None:
    with store.transaction() as session, pytest.raises(WrongAmountError):
        by_bank(session, amount)


def test_twenty_notices_of_one_transfer_at_once_pay_once(store: JourneyStore, order: Order) -> None:
    def notify(_: int) -> bool:
        with store.transaction() as session:
            return by_bank(session).is_repeat

    assert sorted(run_together(20, notify)) == [False] + [True] * 19
    with store.reading() as session:
        assert len(list_transfers(session, order.number)) == 1 and kinds(session, order) == ["onboarding"]


def test_twenty_parts_at_once_sum_up(store: JourneyStore, order: Order) -> None:
    def notify(number: int) -> Verdict:
        with store.transaction() as session:
            return by_bank(session, DUE // 20, reference=f"FT-{number}").verdict

    verdicts = list(run_together(20, notify))
    assert (verdicts.count(Verdict.PAID), verdicts.count(Verdict.PARTIAL)) == (1, 19)
