"""Turns: one inbound message and all it caused, in one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from journey_state.conversations import BOT, Conversation, load_conversation
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
    runnable = (
        sa.select(turns.c.message_id, turns.c.conversation_id, turns.c.seq, turns.c.opened_at, turns.c.attempts)
        .join(conversations, conversations.c.id == turns.c.conversation_id)
        .where(turns.c.state == "open", turns.c.retry_at <= now, _is_first_open())
    )
    row = _lock_first(session, runnable)
    if row is None:
        return None
    body = session.execute(sa.select(messages.c.body).where(messages.c.id == row.message_id)).scalar_one()
    conversation = load_conversation(session, row.conversation_id)
    return OpenTurn(row.message_id, conversation, row.seq, body, row.opened_at, row.attempts)


def close_turn(session: Session, turn: OpenTurn, record: TurnRecord, now: datetime) -> None:
    """Mark a turn as answered; its replies must be appended in the same transaction."""
    session.execute(turns.update().where(turns.c.message_id == turn.message_id).values(
        state="closed", closed_at=now, answered_by=record.answered_by,
        understanding=dict(record.understanding), actions=list(record.actions),
    ))


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


def _lock_first(session: Session, runnable: sa.sql.Select) -> Any:
    # PostgreSQL may lock a conversation whose turn another replica closed, or failed, after our snapshot:
    # the turn is read again under the lock, and if it no longer may run the next one is tried.
    query = runnable.order_by(turns.c.retry_at).limit(1).with_for_update(skip_locked=True, of=conversations)
    while (candidate := session.execute(query).one_or_none()) is not None:
        row = session.execute(runnable.where(turns.c.message_id == candidate.message_id)).one_or_none()
        if row is not None:
            return row
    return None


_HAS_RUNNABLE = sa.select(sa.exists().where(turns.c.state == "open", turns.c.retry_at <= sa.bindparam("now")))
