"""Proof: what customers say, by stage of the one who asks. Reviews are quoted as the content has them."""

from __future__ import annotations

from collections.abc import Iterable

from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.action import JourneyAction
from actions.buttons import Card, known_button, make_card, utter_cards
from actions.facts import fact_text
from actions.offers import offer_order, offer_trial
from actions.topics import find_topic
from actions.turn import Turn
from journey_state.content import Review

REVIEWS_SHOWN = 3


class ActionAnswerReviews(JourneyAction):
    """Reviews of the plan or product that was named, the newest first, then a trial."""

    touchpoint = "review_read"

    def answer(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
        dispatcher.utter_message(response="utter_answer_reviews", fact=fact_text(turn, "reviews"))
        utter_cards(dispatcher, [review_card(turn, review) for review in find_reviews(turn)[:REVIEWS_SHOWN]])
        return offer_trial(turn, dispatcher, find_topic(turn).product, besides="compare_plans")


class ActionAnswerRating(JourneyAction):
    """For somebody new: how many are happy, and one story."""

    touchpoint = "review_read"

    def answer(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
        reviews = turn.content.reviews
        rating = f"{sum(review.rating for review in reviews) / len(reviews):.1f}".replace(".", "." if turn.language == "en" else ",")
        buttons = [known_button(turn, "recommend"), known_button(turn, "see_prices")]
        dispatcher.utter_message(response="utter_answer_rating", rating=rating, count=len(reviews), customers=fact_text(turn, "customers"))
        utter_cards(dispatcher, [review_card(turn, review) for review in find_reviews(turn)[:1]])
        dispatcher.utter_message(response="utter_ask_more_stories", buttons=buttons)
        return []


class ActionAnswerCaseStudy(JourneyAction):
    """For somebody about to order: a customer with results, and the money-back window."""

    touchpoint = "review_read"

    def answer(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
        topic = find_topic(turn)
        reviews = find_reviews(turn)
        studies = [review for review in reviews if review.results] or reviews
        dispatcher.utter_message(response="utter_answer_case_study")
        utter_cards(dispatcher, [review_card(turn, review) for review in studies[:1]])
        dispatcher.utter_message(text=fact_text(turn, "refund_window", topic))
        return offer_order(turn, dispatcher, topic.plan or turn.content.plan(studies[0].plan))


class ActionInviteReview(JourneyAction):
    """For a customer: two voices of others, and the invitation to add one."""

    touchpoint = "review_read"

    def answer(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
        utter_cards(dispatcher, [review_card(turn, review) for review in find_reviews(turn)[:2]])
        dispatcher.utter_message(response="utter_invite_review", buttons=[known_button(turn, "leave_review")])
        return [SlotSet("pending_offer", "offer_review")]


def find_reviews(turn: Turn) -> list[Review]:
    """Reviews of the plan, else of its product, else of everything; the newest first."""
    topic = find_topic(turn)
    newest = sorted(turn.content.reviews, key=lambda review: review.on, reverse=True)
    of_plan = [review for review in newest if topic.plan and review.plan == topic.plan.id]
    of_product = [review for review in newest if topic.product and turn.content.plan(review.plan).product == topic.product.id]
    return _unique([*of_plan, *of_product]) or newest


def review_card(turn: Turn, review: Review) -> Card:
    """A review with its plan, its stars and its results."""
    language = turn.language
    stars = "★" * review.rating + "☆" * (5 - review.rating)
    results = [f"✓ {result.in_language(language)}" for result in review.results]
    quote = f"“{review.quote.in_language(language)}”"
    return make_card(review.author.in_language(language), [f"{stars} · {turn.content.plan(review.plan).name}", quote, *results])


def _unique(reviews: Iterable[Review]) -> list[Review]:
    return list({review.id: review for review in reviews}.values())
