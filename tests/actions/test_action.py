"""What all actions share: names, the end of a turn, offers that lapse, topics kept, failures without words."""

from __future__ import annotations

import logging
from typing import Any, ClassVar

import pytest
from rasa_sdk import Tracker
from rasa_sdk.events import ActiveLoop, EventType, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.action import JourneyAction
from actions.local_scope import open_local_store
from actions.turn import Turn, current_scope
from journey_state.conversations import Conversation
from journey_state.store import JourneyStore
from journey_state.touchpoints import read_touchpoints
from tests.fixtures.people import grant_consent
from tests.fixtures.speaking import Message, play


class ActionTellSomething(JourneyAction):
    """Causes what it is told to."""

    touchpoint: ClassVar[str] = "price_asked"

    def __init__(self, *events: EventType) -> None:
        self.events = list(events)

    def answer(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
        dispatcher.utter_message(text="xong")
        return self.events


class ActionLeadIn(ActionTellSomething):
    """Goes before a form."""

    is_final = False


class ActionBreak(JourneyAction):
    """Fails with the contact's words in the error."""

    def answer(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
        raise ValueError(f"cannot read {turn.text}")


def _kinds(events: Any) -> list[tuple[str, Any]]:
    return [(event["event"], event.get("name") or event.get("value")) for event in events]


def test_action_is_named_after_its_class() -> None:
    assert ActionTellSomething().name() == "action_tell_something"


@pytest.mark.parametrize("action, loop, follow", [
    (ActionTellSomething(), None, [FollowupAction("action_listen")]),
    (ActionTellSomething(), "trial_form", [FollowupAction("trial_form")]),
    (ActionTellSomething(ActiveLoop(None)), "trial_form", [ActiveLoop(None), FollowupAction("action_listen")]),
    (ActionTellSomething(FollowupAction("action_other")), None, [FollowupAction("action_other")]),
    (ActionLeadIn(), None, []),
])
def test_final_answer_listens_or_returns_to_the_form(
    sqlite_store: JourneyStore, action: JourneyAction, loop: str | None, follow: list[EventType], lone_conversation: Conversation,
) -> None:
    with sqlite_store.transaction() as session:
        assert list(play(action, session, lone_conversation, Message(loop=loop)).events) == follow


@pytest.mark.parametrize("action, kept", [
    (ActionTellSomething(), {"pending_offer": None, "unclear_count": None}),
    (ActionTellSomething(SlotSet("pending_offer", "offer_order")), {"pending_offer": "offer_order", "unclear_count": None}),
    (ActionLeadIn(), {"unclear_count": None}),
])
def test_offer_and_unclear_count_lapse_unless_they_are_renewed(
    sqlite_store: JourneyStore, lone_conversation: Conversation, action: JourneyAction, kept: dict[str, Any],
) -> None:
    with sqlite_store.transaction() as session:
        said = play(action, session, lone_conversation, Message(slots={"pending_offer": "offer_trial", "unclear_count": 1.0}))

    assert said.slots == kept


@pytest.mark.parametrize("entities, slots, kept", [
    ({"plan": "vps-2"}, {}, {"plan": "vps-2", "product": "vps"}),
    ({"product": "email"}, {"plan": "vps-2", "product": "vps"}, {"plan": None, "product": "email"}),
    ({"product": "vps"}, {"plan": "vps-2"}, {"product": "vps"}),
    ({"plan": "pizza"}, {}, {}),
    ({}, {"plan": "vps-2", "product": "vps"}, {}),
])
def test_plan_and_product_are_kept_in_agreement(
    sqlite_store: JourneyStore, lone_conversation: Conversation, entities: dict[str, str], slots: dict[str, str], kept: dict[str, Any],
) -> None:
    with sqlite_store.transaction() as session:
        said = play(ActionTellSomething(), session, lone_conversation, Message(entities=entities, slots=slots))

    assert said.slots == kept


def test_topic_of_a_form_is_left_alone(sqlite_store: JourneyStore, lone_conversation: Conversation) -> None:
    with sqlite_store.transaction() as session:
        said = play(ActionTellSomething(), session, lone_conversation, Message(entities={"plan": "vps-2"}, loop="order_form"))

    assert said.slots == {}


def test_touchpoint_names_the_topic_and_needs_consent(sqlite_store: JourneyStore, lone_conversation: Conversation) -> None:
    message = Message(entities={"plan": "vps-2"})
    with sqlite_store.transaction() as session:
        play(ActionTellSomething(), session, lone_conversation, message)
        assert read_touchpoints(session, [lone_conversation.contact_id]) == []

        grant_consent(session, lone_conversation.contact_id)
        play(ActionTellSomething(), session, lone_conversation, message)
        (row,) = read_touchpoints(session, [lone_conversation.contact_id])

    assert (row["type"], row["properties"]) == ("price_asked", {"product": "vps", "plan": "vps-2"})


def test_failure_reaches_the_engine_and_leaves_no_words_in_the_log(
    sqlite_store: JourneyStore, lone_conversation: Conversation, caplog: pytest.LogCaptureFixture,
) -> None:
    with sqlite_store.transaction() as session, caplog.at_level(logging.ERROR), pytest.raises(ValueError, match="bí mật"):
        play(ActionBreak(), session, lone_conversation, Message(text="bí mật"))

    assert "action_break failed" in caplog.text and lone_conversation.id in caplog.text and "ValueError" in caplog.text
    assert "bí mật" not in caplog.text


def test_without_an_engine_an_action_works_in_a_local_store(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    monkeypatch.chdir(tmp_path)
    open_local_store.cache_clear()
    dispatcher = CollectingDispatcher()
    tracker = Tracker("typist", {"language": "vi"}, {"text": "chào"}, [], False, None, {}, "action_listen")

    events = ActionTellSomething().run(dispatcher, tracker, {})

    assert _kinds(events) == [("followup", "action_listen")]
    assert dispatcher.messages[0]["text"] == "xong"
    assert (tmp_path / "var" / "rasa-shell.db").exists()
    assert current_scope() is None
    open_local_store.cache_clear()
