"""Handoffs: from the bot to a staff member and back. Exactly one of them answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from journey_state.conversations import BOT, Conversation
from journey_state.errors import HandoffTakenError, NotResponderError
from journey_state.store import insert_once, new_id
from journey_state.tables import conversations, handoffs, messages, outbox

ANGRY, ANGER_COUNTS = -0.5, 5
TROUBLES = frozenset({
    "report_outage", "report_billing", "report_payment", "make_complaint", "check_ticket", "check_order", "request_refund", "cancel_plan",
    "ask_human",
})


@dataclass(frozen=True)
class Handoff:
    """A request for a human. state: requested, claimed or released."""

    id: str
    conversation_id: str
    contact_id: str
    state: str
    reason: str
    stage: str | None
    priority: int
    requested_at: datetime
    claimed_by: str | None
    claimed_at: datetime | None
    released_at: datetime | None


@dataclass(frozen=True)
class HandoffRequest:
    """Why and when a human is asked for. stage: where the person stands; message_id: what made us ask."""

    reason: str
    at: datetime
    stage: str | None = None
    message_id: str | None = None
    priority: int = 0


def request_handoff(session: Session, conversation_id: str, contact_id: str, request: HandoffRequest) -> tuple[Handoff, int]:
    """Ask for a human; returns the open handoff (an earlier one stands) and its place in the queue, from 1."""
    insert_once(session, handoffs, {
        "id": new_id(), "conversation_id": conversation_id, "contact_id": contact_id, "state": "requested",
        "reason": request.reason, "stage": request.stage, "priority": request.priority,
        "requested_at": request.at, "message_id": request.message_id,
    })
    handoff = find_open_handoff(session, conversation_id)
    assert handoff is not None
    return handoff, queue_position(session, handoff)


def raise_priority(priority: int, intent: str, emotion: float | None) -> int:
    """Who is angry and in trouble goes before others of the same priority; emotion: −1..1, None where it is not known."""
    is_angry = emotion is not None and emotion <= ANGRY
    return priority + ANGER_COUNTS if is_angry and intent in TROUBLES else priority


def find_open_handoff(session: Session, conversation_id: str) -> Handoff | None:
    """Return the conversation's requested or claimed handoff, or None."""
    query = sa.select(*_HANDOFF).where(handoffs.c.conversation_id == conversation_id, handoffs.c.state.in_(("requested", "claimed")))
    row = session.execute(query).one_or_none()
    return None if row is None else Handoff(*row)


def find_place(session: Session, conversation_id: str) -> int | None:
    """The place in the queue of a conversation that nobody has claimed, 1 = next; None when it does not wait."""
    waiting = session.execute(_WAITING, {"conversation": conversation_id}).one_or_none()
    return None if waiting is None else queue_position(session, Handoff(*waiting))


def queue_position(session: Session, handoff: Handoff) -> int:
    """Place among the unclaimed handoffs, 1 = next; higher priority and longer waiting go first."""
    return int(session.execute(_AHEAD, {"importance": handoff.priority, "since": handoff.requested_at}).scalar_one()) + 1


def claim_conversation(session: Session, conversation_id: str, staff_id: str, now: datetime) -> Handoff:
    """Make a staff member the responder, cancelling replies of the bot not yet delivered.

    Raises HandoffTakenError when somebody else answers already.
    """
    where = (conversations.c.id == conversation_id) & conversations.c.responder.in_((BOT, staff_id))
    if session.execute(conversations.update().where(where).values(responder=staff_id)).rowcount != 1:
        raise HandoffTakenError(f"conversation {conversation_id} is answered by somebody else; ask them to release it")
    contact_id = session.execute(sa.select(conversations.c.contact_id).where(conversations.c.id == conversation_id)).scalar_one()
    request_handoff(session, conversation_id, contact_id, HandoffRequest("taken_over", now))
    is_open = (handoffs.c.conversation_id == conversation_id) & (handoffs.c.state == "requested")
    session.execute(handoffs.update().where(is_open).values(state="claimed", claimed_by=staff_id, claimed_at=now))
    _cancel_undelivered(session, conversation_id)
    handoff = find_open_handoff(session, conversation_id)
    assert handoff is not None
    return handoff


def release_conversation(session: Session, conversation_id: str, staff_id: str, now: datetime) -> None:
    """Give the conversation back to the bot. Raises NotResponderError for anybody but its responder."""
    where = (conversations.c.id == conversation_id) & (conversations.c.responder == staff_id)
    if session.execute(conversations.update().where(where).values(responder=BOT)).rowcount != 1:
        raise NotResponderError(f"conversation {conversation_id} is not answered by you; claim it first")
    is_open = (handoffs.c.conversation_id == conversation_id) & (handoffs.c.state == "claimed")
    session.execute(handoffs.update().where(is_open).values(state="released", released_at=now))


def move_handoff(session: Session, origin: Conversation, target: Conversation) -> str | None:
    """Let the open handoff, and whoever answers, follow a person to another conversation; returns the handoff's id.

    None when there is nothing to move, or when the other conversation has a handoff of its own. Both rows must be locked.
    """
    handoff = find_open_handoff(session, origin.id)
    if handoff is None or find_open_handoff(session, target.id) is not None:
        return None
    session.execute(handoffs.update().where(handoffs.c.id == handoff.id).values(conversation_id=target.id, contact_id=target.contact_id))
    session.execute(conversations.update().where(conversations.c.id == target.id).values(responder=handoff.claimed_by or BOT))
    session.execute(conversations.update().where(conversations.c.id == origin.id).values(responder=BOT))
    return handoff.id


def check_responder(conversation: Conversation, staff_id: str) -> None:
    """Raise NotResponderError unless this staff member answers the conversation."""
    if conversation.responder != staff_id:
        raise NotResponderError(f"conversation {conversation.id} is not answered by you; claim it first")


def list_handoffs(session: Session, states: Sequence[str], limit: int = 100) -> list[Handoff]:
    """Handoffs in these states: the open ones by priority and waiting time, else the newest first."""
    query = sa.select(*_HANDOFF).where(handoffs.c.state.in_(states)).limit(limit)
    if "released" in states:
        query = query.order_by(handoffs.c.requested_at.desc())
    else:
        query = query.order_by(handoffs.c.priority.desc(), handoffs.c.requested_at)
    return [Handoff(*row) for row in session.execute(query)]


def _cancel_undelivered(session: Session, conversation_id: str) -> None:
    by_bot = sa.select(messages.c.id).where(messages.c.conversation_id == conversation_id, messages.c.author == BOT)
    where = (outbox.c.conversation_id == conversation_id) & (outbox.c.state == "queued") & outbox.c.message_id.in_(by_bot)
    session.execute(outbox.update().where(where).values(state="cancelled"))


_HANDOFF = tuple(handoffs.c[name] for name in Handoff.__dataclass_fields__)
# Built once: every stream asks it with each piece of news.
_WAITING = sa.select(*_HANDOFF).where(handoffs.c.conversation_id == sa.bindparam("conversation"), handoffs.c.state == "requested")
_AHEAD = sa.select(sa.func.count()).where(handoffs.c.state == "requested", (handoffs.c.priority > sa.bindparam("importance")) | (
    (handoffs.c.priority == sa.bindparam("importance")) & (handoffs.c.requested_at < sa.bindparam("since"))
))
