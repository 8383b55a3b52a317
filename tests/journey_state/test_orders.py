"""Orders: placed by customers, paid only when staff or the bank says so."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from journey_state.errors import OrderNotOpenError, PaymentMismatchError, UnknownOrderError
from journey_state.orders import (
    OrderRequest,
    cancel_order,
    confirm_payment,
    find_current_order,
    has_friend_discount,
    list_orders,
    load_order,
    place_order,
    refund_order,
)
from journey_state.prices import QuantityError
from journey_state.referrals import ReferralTerms, find_status, issue_code, redeem_code
from journey_state.store import JourneyStore
from journey_state.tickets import list_tickets
from journey_state.touchpoints import read_touchpoints
from journey_state.trials import TrialRequest, find_trial, start_trial
from tests.fixtures.journeys import NOW, later
from tests.fixtures.people import grant_consent, link_contacts, make_contact
from tests.fixtures.threads import run_together

MONTHLY = OrderRequest("hosting-m", "month", 128_520, message_id="m-1")
YEARLY = OrderRequest("vps-2", "year", 3_229_200, message_id="m-2")
TERMS = ReferralTerms("SEN-", cap=20, valid_months=12)


def befriend(session: Session, friend: str) -> str:
    """Let a friend redeem somebody's code; returns the referrer."""
    referrer = make_contact(session, "referrer")
    redeem_code(session, friend, issue_code(session, referrer, TERMS, NOW).code, NOW)
    return referrer


def test_order_is_placed_never_paid(store: JourneyStore, contact: str) -> None:
    with store.transaction() as session:
        order = place_order(session, contact, MONTHLY, NOW)

    assert (order.number, order.state, order.amount, order.currency) == ("DH-2001", "placed", 128_520, "VND")
    assert order.is_placed
    assert order.paid_at is None
    assert order.renews_at is None
    assert not order.is_running(NOW)


def test_same_message_places_one_order(store: JourneyStore, contact: str) -> None:
    with store.transaction() as session:
        assert place_order(session, contact, MONTHLY, NOW) == place_order(session, contact, MONTHLY, later(seconds=3))


def test_asking_again_for_what_waits_for_its_money_is_no_second_order(store: JourneyStore, contact: str) -> None:
    with store.transaction() as session:
        first = place_order(session, contact, MONTHLY, NOW)

        assert place_order(session, contact, replace(MONTHLY, message_id="m-5"), later(hours=1)) == first
        assert place_order(session, contact, YEARLY, later(hours=1)).number == "DH-2002"


def test_another_quantity_replaces_the_waiting_order(store: JourneyStore, contact: str) -> None:
    with store.transaction() as session:
        first = place_order(session, contact, OrderRequest("email-pro", "month", 264_600, "m-1", 5), NOW)
        second = place_order(session, contact, OrderRequest("email-pro", "month", 423_360, "m-2", 8), later(hours=1))
        states = [(order.quantity, order.state) for order in list_orders(session, contact)]

    assert (first.quantity, second.number) == (5, "DH-2002")
    assert states == [(8, "placed"), (5, "cancelled")]


@pytest.mark.parametrize("quantity", [0, -1])
def test_nobody_orders_fewer_than_one(store: JourneyStore, contact: str, quantity: int) -> None:
    with store.transaction() as session, pytest.raises(QuantityError):
        place_order(session, contact, replace(MONTHLY, quantity=quantity), NOW)


def test_new_price_replaces_the_waiting_order(store: JourneyStore, contact: str) -> None:
    with store.transaction() as session:
        first = place_order(session, contact, MONTHLY, NOW)
        second = place_order(session, contact, OrderRequest("hosting-m", "month", 115_668, "m-7"), later(hours=1))

        assert load_order(session, contact, first.number).state == "cancelled"
        assert (second.state, second.amount) == ("placed", 115_668)


def test_paid_plan_may_be_ordered_once_more(store: JourneyStore, contact: str) -> None:
    with store.transaction() as session:
        first = place_order(session, contact, MONTHLY, NOW)
        confirm_payment(session, first.number, 128_520, NOW)

        assert place_order(session, contact, replace(MONTHLY, message_id="m-8"), later(days=2)).number == "DH-2002"


