"""What is said about refunds: by the rules, and nothing guessed about an account."""

from __future__ import annotations

import pytest

from actions.refunds import ActionRequestRefund
from journey_state.conversations import Conversation
from journey_state.orders import refund_order
from journey_state.store import JourneyStore
from journey_state.tickets import list_tickets
from tests.fixtures.customers import buy_plan, order_plan
from tests.fixtures.journeys import NOW, later
from tests.fixtures.speaking import Message, play


@pytest.mark.parametrize("plan, days, last_day, is_open", [
    ("hosting-m", 0, "01/04/2026", True), ("hosting-m", 30, "01/04/2026", True), ("hosting-m", 31, "01/04/2026", False),
    ("vps-2", 7, "09/03/2026", True), ("vps-2", 8, "09/03/2026", False),
])
def test_window_of_the_product_decides(
    store: JourneyStore, conversation: Conversation, plan: str, days: int, last_day: str, is_open: bool,
) -> None:
    with store.transaction() as session:
        order = buy_plan(session, conversation.contact_id, plan)
        said = play(ActionRequestRefund(), session, conversation, Message("cho em hoàn tiền", at=later(days=days)))
        refunds = [ticket for ticket in list_tickets(session, conversation.contact_id) if ticket.kind == "refund"]

    assert said.responses[0] == ("utter_take_refund_request" if is_open else "utter_refuse_refund_too_late")
    assert order.number in said.text and last_day in said.text
    assert [ticket.priority for ticket in refunds] == (["high"] if is_open else [])
    assert ("5 ngày làm việc" in said.text) is is_open
    assert is_open or said.slots["pending_offer"] == "offer_human"


def test_second_order_is_not_refunded_by_itself(store: JourneyStore, conversation: Conversation) -> None:
    with store.transaction() as session:
        first = buy_plan(session, conversation.contact_id)
        second = buy_plan(session, conversation.contact_id, "vps-2", at=later(days=1))
        said = play(ActionRequestRefund(), session, conversation, Message(at=later(days=2), language="en"))
        named = play(ActionRequestRefund(), session, conversation, Message(entities={"order_number": first.number}, at=later(days=2)))

    assert said.responses[0] == "utter_refuse_refund_not_first" and second.number in said.text
    assert named.responses[0] == "utter_take_refund_request" and first.number in named.text


def test_refunded_order_says_so(store: JourneyStore, conversation: Conversation) -> None:
    with store.transaction() as session:
        refund_order(session, buy_plan(session, conversation.contact_id).number, NOW)
        said = play(ActionRequestRefund(), session, conversation, Message())

    assert said.responses[0] == "utter_refuse_refund_already_refunded"


@pytest.mark.parametrize("language, words", [("vi", "không dám đoán"), ("en", "I won't guess")])
def test_without_a_paid_order_the_rule_is_told_and_a_person_offered(
    store: JourneyStore, conversation: Conversation, language: str, words: str,
) -> None:
    with store.transaction() as session:
        order_plan(session, conversation.contact_id)
        said = play(ActionRequestRefund(), session, conversation, Message(language=language))

    assert "30" in said.text and words in said.text
    assert said.slots["pending_offer"] == "offer_human"
