"""The turn as an action sees it: a typed view of Rasa's tracker and the turn's transaction."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from rasa_sdk import Tracker
from sqlalchemy.orm import Session

from journey_state.content import Content, get_content
from journey_state.stages import StageEstimate, parse_estimate
from journey_state.touchpoints import Touchpoint, append_touchpoint


@dataclass
class TurnScope:
    """What the engine opens around one turn; without an engine, `local_scope` opens one.

    session: the turn's own transaction: all that actions write goes through it.
    is_consenting: False means no touchpoint, no contact-level stage, no emotion.
    """

    session: Session
    contact_id: str
    conversation_id: str
    message_id: str
    channel: str
    now: datetime
    is_consenting: bool
    is_erased: bool = False
    ordinals: dict[str, int] = field(default_factory=dict)

    def next_ordinal(self, kind: str) -> int:
        """Number the writes of one kind within the message, from 0."""
        self.ordinals[kind] = self.ordinals.get(kind, -1) + 1
        return self.ordinals[kind]


_scope: ContextVar[TurnScope] = ContextVar("turn_scope")


@contextmanager
def open_scope(scope: TurnScope) -> Iterator[TurnScope]:
    """Make a scope the current one for all actions of a turn."""
    token = _scope.set(scope)
    try:
        yield scope
    finally:
        _scope.reset(token)


def current_scope() -> TurnScope | None:
    """The scope of the running turn; None outside of one."""
    return _scope.get(None)


@dataclass(frozen=True)
class Turn:
    """Typed view of one turn for an action."""

    scope: TurnScope
    intent: str
    text: str
    entities: Mapping[str, str]
    slots: Mapping[str, Any]
    estimate: StageEstimate | None
    intent_ranking: tuple[tuple[str, float], ...]
    content: Content
    mentions: tuple[tuple[str, str], ...] = ()
    form: str | None = None
    opening_intents: tuple[str, ...] = ()
    emotion: float | None = None

    @classmethod
    def from_tracker(cls, tracker: Tracker, scope: TurnScope) -> Turn:
        """Read intent, entities, slots and stage off Rasa's tracker."""
        latest = tracker.latest_message or {}
        raw_estimate = latest.get("stage_estimate")
        return cls(
            scope=scope,
            intent=(latest.get("intent") or {}).get("name") or "",
            text=latest.get("text") or "",
            entities={item["entity"]: str(item["value"]) for item in reversed(latest.get("entities") or [])},
            slots=dict(tracker.slots),
            estimate=parse_estimate(raw_estimate) if raw_estimate else None,
            intent_ranking=tuple((item["name"], float(item["confidence"])) for item in latest.get("intent_ranking") or ()),
            content=get_content(),
            form=(tracker.active_loop or {}).get("name"),
            mentions=tuple((item["entity"], str(item["value"])) for item in latest.get("entities") or ()),
            opening_intents=_read_opening_intents(tracker.events or []),
            emotion=latest.get("emotion") if scope.is_consenting else None,
        )

    @property
    def language(self) -> str:
        """"vi" or "en"."""
        return "en" if self.slots.get("language") == "en" else "vi"

    def find_mentions(self, entity: str) -> tuple[str, ...]:
        """All values of an entity in the message, in the order of the text, each once."""
        return tuple(dict.fromkeys(value for name, value in self.mentions if name == entity))

    @property
    def session(self) -> Session:
        """The turn's transaction."""
        return self.scope.session

    @property
    def contact_id(self) -> str:
        """The contact who wrote."""
        return self.scope.contact_id

    @property
    def now(self) -> datetime:
        """When the turn runs, aware UTC."""
        return self.scope.now

    def record_touchpoint(self, type_: str, **fields: Any) -> None:
        """Log one touchpoint of this turn (goal, value, properties, …); does nothing without consent."""
        if not self.scope.is_consenting:
            return
        estimate = self.estimate
        append_touchpoint(self.session, Touchpoint(
            type=type_, contact_id=self.contact_id, channel=self.scope.channel, source="conversation",
            source_id=self.scope.message_id, ordinal=self.scope.next_ordinal(type_),
            conversation_id=self.scope.conversation_id, occurred_at=self.now, received_at=self.now,
            stage=estimate.chosen.value if estimate else None,
            stage_probability=estimate.probability if estimate else None,
            stage_source="model" if estimate else None,
            model_version=estimate.model_version if estimate else None,
            **{"emotion": self.emotion, **fields},
        ))


def _read_opening_intents(events: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """Intents of the messages up to the one that opened the last form, newest first: what the form is about."""
    opened = [index for index, event in enumerate(events) if event["event"] == "active_loop" and event.get("name")]
    said = [event for event in events[: opened[-1] if opened else None] if event["event"] == "user"]
    return tuple(((event.get("parse_data") or {}).get("intent") or {}).get("name") or "" for event in reversed(said))
