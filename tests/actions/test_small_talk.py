"""Greetings by stage, small talk by its kind, the change of language, the question for stars."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from actions.referrals import ActionGiveReferral
from actions.small_talk import (
    ActionChat,
    ActionDeclineTopic,
    ActionGreetCustomer,
    ActionSwitchLanguage,
    ActionWelcomeThanksAndAskRating,
    ActionWelcomeThanksAndOfferReferral,
)
from journey_state.conversations import Conversation
from journey_state.store import JourneyStore
from journey_state.surveys import Answer, SurveyKind, append_answer
from journey_state.tables import contacts
from journey_state.trials import TrialRequest, start_trial
from tests.fixtures.journeys import NOW
from tests.fixtures.people import grant_consent
from tests.fixtures.speaking import Message, play


@pytest.mark.parametrize("text, language, response", [
    ("em là robot hả", "vi", "utter_chat_identity"), ("ban la nguoi that ha", "vi", "utter_chat_identity"),
    ("are you a real person?", "en", "utter_chat_identity"), ("khoẻ không em", "vi", "utter_chat_wellbeing"),
    ("tell me a joke", "en", "utter_chat_joke"), ("em dễ thương ghê", "vi", "utter_chat_compliment"),
    ("hôm nay mưa quá", "vi", "utter_chat"),
])
def test_small_talk_is_answered_by_its_kind(
    sqlite_store: JourneyStore, lone_conversation: Conversation, text: str, language: str, response: str,
) -> None:
    with sqlite_store.transaction() as session:
        assert play(ActionChat(), session, lone_conversation, Message(text=text, language=language)).responses == (response,)


@pytest.mark.parametrize("text, before, after", [
    ("can we speak English?", "vi", "en"), ("nói tiếng Anh được không", "vi", "en"), ("noi tieng anh di", "vi", "en"),
    ("tiếng Việt đi bạn", "en", "vi"), ("anh ơi nói tiếng việt nhé", "en", "vi"), ("my Vietnamese is bad, English please", "vi", "en"),
    ("đổi ngôn ngữ", "vi", "en"), ("change the language", "en", "vi"),
])
def test_language_that_is_asked_for_is_set_and_kept(
    sqlite_store: JourneyStore, lone_conversation: Conversation, text: str, before: str, after: str,
) -> None:
    with sqlite_store.transaction() as session:
        said = play(ActionSwitchLanguage(), session, lone_conversation, Message(text=text, language=before))
        kept = session.execute(sa.select(contacts.c.language)).scalar_one()

    assert said.slots == {"language": after, "language_locked": True}
    assert kept == after


def test_customer_is_greeted_with_what_stands_open(sqlite_store: JourneyStore, lone_conversation: Conversation) -> None:
    with sqlite_store.transaction() as session:
        plain = play(ActionGreetCustomer(), session, lone_conversation, Message())
        start_trial(session, lone_conversation.contact_id, TrialRequest("hosting", 14), NOW)
        informed = play(ActionGreetCustomer(), session, lone_conversation, Message())

    assert plain.responses == ("utter_greet_customer",)
    assert "Bản dùng thử của bạn còn 14 ngày." in informed.text


@pytest.mark.parametrize("is_consenting, has_rated, is_asked", [(True, False, True), (True, True, False), (False, False, False)])
def test_stars_are_asked_once_and_only_when_they_may_be_kept(
    sqlite_store: JourneyStore, lone_conversation: Conversation, is_consenting: bool, has_rated: bool, is_asked: bool,
) -> None:
    with sqlite_store.transaction() as session:
        if is_consenting:
            grant_consent(session, lone_conversation.contact_id)
        if has_rated:
            append_answer(session, lone_conversation.contact_id, Answer(SurveyKind.CSAT, 5), NOW)
        said = play(ActionWelcomeThanksAndAskRating(), session, lone_conversation, Message())

    assert ('/rate_csat{"rating": "5"}' in said.buttons.values()) is is_asked


def test_code_to_share_is_offered_only_to_who_has_none(sqlite_store: JourneyStore, lone_conversation: Conversation) -> None:
    with sqlite_store.transaction() as session:
        before = play(ActionWelcomeThanksAndOfferReferral(), session, lone_conversation, Message())
        play(ActionGiveReferral(), session, lone_conversation, Message())
        after = play(ActionWelcomeThanksAndOfferReferral(), session, lone_conversation, Message())

    assert (len(before.texts), len(after.texts)) == (2, 1)


@pytest.mark.parametrize(("text", "entities", "said"), [
    ("co may chu o ha noi khong", {}, "Hà Nội"), ("giá gói vps bao nhiêu", {"product": "vps"}, "VPS 1"),
    ("giá vàng bao nhiêu", {}, "Sen Cloud"), ("mai trời có mưa không", {}, "Sen Cloud"),
])
def test_a_fact_that_is_named_is_told_whatever_the_message_seems_to_be(
    sqlite_store: JourneyStore, lone_conversation: Conversation, text: str, entities: dict[str, str], said: str,
) -> None:
    with sqlite_store.transaction() as session:
        answer = play(ActionDeclineTopic(), session, lone_conversation, Message(text=text, intent="out_of_scope", entities=entities))

    assert said in answer.text and "Gặp nhân viên" in answer.buttons
