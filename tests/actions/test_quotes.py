"""Quotes in chat: asked for in writing, at any stage; the page has the same total as the order will."""

from __future__ import annotations

import pytest

from actions.action import JourneyAction
from actions.prices import (
    ActionAnswerEntryPrices,
    ActionAnswerOwnPrice,
    ActionAnswerPrice,
    ActionAnswerTotalPrice,
    ActionComparePeriodPrices,
)
from journey_state.conversations import Conversation
from journey_state.links import QUOTE, find_linked
from journey_state.quotes import Quote, find_quote
from journey_state.store import JourneyStore
from tests.fixtures.speaking import Message, Said, play

ASKED = "gửi mình bản báo giá hosting M"
ACTIONS = (ActionAnswerPrice(), ActionAnswerEntryPrices(), ActionComparePeriodPrices(), ActionAnswerTotalPrice(), ActionAnswerOwnPrice())


def quotes_of(store: JourneyStore, said: Said) -> list[Quote]:
    tokens = [card["url"].removeprefix("/quotes/").partition("?")[0] for card in said.cards]
    with store.reading() as session:
        found = [find_quote(session, find_linked(session, QUOTE, token) or "") for token in tokens]
    return [quote for quote in found if quote is not None]


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.name())
def test_quote_is_given_at_every_stage(sqlite_store: JourneyStore, lone_conversation: Conversation, action: JourneyAction) -> None:
    with sqlite_store.transaction() as session:
        said = play(action, session, lone_conversation, Message(text=ASKED, entities={"plan": "hosting-m"}))

    assert [(quote.billing_period, quote.total) for quote in quotes_of(sqlite_store, said)] == [("month", 128_520), ("year", 1_285_200)]
    assert "09/03/2026" in said.text and "1.285.200đ" in said.cards[1]["lines"][0]


def test_period_that_is_named_is_quoted_alone(sqlite_store: JourneyStore, lone_conversation: Conversation) -> None:
    message = Message(text=f"{ASKED} theo năm", entities={"plan": "hosting-m", "billing_period": "year"}, language="en")
    with sqlite_store.transaction() as session:
        said = play(ActionAnswerTotalPrice(), session, lone_conversation, message)

    assert [quote.billing_period for quote in quotes_of(sqlite_store, said)] == ["year"]
    assert said.cards[0]["url"].endswith("?lang=en") and said.slots["pending_offer"] == "offer_order"


@pytest.mark.parametrize("entities", [{}, {"plan": "hosting-free"}])
def test_without_a_plan_that_costs_something_it_is_asked_for(
    sqlite_store: JourneyStore, lone_conversation: Conversation, entities: dict[str, str],
) -> None:
    with sqlite_store.transaction() as session:
        said = play(ActionAnswerPrice(), session, lone_conversation, Message(text="cho mình xin báo giá có dấu", entities=entities))

    assert "gói nào" in said.text and not said.cards
