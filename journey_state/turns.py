"""Turns: one inbound message and all it caused, in one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from journey_state.conversations import BOT, CONVERSATION_COLUMNS, Conversation
from journey_state.tables import conversations, messages, trackers, turns

MAX_ATTEMPTS = 3
RETRY_AFTER = timedelta(seconds=0.5)


@dataclass(frozen=True)
class OpenTurn:
    """A claimed turn. attempts: how often it failed before; body: the inbound log row's body."""

    message_id: str
    conversation: Conversation
    seq: int
    body: Mapping[str, Any]
    opened_at: datetime
    attempts: int


@dataclass(frozen=True)
class TurnRecord:
    """What a closed turn leaves for staff: who answered, what was understood, which actions ran."""

    answered_by: str
    understanding: Mapping[str, Any] = field(default_factory=dict)
    actions: tuple[str, ...] = ()


def claim_turn(session: Session, now: datetime) -> OpenTurn | None:
    """Lock the conversation of the oldest open turn that may run now; None when there is none.

    Turns of one conversation run in order: a turn waits for every earlier open one. On
    PostgreSQL conversations locked by another replica are skipped.
    """
    row = _lock_first(session, now)
    if row is None:
        return None
    turn, conversation = row[:_TURN_WIDTH], Conversation(*row[_TURN_WIDTH:])
    return OpenTurn(turn[0], conversation, *turn[1:])


def close_turn(session: Session, turn: OpenTurn, record: TurnRecord, now: datetime) -> None:
    """Mark a turn as answered; its replies must be appended in the same transaction."""
    session.execute(_CLOSE, {
        "message": turn.message_id, "moment": now, "by": record.answered_by,
        "understood": dict(record.understanding), "ran": list(record.actions),
    })


def close_backlog(session: Session, conversation_id: str, opened_before: datetime, now: datetime) -> None:
    """Close all turns of a conversation that waited too long; one apology answers them."""
    is_old = (turns.c.conversation_id == conversation_id) & (turns.c.state == "open") & (turns.c.opened_at < opened_before)
    session.execute(turns.update().where(is_old).values(state="closed", closed_at=now, answered_by=BOT, actions=["apology_backlog"]))


def fail_turn(session: Session, message_id: str, error: str, now: datetime) -> None:
    """Count a failed attempt and let the turn run again a little later."""
    session.execute(turns.update().where(turns.c.message_id == message_id).values(
        attempts=turns.c.attempts + 1, retry_at=now + RETRY_AFTER, error=error[:200],
    ))


def read_turn_record(session: Session, message_id: str) -> TurnRecord:
    """What a turn left; empty while it is open."""
    row = session.execute(
        sa.select(turns.c.answered_by, turns.c.understanding, turns.c.actions).where(turns.c.message_id == message_id)
    ).one()
    return TurnRecord(row.answered_by or "", row.understanding or {}, tuple(row.actions or ()))


def count_open_turns(session: Session) -> int:
    """How many turns wait to be answered."""
    return int(session.execute(sa.select(sa.func.count()).where(turns.c.state == "open")).scalar_one())


def find_oldest_open(session: Session) -> datetime | None:
    """When the oldest waiting turn was opened, or None."""
    return session.execute(sa.select(sa.func.min(turns.c.opened_at)).where(turns.c.state == "open")).scalar_one()


def has_open_turn(session: Session, now: datetime) -> bool:
    """True when some turn may run now."""
    return bool(session.execute(_HAS_RUNNABLE, {"now": now}).scalar_one())


def is_being_answered(session: Session, conversation_id: str) -> bool:
    """True while the bot has a turn of this conversation to answer."""
    is_bots = sa.exists().where(conversations.c.id == conversation_id, conversations.c.responder == BOT)
    is_open = sa.exists().where(turns.c.conversation_id == conversation_id, turns.c.state == "open")
    return bool(session.execute(sa.select(is_open & is_bots)).scalar_one())


def list_stuck_conversations(session: Session, opened_before: datetime) -> list[tuple[str, str]]:
    """(conversation, contact) ids of conversations that have waited since before a moment."""
    query = (
        sa.select(conversations.c.id, conversations.c.contact_id).distinct()
        .join(turns, turns.c.conversation_id == conversations.c.id)
        .where(turns.c.state == "open", turns.c.opened_at < opened_before)
    )
    return [(row.id, row.contact_id) for row in session.execute(query)]


def drop_tracker(session: Session, conversation_id: str) -> None:
    """Forget Rasa's memory of a conversation."""
    session.execute(trackers.delete().where(trackers.c.conversation_id == conversation_id))


def is_answered_by_bot(turn: OpenTurn) -> bool:
    """True when no staff member took the conversation over."""
    return turn.conversation.responder == BOT


def _is_first_open() -> sa.sql.ColumnElement:
    earlier = turns.alias("earlier")
    return ~sa.exists().where(
        earlier.c.conversation_id == turns.c.conversation_id, earlier.c.state == "open", earlier.c.seq < turns.c.seq
    )


def _lock_first(session: Session, now: datetime) -> Any:
    while (candidate := session.execute(_NEXT_RUNNABLE, {"now": now}).one_or_none()) is not None:
        if session.get_bind().dialect.name != "postgresql":
            return candidate
        # PostgreSQL may lock a conversation whose turn another replica closed, or failed, after our snapshot:
        # the turn is read again under the lock, and if it no longer may run the next one is tried.
        row = session.execute(_THIS_RUNNABLE, {"now": now, "message": candidate.message_id}).one_or_none()
        if row is not None:
            return row
    return None


_NOW, _MESSAGE = sa.bindparam("now"), sa.bindparam("message")
_TURN: tuple[Any, ...] = (turns.c.message_id, turns.c.seq, messages.c.body, turns.c.opened_at, turns.c.attempts)
_TURN_WIDTH = len(_TURN)
_RUNNABLE = (
    sa.select(*_TURN, *CONVERSATION_COLUMNS).select_from(turns)
    .join(conversations, conversations.c.id == turns.c.conversation_id)
    .join(messages, messages.c.id == turns.c.message_id)
    .where(turns.c.state == "open", turns.c.retry_at <= _NOW, _is_first_open())
)
_NEXT_RUNNABLE = _RUNNABLE.order_by(turns.c.retry_at).limit(1).with_for_update(skip_locked=True, of=conversations)
_THIS_RUNNABLE = _RUNNABLE.where(turns.c.message_id == _MESSAGE)
_CLOSE = turns.update().where(turns.c.message_id == _MESSAGE).values(
    state="closed", closed_at=sa.bindparam("moment"), answered_by=sa.bindparam("by"),
    understanding=sa.bindparam("understood"), actions=sa.bindparam("ran"),
)
_HAS_RUNNABLE = sa.select(sa.exists().where(turns.c.state == "open", turns.c.retry_at <= _NOW))
