"""What is said about orders: exact money, and nobody's word for a payment."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from actions.orders import ActionCheckOrder, ActionPlaceOrder, ActionReportPayment, ValidateOrderForm
from journey_state.conversations import Conversation
from journey_state.handoffs import find_open_handoff
from journey_state.orders import list_orders
from journey_state.referrals import ReferralTerms, issue_code, redeem_code
from journey_state.store import JourneyStore
from journey_state.tables import contacts
from journey_state.tickets import list_tickets
from journey_state.touchpoints import read_touchpoints
from tests.fixtures.customers import buy_plan, order_plan
from tests.fixtures.journeys import NOW, later
from tests.fixtures.people import grant_consent, make_contact
from tests.fixtures.speaking import Message, play, play_validation

PROMOTED = later(days=120)  # MAILTEAM is valid then
FORM = {"plan": "hosting-m", "billing_period": "month", "email": "lan@example.com"}
TERMS = ReferralTerms("SEN-", cap=20, valid_months=12)


@pytest.mark.parametrize("plan, period, total, shown", [
    ("hosting-m", "month", 128_520, "128.520đ"), ("hosting-m", "year", 1_285_200, "1.285.200đ"),
    ("vps-8", "year", 12_852_000, "12.852.000đ"), ("email-basic", "month", 20_520, "20.520đ"),
])
def test_order_is_placed_at_the_exact_total(
    store: JourneyStore, conversation: Conversation, plan: str, period: str, total: int, shown: str,
) -> None:
    with store.transaction() as session:
        form = {**FORM, "plan": plan, "billing_period": period}
        said = play(ActionPlaceOrder(), session, conversation, Message(slots=form, id="m-1"))
        (order,) = list_orders(session, conversation.contact_id)

    assert (order.plan, order.billing_period, order.amount, order.state) == (plan, period, total, "placed")
    assert shown in said.text and order.number in said.text
    assert ("cho 1 người dùng" in said.text) is plan.startswith("email")


@pytest.mark.parametrize("plan, period, quantity, total", [
    ("email-basic", "year", 5, 1_026_000), ("email-pro", "month", 8, 423_360), ("vps-2", "month", 2, 645_840),
    ("email-basic", "month", 1_000, 20_520_000),
])
def test_order_for_many_costs_exactly_as_many_times(
    store: JourneyStore, conversation: Conversation, plan: str, period: str, quantity: int, total: int,
) -> None:
    with store.transaction() as session:
        form = {**FORM, "plan": plan, "billing_period": period, "quantity": str(quantity)}
        said = play(ActionPlaceOrder(), session, conversation, Message(slots=form, id="m-1"))
        (order,) = list_orders(session, conversation.contact_id)
        where = play(ActionCheckOrder(), session, conversation, Message())

    assert (order.quantity, order.amount) == (quantity, total)
    assert said.slots["quantity"] is None
    assert ("người dùng" if plan.startswith("email") else f"{quantity} × ") in where.text


def test_promotion_counts_all_seats(store: JourneyStore, conversation: Conversation) -> None:
    with store.transaction() as session:
        form = {**FORM, "plan": "email-pro", "quantity": "5", "promo_code": "MAILTEAM"}
        play(ActionPlaceOrder(), session, conversation, Message(slots=form, at=PROMOTED))
        (order,) = list_orders(session, conversation.contact_id)

    assert order.amount == 238_140  # 5 × 49.000 − 10% = 220.500, and 8% of it


def test_corrected_order_takes_the_place_of_the_first(store: JourneyStore, conversation: Conversation) -> None:
    with store.transaction() as session:
        play(ActionPlaceOrder(), session, conversation, Message(slots={**FORM, "billing_period": "year"}, id="m-1"))
        said = play(ActionPlaceOrder(), session, conversation, Message(slots={**FORM, "corrected_order": "DH-2001"}, id="m-2"))
        states = {order.number: order.state for order in list_orders(session, conversation.contact_id)}

    assert states == {"DH-2001": "cancelled", "DH-2002": "placed"}
    assert "DH-2001" in said.texts[0] and "utter_note_order_replaced" in said.responses


@pytest.mark.parametrize("plan, value, entities, kept", [
    ("email-pro", "8", {}, "8"), ("email-pro", "tụi mình 7 người", {"users": "7"}, "7"), ("vps-2", "2 con", {"units": "2"}, "2"),
    ("email-pro", "0", {}, None), ("email-pro", "5000", {}, None), ("email-pro", "nhiều lắm", {}, None),
])
def test_quantity_is_a_number_that_one_order_takes(
    store: JourneyStore, conversation: Conversation, plan: str, value: str, entities: dict[str, str], kept: str | None,
) -> None:
    with store.transaction() as session:
        asked = Message(slots={"plan": plan, "quantity": value}, entities=entities)
        said = play_validation(ValidateOrderForm(), session, conversation, "quantity", asked)

    assert said.slots["quantity"] == kept


def test_order_in_english_names_bank_account_and_window(store: JourneyStore, conversation: Conversation) -> None:
    with store.transaction() as session:
        said = play(ActionPlaceOrder(), session, conversation, Message(slots=FORM, language="en"))

    assert all(words in said.text for words in ("128,520₫", "0123 4567 8900", "30 days", "billed monthly", "lan@example.com")), said.text


def test_email_of_the_order_is_kept_for_it(store: JourneyStore, conversation: Conversation) -> None:
    with store.transaction() as session:
        play(ActionPlaceOrder(), session, conversation, Message(slots=FORM))
        email = session.execute(sa.select(contacts.c.email).where(contacts.c.id == conversation.contact_id)).scalar_one()

    assert email == "lan@example.com"


def test_friend_of_a_customer_pays_ten_percent_less(store: JourneyStore, conversation: Conversation) -> None:
    with store.transaction() as session:
        code = issue_code(session, make_contact(session, "referrer"), TERMS, NOW).code
        redeem_code(session, conversation.contact_id, code, NOW)
        said = play(ActionPlaceOrder(), session, conversation, Message(slots=FORM))
        (order,) = list_orders(session, conversation.contact_id)

    assert order.amount == 115_668  # 119.000 − 11.900 = 107.100, and 8% of it
    assert "115.668đ" in said.text


def test_replayed_turn_and_a_second_yes_place_one_order(store: JourneyStore, conversation: Conversation) -> None:
    with store.transaction() as session:
        for message_id in ("m-1", "m-1", "m-2"):
            play(ActionPlaceOrder(), session, conversation, Message(slots=FORM, id=message_id))
        assert len(list_orders(session, conversation.contact_id)) == 1


def test_free_plan_asks_for_no_money_and_is_set_up_by_staff(store: JourneyStore, conversation: Conversation) -> None:
    with store.transaction() as session:
        said = play(ActionPlaceOrder(), session, conversation, Message(slots={**FORM, "plan": "hosting-free"}))
        (ticket,) = list_tickets(session, conversation.contact_id)

    assert said.responses == ("utter_place_free_order",)
    assert ticket.kind == "onboarding"
    assert "chuyển" not in said.text


def test_order_leaves_a_touchpoint_with_its_value(store: JourneyStore, conversation: Conversation) -> None:
    with store.transaction() as session:
        grant_consent(session, conversation.contact_id)
        play(ActionPlaceOrder(), session, conversation, Message(slots=FORM))
        (row,) = read_touchpoints(session, [conversation.contact_id])

    assert (row["type"], row["group"], row["value"], row["currency"]) == ("order_placed", "commitment", 128_520, "VND")


@pytest.mark.parametrize("slot, value, kept", [
    ("plan", "hosting-m", "hosting-m"), ("plan", "hosting-xxl", None),
    ("billing_period", "year", "year"), ("billing_period", "decade", None),
    ("email", "lan@example.com", "lan@example.com"), ("email", "lan", None),
])
def test_form_keeps_what_can_be_ordered(
    store: JourneyStore, conversation: Conversation, slot: str, value: str, kept: str | None,
) -> None:
    with store.transaction() as session:
        said = play_validation(ValidateOrderForm(), session, conversation, slot, Message(slots={slot: value}))

    assert said.slots[slot] == kept
    assert bool(said.responses) is (kept is None)


def test_orders_are_told_as_they_stand(store: JourneyStore, conversation: Conversation) -> None:
    with store.transaction() as session:
        paid = buy_plan(session, conversation.contact_id)
        placed = order_plan(session, conversation.contact_id, "vps-2", "year")
        said = play(ActionCheckOrder(), session, conversation, Message())
        one = play(ActionCheckOrder(), session, conversation, Message(entities={"order_number": paid.number}, language="en"))

    assert f"{placed.number} (VPS 2, theo năm)" in said.text and "đang chờ thanh toán: 3.229.200đ" in said.text
    assert f"{paid.number} (Hosting M, theo tháng)" in said.text and "đến hết ngày 02/04/2026" in said.text
    assert one.responses == ("utter_say_order_paid",) and "2 April 2026" in one.text


def test_strangers_order_reads_like_no_order(store: JourneyStore, conversation: Conversation) -> None:
    with store.transaction() as session:
        theirs = buy_plan(session, make_contact(session, "visitor-2"))
        known = play(ActionCheckOrder(), session, conversation, Message(entities={"order_number": theirs.number}))
        unknown = play(ActionCheckOrder(), session, conversation, Message(entities={"order_number": "DH-99999"}))

    assert known.texts[0].replace(theirs.number, "#") == unknown.texts[0].replace("DH-99999", "#")
    assert "Hosting M" not in known.text
    assert known.slots["pending_offer"] == "offer_human"


def test_word_of_the_contact_pays_nothing_but_calls_staff(store: JourneyStore, conversation: Conversation) -> None:
    with store.transaction() as session:
        grant_consent(session, conversation.contact_id)
        order = order_plan(session, conversation.contact_id)
        said = play(ActionReportPayment(), session, conversation, Message("em chuyển khoản rồi nhé", at=later(minutes=5)))
        handoff = find_open_handoff(session, conversation.id)
        types = [row["type"] for row in read_touchpoints(session, [conversation.contact_id])]
        (after,) = list_orders(session, conversation.contact_id)

    assert after == order
    assert handoff is not None and handoff.reason == "payment_reported"
    assert order.number in said.text and "128.520đ" in said.text
    assert sorted(types) == ["handoff_requested", "payment_reported"]


def test_named_order_is_the_one_that_was_paid(store: JourneyStore, conversation: Conversation) -> None:
    with store.transaction() as session:
        first = order_plan(session, conversation.contact_id)
        order_plan(session, conversation.contact_id, "vps-2", "year", later(hours=1))
        said = play(ActionReportPayment(), session, conversation, Message(entities={"order_number": first.number}))

    assert first.number in said.text


def test_report_without_an_open_order_guesses_nothing(store: JourneyStore, conversation: Conversation) -> None:
    with store.transaction() as session:
        buy_plan(session, conversation.contact_id)
        said = play(ActionReportPayment(), session, conversation, Message(language="en"))

    assert said.responses[0] == "utter_find_no_open_order"
    assert said.slots["pending_offer"] == "offer_human"
