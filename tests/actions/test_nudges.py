"""Answers to what was written unasked: quiet on request, and the path survey becomes touchpoints."""

from __future__ import annotations

import pytest

from actions.nudges import ActionAnswerPath, ActionStopNudges, load_words
from journey_state.conversations import Conversation
from journey_state.nudge_occasions import read_reach
from journey_state.store import JourneyStore
from journey_state.touchpoints import GROUP_OF_TYPE, read_touchpoints
from tests.fixtures.people import grant_consent, link_contacts, make_contact
from tests.fixtures.speaking import Message, play


@pytest.mark.parametrize("language", ["vi", "en"])
def test_who_wants_quiet_gets_it_on_every_channel(store: JourneyStore, conversation: Conversation, language: str) -> None:
    with store.transaction() as session:
        other = make_contact(session, "77", channel="telegram")
        link_contacts(session, conversation.contact_id, other)
        said = play(ActionStopNudges(), session, conversation, Message(intent="stop_nudges", language=language))

        assert said.responses == ("utter_stop_nudges",)
        assert not read_reach(session, conversation.contact_id).wants_nudges and not read_reach(session, other).wants_nudges


def test_the_path_is_asked_in_two_steps_and_each_answer_becomes_its_touchpoint(store: JourneyStore, conversation: Conversation) -> None:
    with store.transaction() as session:
        grant_consent(session, conversation.contact_id)
        first = play(ActionAnswerPath(), session, conversation, Message(entities={"path_step": "first", "path_source": "friend"}))
        second = play(ActionAnswerPath(), session, conversation, Message(entities={"path_step": "second", "path_source": "reviews"}))
        kept = read_touchpoints(session, (conversation.contact_id,))

    assert list(first.buttons)[0] == "Đánh giá của khách" and second.responses == ("utter_thank_path",)
    declared = [touchpoint["type"] for touchpoint in kept if touchpoint["properties"].get("declared")]
    assert declared == ["word_of_mouth", "review_read"]
    assert [touchpoint["type"] for touchpoint in kept].count("survey_answered") == 2


@pytest.mark.parametrize("entities", [{}, {"path_step": "third", "path_source": "friend"}, {"path_step": "first", "path_source": "x"}])
def test_an_answer_nobody_offered_declares_nothing(store: JourneyStore, conversation: Conversation, entities: dict[str, str]) -> None:
    with store.transaction() as session:
        grant_consent(session, conversation.contact_id)
        said = play(ActionAnswerPath(), session, conversation, Message(entities=entities))

        assert said.responses and read_touchpoints(session, (conversation.contact_id,)) == []


def test_without_consent_nothing_of_the_path_is_kept(store: JourneyStore, conversation: Conversation) -> None:
    with store.transaction() as session:
        play(ActionAnswerPath(), session, conversation, Message(entities={"path_step": "first", "path_source": "friend"}))

        assert read_touchpoints(session, (conversation.contact_id,)) == []


def test_every_answer_declares_a_known_touchpoint_or_none() -> None:
    named = {answer["touchpoint"] for answers in load_words()["path"].values() for answer in answers.values()}

    assert named - {""} <= set(GROUP_OF_TYPE)
