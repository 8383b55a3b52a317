"""The bounded tracker: what Rasa needs to go on survives, the rest does not grow."""

from __future__ import annotations

import asyncio
import json

from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, ActiveLoop, Event, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker, EventVerbosity

from bot.engine.trackers import FORM_TURNS, TAIL_TURNS, RowTrackerStore, ServingTracker, condense
from journey_state.conversations import Conversation
from journey_state.store import JourneyStore
from tests.fixtures.journeys import NOW

DOMAIN = Domain.from_yaml("""
version: "3.1"
intents: [greet]
entities: [plan]
slots:
  plan: {type: text, mappings: [{type: from_entity, entity: plan}]}
  note: {type: text, mappings: [{type: custom}]}
forms: {order_form: {required_slots: [plan]}}
""")


def turn(number: int, *between: Event) -> list[Event]:
    parse_data = {"text": f"câu {number}", "intent": {"name": "greet", "confidence": 1.0}, "entities": [], "intent_ranking": [{}] * 40}
    said = UserUttered(f"câu {number}", {"name": "greet"}, [], parse_data, metadata={"facts": {"a": 1}})
    return [ActionExecuted("action_listen"), said, *between, ActionExecuted("utter_greet")]


def history(turns: int) -> list[Event]:
    events: list[Event] = [ActionExecuted("action_session_start"), *turn(0, SlotSet("plan", "vps-2"), ActiveLoop("order_form"))]
    for number in range(1, turns):
        events += turn(number, SlotSet("note", f"n{number}"))
    return events


def test_slots_and_loop_from_before_the_tail_are_kept() -> None:
    state = condense(history(50))
    assert state["slots"] == {"plan": "vps-2", "note": f"n{49 - FORM_TURNS}"}
    assert state["loop"] == "order_form"
    assert state["tail"][0]["name"] == "action_listen"


def test_the_latest_message_alone_keeps_its_ranking() -> None:
    told = [event["parse_data"] for event in condense(history(50))["tail"] if event["event"] == "user"]
    assert ["intent_ranking" in parse_data for parse_data in told] == [False] * (FORM_TURNS - 1) + [True]


def test_without_a_form_only_the_last_turns_are_kept() -> None:
    events = [*history(20), ActiveLoop(None), *turn(20)]
    told = [event["text"] for event in condense(events)["tail"] if event["event"] == "user"]
    assert told == [f"câu {number}" for number in range(21 - TAIL_TURNS, 21)]


def test_while_a_form_is_open_the_message_before_it_is_kept() -> None:
    events = [*history(1), ActiveLoop(None), *turn(1), *turn(2), *turn(3, ActiveLoop("order_form")), *turn(4), *turn(5)]
    assert [event["text"] for event in condense(events)["tail"] if event["event"] == "user"] == ["câu 2", "câu 3", "câu 4", "câu 5"]


def test_a_copy_changes_nothing_of_the_tracker_it_was_made_from() -> None:
    tracker = ServingTracker.from_events("c", history(3), DOMAIN.slots)
    before = tracker.current_state(EventVerbosity.ALL)
    twin = tracker.copy()
    assert twin.current_state(EventVerbosity.ALL) == before

    for event in (SlotSet("plan", "vps-8"), ActiveLoop(None), *turn(3)):
        twin.update(event)
    assert tracker.current_state(EventVerbosity.ALL) == before
    assert twin.get_slot("plan") == "vps-8"


def test_the_row_does_not_grow_with_the_conversation() -> None:
    sizes = [len(json.dumps(condense(history(turns)))) for turns in (20, 90)]
    assert sizes[1] - sizes[0] < 50


def test_a_restored_tracker_goes_on_where_it_was(store: JourneyStore, conversation: Conversation) -> None:
    rows = RowTrackerStore(DOMAIN)
    tracker = DialogueStateTracker.from_events(conversation.id, history(30), DOMAIN.slots)
    with store.transaction() as session:
        rows.session, rows.now = session, NOW
        asyncio.run(rows.save(tracker))
        asyncio.run(rows.save(tracker))
        restored = asyncio.run(rows.retrieve(conversation.id))
    assert restored is not None
    for view in (restored, restored.copy()):
        assert view.get_slot("plan") == "vps-2"
        assert view.get_slot("note") == "n29"
        assert view.active_loop_name == "order_form"
    assert restored.latest_message is not None and restored.latest_message.text == "câu 29"


def test_the_events_rebuilt_are_condensed_to_the_same_row(store: JourneyStore, conversation: Conversation) -> None:
    rows = RowTrackerStore(DOMAIN)
    with store.transaction() as session:
        rows.session, rows.now = session, NOW
        asyncio.run(rows.save(DialogueStateTracker.from_events(conversation.id, history(30), DOMAIN.slots)))
        restored = asyncio.run(rows.retrieve(conversation.id))
    assert restored is not None
    again = condense(list(restored.events))
    assert again["slots"] == condense(history(30))["slots"]
    assert len(again["tail"]) == len(condense(history(30))["tail"])


def test_a_conversation_that_is_not_there_has_no_tracker(store: JourneyStore) -> None:
    rows = RowTrackerStore(DOMAIN)
    with store.transaction() as session:
        rows.session = session
        assert asyncio.run(rows.retrieve("nobody")) is None
