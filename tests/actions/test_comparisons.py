"""Comparing plans: which stand side by side, and with what numbers."""

from __future__ import annotations

import pytest

from actions.action import JourneyAction
from actions.comparisons import ActionComparePlans, ActionCompareProducts, ActionCompareTotals, ActionCompareWithOwnPlan
from journey_state.conversations import Conversation
from journey_state.store import JourneyStore
from tests.fixtures.customers import buy_plan
from tests.fixtures.speaking import Message, play

S_AND_M = [("plan", "hosting-s"), ("plan", "hosting-m")]
HOSTING = ["Hosting Free", "Hosting S", "Hosting M", "Hosting L"]


@pytest.mark.parametrize("action, message, titles, offer", [
    (ActionComparePlans(), Message(mentions=S_AND_M), ["Hosting S", "Hosting M"], "offer_trial"),
    (ActionComparePlans(), Message(entities={"product": "hosting"}), HOSTING, "offer_trial"),
    (ActionComparePlans(), Message(entities={"plan": "hosting-m"}), HOSTING, "offer_trial"),
    (ActionComparePlans(), Message(), ["Hosting M", "VPS 2", "Email Pro"], "offer_trial"),
    (ActionComparePlans(), Message(mentions=[("product", "hosting"), ("product", "vps")]), ["Web hosting", "Cloud VPS"], None),
    (ActionCompareProducts(), Message(), ["Web hosting", "Cloud VPS", "Email doanh nghiệp"], None),
    (ActionCompareProducts(), Message(mentions=S_AND_M), ["Hosting S", "Hosting M"], "offer_trial"),
    (ActionCompareTotals(), Message(entities={"product": "hosting"}), HOSTING[1:], "offer_order"),
])
def test_plans_stand_side_by_side(
    sqlite_store: JourneyStore, lone_conversation: Conversation, action: JourneyAction, message: Message, titles: list[str],
    offer: str | None,
) -> None:
    with sqlite_store.transaction() as session:
        said = play(action, session, lone_conversation, message)

    assert [card["title"] for card in said.cards] == titles
    assert said.slots.get("pending_offer") == offer


@pytest.mark.parametrize("action, line", [
    (ActionComparePlans(), "Dung lượng: 30 GB NVMe"), (ActionCompareTotals(), "128.520đ/tháng (giá 119.000đ + VAT 9.520đ)"),
])
def test_card_carries_what_is_compared(
    sqlite_store: JourneyStore, lone_conversation: Conversation, action: JourneyAction, line: str,
) -> None:
    with sqlite_store.transaction() as session:
        said = play(action, session, lone_conversation, Message(mentions=S_AND_M))

    assert line in said.cards[1]["lines"]


@pytest.mark.parametrize("action", [ActionComparePlans(), ActionCompareProducts(), ActionCompareTotals()])
def test_nothing_is_claimed_about_other_providers(
    sqlite_store: JourneyStore, lone_conversation: Conversation, action: JourneyAction,
) -> None:
    with sqlite_store.transaction() as session:
        said = play(action, session, lone_conversation, Message(text="hơn gì bên khác vậy"))

    assert "không nhận xét họ" in said.text and "Nên hỏi bên kia" in said.text
    assert not said.cards


@pytest.mark.parametrize("entities, titles, words, offer", [
    ({}, ["Hosting S", "Hosting M"], "thêm 60.000đ", "offer_upgrade"),
    ({"plan": "hosting-l"}, ["Hosting S", "Hosting L"], "thêm 180.000đ", "offer_upgrade"),
    ({"plan": "vps-2"}, ["VPS 1", "VPS 2", "VPS 4", "VPS 8"], "", "offer_trial"),
])
def test_customer_compares_with_the_own_plan(
    sqlite_store: JourneyStore, lone_conversation: Conversation, entities: dict[str, str], titles: list[str], words: str, offer: str,
) -> None:
    with sqlite_store.transaction() as session:
        buy_plan(session, lone_conversation.contact_id, "hosting-s")
        said = play(ActionCompareWithOwnPlan(), session, lone_conversation, Message(entities=entities))

    assert [card["title"] for card in said.cards] == titles
    assert words in said.text and said.slots["pending_offer"] == offer
