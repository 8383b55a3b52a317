"""A tracker store that stays small: slots, the active loop and a short tail of events, in one row.

Rasa's own stores read a conversation's whole history at every message. The conversation log is our
history; what Rasa needs to go on is little, and it is restored as events, because slots set any
other way are lost in `tracker.copy()`. The row is written by the turn's own transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from copy import copy
from typing import Any

import sqlalchemy as sa
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActiveLoop,
    AllSlotsReset,
    Event,
    Restarted,
    SlotSet,
    UserUttered,
    deserialise_events,
)
from rasa.shared.core.trackers import DialogueStateTracker
from sqlalchemy.orm import Session

from journey_state.store import write_row
from journey_state.tables import trackers

TAIL_TURNS, FORM_TURNS = 2, 6  # turns kept; with a form open, those since before it opened, up to so many
_KEPT_PARSE_DATA = ("text", "intent", "entities", "language")


class ServingTracker(DialogueStateTracker):
    """A tracker that copies itself as it is; Rasa's replays every event, for every action that runs."""

    def copy(self) -> ServingTracker:
        """A tracker that can be changed without changing this one; events and messages are shared."""
        twin = copy(self)
        twin.events = self._create_events(list(self.events))
        twin.slots = {name: copy(slot) for name, slot in self.slots.items()}
        twin.active_loop = copy(self.active_loop)
        return twin


class RowTrackerStore(TrackerStore):
    """Keeps each conversation in one row of `trackers`. `session` is the running turn's transaction."""

    def __init__(self, domain: Domain | None = None) -> None:
        super().__init__(domain)
        self.session: Session | None = None
        self.now: Any = None
        self.saved: DialogueStateTracker | None = None

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """Rebuild the tracker of a conversation, or None for a new one."""
        assert self.session is not None, "a tracker is read outside of a turn"
        state = self.session.execute(_READ, {"conversation": sender_id}).scalar_one_or_none()
        if state is None:
            return None
        return ServingTracker.from_events(sender_id, deserialise_events(_restored(state)), self.domain.slots)

    def init_tracker(self, sender_id: str) -> ServingTracker:
        """The tracker of a conversation that begins."""
        return ServingTracker(sender_id, self.domain.slots)

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Write the tracker's short form; nothing is committed here."""
        assert self.session is not None, "a tracker is saved outside of a turn"
        self.saved = tracker
        values = {"conversation_id": tracker.sender_id, "state": condense(list(tracker.events)), "saved_at": self.now}
        write_row(self.session, trackers, values)

    async def keys(self) -> Iterable[str]:
        """Ids of all conversations; Rasa asks for them only when migrating stores."""
        assert self.session is not None
        return [str(key) for key in self.session.execute(sa.select(trackers.c.conversation_id)).scalars()]


def condense(events: Sequence[Event]) -> dict[str, Any]:
    """Reduce a tracker's events to slots and loop before the tail, and the tail of the last turns."""
    cut = _tail_start(events)
    slots: dict[str, Any] = {}
    loop: str | None = None
    for event in events[:cut]:
        if isinstance(event, AllSlotsReset | Restarted):
            slots, loop = {}, None if isinstance(event, Restarted) else loop
        elif isinstance(event, SlotSet):
            slots[event.key] = event.value
        elif isinstance(event, ActiveLoop):
            loop = event.name
    kept = {name: value for name, value in slots.items() if value is not None}
    latest = next((event for event in reversed(events) if isinstance(event, UserUttered)), None)
    return {"slots": kept, "loop": loop, "tail": [_slim(event, is_latest=event is latest) for event in events[cut:]]}


def _tail_start(events: Sequence[Event]) -> int:
    """Index where the tail begins: the action_listen before the first user message that is kept."""
    turns = [i for i, event in enumerate(events) if isinstance(event, UserUttered)]
    kept = max(TAIL_TURNS, min(FORM_TURNS, _count_form_turns(events, turns)))
    if len(turns) < kept:
        return 0
    start = turns[-kept]
    while start > 0 and not (isinstance(events[start], ActionExecuted) and events[start].action_name == "action_listen"):
        start -= 1
    return start


def _count_form_turns(events: Sequence[Event], turns: Sequence[int]) -> int:
    """How many turns ago the message before the one that opened the running form was; 0 without a form."""
    opened = next((i for i in range(len(events) - 1, -1, -1) if isinstance(events[i], ActiveLoop)), None)
    if opened is None or not events[opened].name:
        return 0
    return sum(at > opened for at in turns) + 2


def _slim(event: Event, *, is_latest: bool) -> dict[str, Any]:
    """An event as JSON, without what only its own turn needed (metadata, estimate); the next turn needs the latest ranking."""
    raw: dict[str, Any] = event.as_dict()
    raw.pop("metadata", None)
    if isinstance(event, UserUttered):
        kept = (*_KEPT_PARSE_DATA, "intent_ranking") if is_latest else _KEPT_PARSE_DATA
        raw["parse_data"] = {key: value for key, value in raw["parse_data"].items() if key in kept}
        intent = raw["parse_data"].get("intent") or {}
        raw["parse_data"]["intent"] = {"name": intent.get("name"), "confidence": intent.get("confidence", 1.0)}
    return raw


def _restored(state: dict[str, Any]) -> list[dict[str, Any]]:
    before: list[dict[str, Any]] = [{"event": "slot", "name": name, "value": value} for name, value in state["slots"].items()]
    if state["loop"]:
        before.append({"event": "active_loop", "name": state["loop"]})
    return before + list(state["tail"])


_READ = sa.select(trackers.c.state).where(trackers.c.conversation_id == sa.bindparam("conversation"))