def test_order_is_seen_by_the_whole_person_and_by_nobody_else(store: JourneyStore, contact: str) -> None:
    with store.transaction() as session:
        telegram = make_contact(session, "42", channel="telegram")
        link_contacts(session, contact, telegram)
        order = place_order(session, contact, MONTHLY, NOW)

        assert load_order(session, telegram, "dh-2001") == order
        with pytest.raises(UnknownOrderError):
            load_order(session, make_contact(session, "visitor-2"), order.number)


def test_payment_starts_the_period_and_opens_one_onboarding_ticket(store: JourneyStore, contact: str) -> None:
    with store.transaction() as session:
        order = place_order(session, contact, MONTHLY, NOW)
        payment = confirm_payment(session, order.number, 128_520, later(days=1))

        assert not payment.is_repeat
        assert (payment.order.state, payment.order.paid_at) == ("paid", later(days=1))
        assert payment.order.renews_at == later(days=32)  # 3 March to 3 April
        assert payment.order.is_running(later(days=31))
        assert not payment.order.is_running(later(days=32))
        assert find_current_order(session, contact) == payment.order
        assert [ticket.kind for ticket in list_tickets(session, contact)] == ["onboarding"]


def test_confirming_twice_changes_nothing(store: JourneyStore, contact: str) -> None:
    with store.transaction() as session:
        grant_consent(session, contact)
        order = place_order(session, contact, MONTHLY, NOW)
        first = confirm_payment(session, order.number, 128_520, NOW)
        again = confirm_payment(session, order.number, 128_520, later(days=9))

        assert again.is_repeat
        assert again.order == first.order
        assert len(list_tickets(session, contact)) == 1
        assert [row["type"] for row in read_touchpoints(session, [contact])] == ["payment_confirmed"]


def test_confirmed_payment_is_revenue_of_those_who_consent(store: JourneyStore, contact: str) -> None:
    with store.transaction() as session:
        order = place_order(session, contact, MONTHLY, NOW)
        confirm_payment(session, order.number, 128_520, NOW)
        assert read_touchpoints(session, [contact]) == []

        other = make_contact(session, "visitor-2")
        grant_consent(session, other)
        confirm_payment(session, place_order(session, other, YEARLY, NOW).number, 3_229_200, NOW)
        (revenue,) = read_touchpoints(session, [other])

    assert (revenue["group"], revenue["value"], revenue["currency"], revenue["stage_source"]) == ("payment", 3_229_200, "VND", "fact")


@pytest.mark.parametrize("received", [0, 128_519, 128_521, 257_040])
def test_wrong_amount_confirms_nothing(store: JourneyStore, contact: str, received: int) -> None:
    with store.transaction() as session:
        order = place_order(session, contact, MONTHLY, NOW)
        with pytest.raises(PaymentMismatchError, match=f"costs 128520 VND, {received} came in"):
            confirm_payment(session, order.number, received, NOW)

        assert load_order(session, contact, order.number).is_placed
        assert list_tickets(session, contact) == []


def test_cancelled_and_unknown_orders_are_not_paid(store: JourneyStore, contact: str) -> None:
    with store.transaction() as session:
        order = place_order(session, contact, MONTHLY, NOW)
        cancel_order(session, contact, order.number, NOW)

        with pytest.raises(OrderNotOpenError, match="is cancelled"):
            confirm_payment(session, order.number, 128_520, NOW)
        with pytest.raises(UnknownOrderError):
            confirm_payment(session, "DH-1", 128_520, NOW)


def test_payment_turns_the_trial_of_its_product_into_the_plan(store: JourneyStore, contact: str) -> None:
    with store.transaction() as session:
        start_trial(session, contact, TrialRequest("hosting", days=14), NOW)
        start_trial(session, contact, TrialRequest("vps", days=7), NOW)
        confirm_payment(session, place_order(session, contact, MONTHLY, NOW).number, 128_520, later(days=2), product="hosting")

        hosting, vps = find_trial(session, contact, "hosting"), find_trial(session, contact, "vps")

    assert hosting is not None and hosting.ended_at == later(days=2)
    assert vps is not None and vps.ended_at is None


