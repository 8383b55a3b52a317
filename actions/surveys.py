"""Talks about ratings: takes stars and points, says sorry where they are low, invites to share where they are high."""

from __future__ import annotations

from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.action import JourneyAction
from actions.buttons import make_button
from actions.offers import offer_human, offer_referral
from actions.turn import Turn
from journey_state.surveys import SCALE_OF_KIND, Answer, ScoreClass, SurveyKind, append_answer, classify_score


class ActionRateCsat(JourneyAction):
    """Takes 1 to 5 stars for the support; six and more can only mean the other scale."""

    def answer(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
        """A number off both scales is asked again."""
        is_of_ten = _read_score(turn, SurveyKind.CSAT) is None and _read_score(turn, SurveyKind.NPS)
        return _take_score(turn, dispatcher, SurveyKind.NPS if is_of_ten else SurveyKind.CSAT)


class ActionRateNps(JourneyAction):
    """Takes 0 to 10 points for how likely somebody is to recommend us."""

    def answer(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
        """A number off the scale is asked again."""
        return _take_score(turn, dispatcher, SurveyKind.NPS)


class ActionLeaveReview(JourneyAction):
    """Takes a review: the stars in the message, and the words, only with consent."""

    def answer(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
        """Nothing is published without asking again; a low rating gets a person first."""
        score = _read_score(turn, SurveyKind.REVIEW)
        if not turn.scope.is_consenting:
            dispatcher.utter_message(response="utter_ask_consent_for_review")
            return []
        if score is None:
            dispatcher.utter_message(response="utter_ask_review", buttons=_score_buttons(SurveyKind.REVIEW, "leave_review"))
            turn.record_touchpoint("review_left", goal="review", properties={"is_started": True})
            return [SlotSet("pending_offer", None)]
        append_answer(turn.session, turn.contact_id, Answer(SurveyKind.REVIEW, score, turn.text, turn.scope.message_id), turn.now)
        turn.record_touchpoint("review_left", goal="review", properties={"score": score}, emotion=_emotion(SurveyKind.REVIEW, score))
        is_unhappy = classify_score(SurveyKind.REVIEW, score) is ScoreClass.UNHAPPY
        dispatcher.utter_message(response="utter_thank_review_unhappy" if is_unhappy else "utter_thank_review", score=score)
        return offer_human(turn, dispatcher) if is_unhappy else offer_referral(turn, dispatcher)


def _take_score(turn: Turn, dispatcher: CollectingDispatcher, kind: SurveyKind) -> list[EventType]:
    """Thank for a score; a low one gets an apology and the offer of a person, a promoter the offer of a code."""
    score = _read_score(turn, kind)
    if score is None:
        return _ask_score(turn, dispatcher, kind)
    _keep_score(turn, kind, score)
    mood = classify_score(kind, score)
    dispatcher.utter_message(response=f"utter_thank_{kind.value}_{mood.value}", score=score)
    if mood is ScoreClass.UNHAPPY:
        return offer_human(turn, dispatcher)
    return offer_referral(turn, dispatcher) if kind is SurveyKind.NPS and mood is ScoreClass.HAPPY else []


def _read_score(turn: Turn, kind: SurveyKind) -> int | None:
    said = turn.entities.get("rating") or turn.entities.get("count") or ""
    return int(said) if said.isdigit() and int(said) in SCALE_OF_KIND[kind] else None


def _keep_score(turn: Turn, kind: SurveyKind, score: int) -> None:
    if not turn.scope.is_consenting:
        return
    append_answer(turn.session, turn.contact_id, Answer(kind, score, turn.text, turn.scope.message_id), turn.now)
    turn.record_touchpoint(f"{kind.value}_given", properties={"score": score}, emotion=_emotion(kind, score))


def _emotion(kind: SurveyKind, score: int) -> float:
    """The score on its scale as -1 (worst) to 1 (best)."""
    scale = SCALE_OF_KIND[kind]
    return round(2 * (score - scale[0]) / (scale[-1] - scale[0]) - 1, 3)


def _ask_score(turn: Turn, dispatcher: CollectingDispatcher, kind: SurveyKind) -> list[EventType]:
    dispatcher.utter_message(response=f"utter_ask_{kind.value}", buttons=_score_buttons(kind, f"rate_{kind.value}"))
    return []


def _score_buttons(kind: SurveyKind, intent: str) -> list[dict[str, str]]:
    return [make_button(str(score), intent, rating=str(score)) for score in SCALE_OF_KIND[kind]]
