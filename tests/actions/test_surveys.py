"""What is said about ratings: thanks for high ones, an apology and a person for low ones, nothing kept without consent."""

from __future__ import annotations

import pytest
from rasa_sdk import Action

from actions.surveys import ActionLeaveReview, ActionRateCsat, ActionRateNps
from journey_state.conversations import Conversation
from journey_state.store import JourneyStore
from journey_state.surveys import SurveyKind, find_latest_answer
from journey_state.touchpoints import read_touchpoints
from tests.fixtures.people import grant_consent
from tests.fixtures.speaking import Message, play


@pytest.mark.parametrize("action, score, response, offer", [
    (ActionRateCsat(), "5", "utter_thank_csat_happy", None),
    (ActionRateCsat(), "3", "utter_thank_csat_neutral", None),
    (ActionRateCsat(), "1", "utter_thank_csat_unhappy", "offer_human"),
    (ActionRateNps(), "10", "utter_thank_nps_happy", "offer_referral"),
    (ActionRateCsat(), "9", "utter_thank_nps_happy", "offer_referral"),
    (ActionRateNps(), "7", "utter_thank_nps_neutral", None),
    (ActionRateNps(), "0", "utter_thank_nps_unhappy", "offer_human"),
])
@pytest.mark.parametrize("language", ["vi", "en"])
def test_score_gets_its_own_answer(
    store: JourneyStore, conversation: Conversation, action: Action, score: str, response: str, offer: str | None, language: str,
) -> None:
    with store.transaction() as session:
        said = play(action, session, conversation, Message(entities={"rating": score}, language=language))

    assert said.responses[0] == response
    assert score in said.texts[0]
    assert said.slots.get("pending_offer") == offer


@pytest.mark.parametrize("action, kind, score, emotion", [
    (ActionRateCsat(), SurveyKind.CSAT, 2, -0.5), (ActionRateCsat(), SurveyKind.CSAT, 5, 1.0), (ActionRateNps(), SurveyKind.NPS, 0, -1.0),
])
def test_score_of_those_who_consent_is_kept_once(
    store: JourneyStore, conversation: Conversation, action: Action, kind: SurveyKind, score: int, emotion: float,
) -> None:
    message = Message(f"chấm {score} nhé", entities={"rating": str(score)}, id="m-1")
    with store.transaction() as session:
        grant_consent(session, conversation.contact_id)
        for _ in range(2):
            play(action, session, conversation, message)
        answer = find_latest_answer(session, conversation.contact_id, kind)
        (row,) = read_touchpoints(session, [conversation.contact_id])

    assert answer is not None and (answer.score, answer.comment) == (score, message.text)
    assert (row["group"], row["emotion"], row["properties"]) == ("feedback", emotion, {"score": score})


def test_score_without_consent_is_thanked_for_and_forgotten(store: JourneyStore, conversation: Conversation) -> None:
    with store.transaction() as session:
        said = play(ActionRateCsat(), session, conversation, Message(entities={"rating": "5"}))

        assert said.responses == ("utter_thank_csat_happy",)
        assert find_latest_answer(session, conversation.contact_id, SurveyKind.CSAT) is None


@pytest.mark.parametrize("action, entities, response, scores", [
    (ActionRateCsat(), {"rating": "0"}, "utter_ask_csat", ["1", "2", "3", "4", "5"]),
    (ActionRateCsat(), {"rating": "11"}, "utter_ask_csat", ["1", "2", "3", "4", "5"]),
    (ActionRateCsat(), {}, "utter_ask_csat", ["1", "2", "3", "4", "5"]),
    (ActionRateNps(), {"rating": "11"}, "utter_ask_nps", [str(number) for number in range(11)]),
])
def test_number_off_the_scale_is_asked_again(
    store: JourneyStore, conversation: Conversation, action: Action, entities: dict[str, str], response: str, scores: list[str],
) -> None:
    with store.transaction() as session:
        said = play(action, session, conversation, Message(entities=entities))

    assert said.responses == (response,)
    assert list(said.buttons) == scores


def test_review_is_kept_with_its_stars_and_words(store: JourneyStore, conversation: Conversation) -> None:
    with store.transaction() as session:
        grant_consent(session, conversation.contact_id)
        said = play(ActionLeaveReview(), session, conversation, Message("5 sao, nhanh và nhiệt tình", entities={"rating": "5"}))
        review = find_latest_answer(session, conversation.contact_id, SurveyKind.REVIEW)
        (row,) = read_touchpoints(session, [conversation.contact_id])

    assert review is not None and (review.score, review.comment) == (5, "5 sao, nhanh và nhiệt tình")
    assert (row["type"], row["group"]) == ("review_left", "sharing")
    assert "utter_thank_review" in said.responses and said.slots["pending_offer"] == "offer_referral"


def test_review_without_stars_is_asked_for_them(store: JourneyStore, conversation: Conversation) -> None:
    with store.transaction() as session:
        grant_consent(session, conversation.contact_id)
        said = play(ActionLeaveReview(), session, conversation, Message("mình muốn viết đánh giá", language="en"))

        assert said.responses == ("utter_ask_review",)
        assert find_latest_answer(session, conversation.contact_id, SurveyKind.REVIEW) is None


def test_unhappy_reviewer_gets_a_person_not_a_code(store: JourneyStore, conversation: Conversation) -> None:
    with store.transaction() as session:
        grant_consent(session, conversation.contact_id)
        said = play(ActionLeaveReview(), session, conversation, Message("1 sao", entities={"rating": "1"}))

    assert said.slots["pending_offer"] == "offer_human"


def test_review_needs_consent_first(store: JourneyStore, conversation: Conversation) -> None:
    with store.transaction() as session:
        said = play(ActionLeaveReview(), session, conversation, Message("5 sao", entities={"rating": "5"}))

        assert said.responses == ("utter_ask_consent_for_review",)
        assert set(said.buttons.values()) == {"/grant_consent", "/refuse_consent"}
        assert find_latest_answer(session, conversation.contact_id, SurveyKind.REVIEW) is None
