"""A tracker store that stays small: slots, the active loop and a short tail of events, in one row.

Rasa's own stores read a conversation's whole history at every message. The conversation log is our
history; what Rasa needs to go on is little, and it is restored as events, because slots set any
other way are lost in `tracker.copy()`. The row is written by the turn's own transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
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

from journey_state.store import insert_once
from journey_state.tables import trackers

TAIL_TURNS = 5
_KEPT_PARSE_DATA = ("text", "intent", "entities", "language")


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
        query = sa.select(trackers.c.state).where(trackers.c.conversation_id == sender_id)
        state = self.session.execute(query).scalar_one_or_none()
        if state is None:
            return None
        return DialogueStateTracker.from_events(sender_id, deserialise_events(_restored(state)), self.domain.slots)

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Write the tracker's short form; nothing is committed here."""
        assert self.session is not None, "a tracker is saved outside of a turn"
        self.saved = tracker
        values = {"conversation_id": tracker.sender_id, "state": condense(list(tracker.events)), "saved_at": self.now}
        if not insert_once(self.session, trackers, values):
            self.session.execute(trackers.update().where(trackers.c.conversation_id == tracker.sender_id).values(**values))

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
    """Index where the tail begins: the action_listen before the TAIL_TURNS-th last user message."""
    turns = [i for i, event in enumerate(events) if isinstance(event, UserUttered)]
    if len(turns) < TAIL_TURNS:
        return 0
    start = turns[-TAIL_TURNS]
    while start > 0 and not (isinstance(events[start], ActionExecuted) and events[start].action_name == "action_listen"):
        start -= 1
    return start


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
