"""Trouble: first checks by what is described, the state of the order, and whether the site is with us at all."""

from __future__ import annotations

import pytest

from actions.action import JourneyAction
from actions.outages import ActionApologise, ActionAskWhereSiteRuns, ActionCheckBilling, ActionCheckOutage, ActionExplainRefund
from journey_state.conversations import Conversation
from journey_state.store import JourneyStore
from tests.fixtures.customers import order_plan
from tests.fixtures.speaking import Message, play


@pytest.mark.parametrize("text, language, words", [
    ("web mình bị lỗi 500", "vi", ["1.", "DirectAdmin", "status.sencloud.example"]),
    ("error 500 on my site", "en", ["1.", "DirectAdmin"]),
    ("có gì đó sai sai", "vi", ["status.sencloud.example"]),
])
def test_described_problem_gets_its_first_checks(
    sqlite_store: JourneyStore, lone_conversation: Conversation, text: str, language: str, words: list[str],
) -> None:
    with sqlite_store.transaction() as session:
        said = play(ActionCheckOutage(), session, lone_conversation, Message(text=text, language=language, slots={"ticket_subject": "cũ"}))

    assert all(word in said.text for word in words), said.text
    assert said.slots == {"wrong_inputs": 0.0, "ticket_subject": None}


def test_wrong_charge_is_looked_at_beside_the_latest_order(sqlite_store: JourneyStore, lone_conversation: Conversation) -> None:
    with sqlite_store.transaction() as session:
        order = order_plan(session, lone_conversation.contact_id, "hosting-m", "month")
        said = play(ActionCheckBilling(), session, lone_conversation, Message(text="trả rồi mà chưa chạy"))

    assert order.number in said.text and "128.520đ" in said.text


@pytest.mark.parametrize("action, offer", [
    (ActionAskWhereSiteRuns(), "offer_ticket"), (ActionApologise(), "offer_human"), (ActionExplainRefund(), "offer_human"),
])
def test_stranger_in_trouble_is_led_on(
    sqlite_store: JourneyStore, lone_conversation: Conversation, action: JourneyAction, offer: str,
) -> None:
    with sqlite_store.transaction() as session:
        assert play(action, session, lone_conversation, Message(text="sập rồi")).slots["pending_offer"] == offer
