"""Prices as each stage hears them: exact, from the content, with the next step."""

from __future__ import annotations

import pytest

from actions.action import JourneyAction
from actions.prices import (
    ActionAnswerEntryPrices,
    ActionAnswerFriendPrice,
    ActionAnswerOwnPrice,
    ActionAnswerPrice,
    ActionAnswerTotalPrice,
    ActionComparePeriodPrices,
)
from journey_state.conversations import Conversation
from journey_state.store import JourneyStore
from journey_state.trials import TrialRequest, start_trial
from tests.fixtures.customers import buy_plan, order_plan
from tests.fixtures.journeys import NOW
from tests.fixtures.speaking import Message, Said, play


def _ask(store: JourneyStore, conversation: Conversation, action: JourneyAction, **message: object) -> Said:
    with store.transaction() as session:
        return play(action, session, conversation, Message(**message))  # type: ignore[arg-type]


@pytest.mark.parametrize("action, entities, language, words, offer", [
    (ActionAnswerPrice(), {"plan": "hosting-m"}, "vi", ["119.000đ/tháng", "1.190.000đ/năm", "8%"], None),
    (ActionAnswerPrice(), {"plan": "hosting-m"}, "en", ["119,000₫", "1,190,000₫", "8%"], None),
    (ActionAnswerEntryPrices(), {"plan": "vps-2"}, "vi", ["VPS 2", "299.000đ"], None),
    (ActionComparePeriodPrices(), {"plan": "hosting-m"}, "vi", ["128.520đ/tháng", "1.285.200đ/năm", "238.000đ"], "offer_trial"),
    (ActionAnswerTotalPrice(), {"plan": "hosting-m"}, "vi", ["128.520đ", "1.285.200đ", "7 ngày", "30 ngày"], "offer_order"),
    (ActionAnswerTotalPrice(), {"plan": "hosting-m", "billing_period": "year"}, "en", ["1,285,200₫ a year"], "offer_order"),
    (ActionAnswerTotalPrice(), {"plan": "email-pro", "users": "12"}, "vi", ["Pro cho 12 người dùng", "635.040đ/tháng"], "offer_order"),
    (ActionAnswerTotalPrice(), {"plan": "hosting-m", "users": "12"}, "vi", ["128.520đ/tháng"], "offer_order"),
    (ActionAnswerTotalPrice(), {"plan": "vps-2", "units": "3"}, "en", ["3 × VPS 2", "968,760₫ a month"], "offer_order"),
    (ActionAnswerFriendPrice(), {"plan": "hosting-m"}, "vi", ["1.156.680đ/năm", "10%", "100.000đ"], "offer_referral"),
])
def test_price_is_exact_and_leads_on(
    sqlite_store: JourneyStore, lone_conversation: Conversation, action: JourneyAction, entities: dict[str, str], language: str,
    words: list[str], offer: str | None,
) -> None:
    said = _ask(sqlite_store, lone_conversation, action, entities=entities, language=language)

    assert all(word in said.text for word in words), said.text
    assert said.slots.get("pending_offer") == offer


def test_total_for_one_period_leaves_the_other_out(sqlite_store: JourneyStore, lone_conversation: Conversation) -> None:
    said = _ask(sqlite_store, lone_conversation, ActionAnswerTotalPrice(), entities={"plan": "hosting-m", "billing_period": "year"})

    assert "128.520đ/tháng" not in said.text


@pytest.mark.parametrize("action, titles", [
    (ActionAnswerPrice(), ["Web hosting", "Cloud VPS", "Email doanh nghiệp"]),
    (ActionAnswerEntryPrices(), ["Web hosting", "Cloud VPS", "Email doanh nghiệp"]),
])
def test_without_a_topic_every_product_says_what_it_starts_at(
    sqlite_store: JourneyStore, lone_conversation: Conversation, action: JourneyAction, titles: list[str],
) -> None:
    said = _ask(sqlite_store, lone_conversation, action)

    assert [card["title"] for card in said.cards] == titles
    assert "Giá từ 59.000đ/tháng" in said.cards[0]["lines"]


def test_product_shows_its_plans_ready_to_order(sqlite_store: JourneyStore, lone_conversation: Conversation) -> None:
    said = _ask(sqlite_store, lone_conversation, ActionAnswerPrice(), entities={"product": "email"})

    assert [(card["title"], card["choice"]["slots"]) for card in said.cards] == [
        ("Email Basic", {"plan": "email-basic"}), ("Email Pro", {"plan": "email-pro"}),
    ]


@pytest.mark.parametrize("entities, told, not_told", [
    ({}, ["Hosting S", "63.720đ/tháng", "02/04/2026"], ["VPS 2"]),
    ({"plan": "hosting-s"}, ["63.720đ/tháng"], ["VPS 2"]),
    ({"plan": "vps-2"}, ["VPS 2 giá 299.000đ/tháng", "63.720đ/tháng"], []),
])
def test_customer_hears_the_price_of_the_own_renewal(
    sqlite_store: JourneyStore, lone_conversation: Conversation, entities: dict[str, str], told: list[str], not_told: list[str],
) -> None:
    with sqlite_store.transaction() as session:
        buy_plan(session, lone_conversation.contact_id, "hosting-s", "month")
    said = _ask(sqlite_store, lone_conversation, ActionAnswerOwnPrice(), entities=entities)

    assert all(word in said.text for word in told), said.text
    assert not any(word in said.text for word in not_told)
    assert "/renew_plan" in said.buttons.values()


def test_stranger_who_sounds_like_a_customer_hears_the_list(sqlite_store: JourneyStore, lone_conversation: Conversation) -> None:
    said = _ask(sqlite_store, lone_conversation, ActionAnswerOwnPrice(), entities={"plan": "vps-1"})

    assert "149.000đ" in said.text


def test_order_that_waits_is_to_be_paid_and_not_placed_again(sqlite_store: JourneyStore, lone_conversation: Conversation) -> None:
    with sqlite_store.transaction() as session:
        order = order_plan(session, lone_conversation.contact_id, "hosting-m", "year")
    said = _ask(sqlite_store, lone_conversation, ActionAnswerTotalPrice(), entities={"plan": "hosting-m"})

    assert order.number in said.text and "/report_payment" in said.buttons.values()
    assert "pending_offer" not in said.slots


def test_used_trial_is_not_offered_again(sqlite_store: JourneyStore, lone_conversation: Conversation) -> None:
    with sqlite_store.transaction() as session:
        start_trial(session, lone_conversation.contact_id, TrialRequest("hosting", 14), NOW)
    said = _ask(sqlite_store, lone_conversation, ActionComparePeriodPrices(), entities={"plan": "hosting-l"})

    assert said.slots["pending_offer"] == "offer_order"
    assert '/order_plan{"plan": "hosting-l"}' in said.buttons.values()
