"""The handoff card: what it is about, what set it off, how the stage moved, what the assistant tried and where it failed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from journey_state.conversations import message_text
from journey_state.handoffs import Handoff
from journey_state.stages import StageEstimate
from journey_state.summaries import Said, clip, summarise
from journey_state.tables import content_gaps, messages, turns
from journey_state.transcripts import Understanding, parse_understanding

# How far back a card looks; older messages are in the transcript.
LOOK_BACK = 60
# What the assistant does when it has no answer.
FAILING_ACTIONS = frozenset({
    "action_clarify", "action_ask_rephrase", "action_offer_human", "action_default_fallback", "apology_failed", "apology_backlog",
})
FAILING_INTENTS = frozenset({"nlu_fallback", "out_of_scope"})


@dataclass(frozen=True)
class Attempt:
    """One message that the assistant answered. why_failed: gap, error, unclear or empty."""

    seq: int
    at: datetime
    text: str
    intent: str
    actions: tuple[str, ...]
    why_failed: str


@dataclass(frozen=True)
class StageMove:
    """Where the stage changed in this conversation, and on whose words."""

    seq: int
    at: datetime
    text: str
    estimate: StageEstimate


@dataclass(frozen=True)
class HandoffCard:
    """What a member reads before they take over. trigger: the message that asked for a human; moods: oldest first."""

    summary: Sequence[str]
    trigger: str
    moves: Sequence[StageMove]
    attempts: Sequence[Attempt]
    gaps: Sequence[str]
    moods: Sequence[float]

    @property
    def failures(self) -> Sequence[Attempt]:
        """What the assistant could not do."""
        return [attempt for attempt in self.attempts if attempt.why_failed]


@dataclass(frozen=True)
class _Turn:
    id: str
    seq: int
    at: datetime
    text: str
    understanding: Understanding
    mood: float | None
    actions: tuple[str, ...]
    has_error: bool

    @property
    def intent(self) -> str:
        return self.understanding.intents[0][0] if self.understanding.intents else ""


def load_card(session: Session, conversation_id: str, handoff: Handoff | None) -> HandoffCard:
    """Read the card of a conversation, whether or not somebody asked for a human in it."""
    said = _read_turns(session, conversation_id)
    gaps = _read_gaps(session, conversation_id)
    trigger_id = _find_trigger(session, handoff)
    trigger = next((turn.text for turn in said if turn.id == trigger_id), said[-1].text if said else "")
    return HandoffCard(
        summary=summarise([_said(turn, trigger_id) for turn in said]), trigger=clip(trigger), moves=_moves(said),
        attempts=[_attempt(turn, gaps) for turn in said if turn.actions][-8:], gaps=list(gaps.values()),
        moods=[turn.mood for turn in said if turn.mood is not None],
    )


def _said(turn: _Turn, trigger_id: str | None) -> Said:
    return Said(turn.text, turn.intent, len(turn.understanding.entities), turn.mood, turn.id == trigger_id)


def _moves(said: Sequence[_Turn]) -> list[StageMove]:
    moves: list[StageMove] = []
    for turn in said:
        estimate = turn.understanding.estimate
        if estimate and (not moves or moves[-1].estimate.chosen is not estimate.chosen):
            moves.append(StageMove(turn.seq, turn.at, clip(turn.text, 60), estimate))
    return moves


def _attempt(turn: _Turn, gaps: dict[str, str]) -> Attempt:
    is_unclear = turn.intent in FAILING_INTENTS or bool(FAILING_ACTIONS & set(turn.actions))
    why = "gap" if turn.id in gaps else "error" if turn.has_error else "unclear" if is_unclear else ""
    return Attempt(turn.seq, turn.at, clip(turn.text, 80), turn.intent, turn.actions, why)


def _find_trigger(session: Session, handoff: Handoff | None) -> str | None:
    if handoff is None:
        return None
    before = sa.select(messages.c.id).where(
        messages.c.conversation_id == handoff.conversation_id, messages.c.direction == "in", messages.c.at <= handoff.requested_at
    )
    return session.execute(before.order_by(messages.c.seq.desc()).limit(1)).scalar_one_or_none()


def _read_turns(session: Session, conversation_id: str) -> list[_Turn]:
    rows = session.execute(_LATEST, {"conversation": conversation_id}).all()
    return [_turn(row) for row in reversed(rows)]


def _turn(row: Any) -> _Turn:
    raw = row.understanding or {}
    mood = raw.get("emotion")
    return _Turn(
        row.id, row.seq, row.at, message_text(row.body), parse_understanding(raw), float(mood) if mood is not None else None,
        tuple(row.actions or ()), bool(row.error),
    )


def _read_gaps(session: Session, conversation_id: str) -> dict[str, str]:
    query = sa.select(content_gaps.c.message_id, content_gaps.c.question).where(content_gaps.c.conversation_id == conversation_id)
    return {row.message_id: clip(row.question, 100) for row in session.execute(query.order_by(content_gaps.c.noticed_at))}


_LATEST = (
    sa.select(messages.c.id, messages.c.seq, messages.c.at, messages.c.body, turns.c.understanding, turns.c.actions, turns.c.error)
    .join(turns, turns.c.message_id == messages.c.id, isouter=True)
    .where(messages.c.conversation_id == sa.bindparam("conversation"), messages.c.direction == "in")
    .order_by(messages.c.seq.desc()).limit(LOOK_BACK)
)