def test_friend_pays_less_for_the_first_order_only(store: JourneyStore, contact: str) -> None:
    with store.transaction() as session:
        assert not has_friend_discount(session, contact, "hosting-m", "month")
        befriend(session, contact)
        assert has_friend_discount(session, contact, "hosting-m", "month")

        order = place_order(session, contact, MONTHLY, NOW)
        assert has_friend_discount(session, contact, "hosting-m", "month"), "the same order again keeps its price"
        assert not has_friend_discount(session, contact, "vps-2", "year"), "a second order beside it does not get it"

        confirm_payment(session, order.number, 128_520, NOW)
        assert not has_friend_discount(session, contact, "hosting-m", "month")


def test_free_plan_takes_no_friend_discount_away(store: JourneyStore, contact: str) -> None:
    with store.transaction() as session:
        befriend(session, contact)
        confirm_payment(session, place_order(session, contact, OrderRequest("hosting-free", "month", 0), NOW).number, 0, NOW)

        assert has_friend_discount(session, contact, "hosting-m", "month")


def test_reward_comes_with_the_first_payment_and_goes_with_its_refund(store: JourneyStore, contact: str) -> None:
    with store.transaction() as session:
        referrer = befriend(session, contact)
        order = place_order(session, contact, MONTHLY, NOW)
        status = find_status(session, referrer)
        assert status is not None and (status.rewarded, status.waiting) == (0, 1)

        payment = confirm_payment(session, order.number, 128_520, NOW)
        second = confirm_payment(session, place_order(session, contact, YEARLY, NOW).number, 3_229_200, NOW)
        status = find_status(session, referrer)
        assert status is not None and (status.rewarded, status.waiting) == (1, 0)
        assert payment.rewarded_code == status.code.code
        assert second.rewarded_code is None

        refund_order(session, second.order.number, NOW)
        status = find_status(session, referrer)
        assert status is not None and status.rewarded == 1, "another payment stands"
        refund_order(session, order.number, NOW)
        status = find_status(session, referrer)
        assert status is not None and status.rewarded == 0


def test_cancelled_plan_runs_to_the_end_of_its_period(store: JourneyStore, contact: str) -> None:
    with store.transaction() as session:
        order = place_order(session, contact, MONTHLY, NOW)
        confirm_payment(session, order.number, 128_520, NOW)
        cancelled = cancel_order(session, contact, order.number, later(days=5))

        assert (cancelled.state, cancelled.cancelled_at) == ("cancelled", later(days=5))
        assert cancelled.is_running(later(days=6))
        assert cancel_order(session, contact, order.number, later(days=6)).cancelled_at == later(days=5)
        with pytest.raises(UnknownOrderError):
            cancel_order(session, make_contact(session, "visitor-2"), order.number, NOW)


def test_refund_needs_a_payment_and_happens_once(store: JourneyStore, contact: str) -> None:
    with store.transaction() as session:
        order = place_order(session, contact, MONTHLY, NOW)
        with pytest.raises(OrderNotOpenError, match="never paid"):
            refund_order(session, order.number, NOW)

        confirm_payment(session, order.number, 128_520, NOW)
        refunded = refund_order(session, order.number, later(days=3))
        assert refunded.state == "refunded"
        assert not refunded.is_running(later(days=3))
        assert refund_order(session, order.number, later(days=4)) == refunded
        assert find_current_order(session, contact) is None
        with pytest.raises(OrderNotOpenError):
            cancel_order(session, contact, order.number, NOW)


def test_ten_confirmations_at_once_pay_one_order_once(store: JourneyStore, contact: str) -> None:
    with store.transaction() as session:
        befriend(session, contact)
        number = place_order(session, contact, MONTHLY, NOW).number

    def confirm(_: int) -> bool:
        with store.transaction() as session:
            return confirm_payment(session, number, 128_520, NOW).is_repeat

    assert run_together(10, confirm).count(False) == 1
    with store.reading() as session:
        assert len(list_tickets(session, contact)) == 1


def test_twenty_clicks_of_two_linked_addresses_place_one_order(store: JourneyStore, contact: str) -> None:
    with store.transaction() as session:
        telegram = make_contact(session, "42", channel="telegram")
        link_contacts(session, contact, telegram)

    def click(number: int) -> str:
        with store.transaction() as session:
            return place_order(session, (contact, telegram)[number % 2], replace(MONTHLY, message_id=f"r-{number}"), NOW).number

    assert len(set(run_together(20, click))) == 1
    with store.reading() as session:
        assert len(list_orders(session, telegram)) == 1
