"""Reviews: those of the plan first, quoted as published."""

from __future__ import annotations

import pytest

from actions.action import JourneyAction
from actions.reviews import ActionAnswerCaseStudy, ActionAnswerRating, ActionAnswerReviews, ActionInviteReview
from journey_state.content import get_content
from journey_state.conversations import Conversation
from journey_state.store import JourneyStore
from tests.fixtures.speaking import Message, play


@pytest.mark.parametrize("action, entities, shown, plans, offer", [
    (ActionAnswerReviews(), {}, 3, None, "offer_trial"),
    (ActionAnswerReviews(), {"plan": "hosting-m"}, 3, {"Hosting M"}, "offer_trial"),
    (ActionAnswerReviews(), {"product": "email"}, 2, {"Email Basic", "Email Pro"}, "offer_trial"),
    (ActionAnswerRating(), {}, 1, None, None),
    (ActionAnswerCaseStudy(), {"product": "hosting"}, 1, None, "offer_order"),
    (ActionInviteReview(), {}, 2, None, "offer_review"),
])
def test_reviews_fit_the_topic(
    sqlite_store: JourneyStore, lone_conversation: Conversation, action: JourneyAction, entities: dict[str, str], shown: int,
    plans: set[str] | None, offer: str | None,
) -> None:
    with sqlite_store.transaction() as session:
        said = play(action, session, lone_conversation, Message(entities=entities))

    assert len(said.cards) == shown
    assert plans is None or {card["lines"][0].split(" · ")[1] for card in said.cards} <= plans
    assert said.slots.get("pending_offer") == offer


def test_review_is_quoted_word_for_word(sqlite_store: JourneyStore, lone_conversation: Conversation) -> None:
    published = {f"“{review.quote.vi}”" for review in get_content().reviews}
    with sqlite_store.transaction() as session:
        said = play(ActionAnswerReviews(), session, lone_conversation, Message())

    assert {card["lines"][1] for card in said.cards} <= published


def test_case_study_has_results_and_the_money_back_window(sqlite_store: JourneyStore, lone_conversation: Conversation) -> None:
    with sqlite_store.transaction() as session:
        said = play(ActionAnswerCaseStudy(), session, lone_conversation, Message(entities={"product": "hosting"}))

    assert any(line.startswith("✓") for line in said.cards[0]["lines"])
    assert "30 ngày" in said.text
