"""A takeover that goes on without its owner: to a colleague, to a team's queue, or back when nobody answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from journey_state.conversations import BOT
from journey_state.errors import NotResponderError
from journey_state.queue import assign_handoff
from journey_state.tables import conversations, handoffs, messages, turns


@dataclass(frozen=True)
class Unattended:
    """A takeover whose customer waits for staff. waiting_since: their oldest message without an answer."""

    conversation_id: str
    staff_id: str
    waiting_since: datetime


def transfer_conversation(session: Session, conversation_id: str, from_staff: str, to_staff: str) -> None:
    """Let a colleague answer from now on; the assistant stays silent. Raises NotResponderError."""
    _replace_responder(session, conversation_id, from_staff, to_staff)
    is_open = (handoffs.c.conversation_id == conversation_id) & (handoffs.c.state == "claimed")
    session.execute(handoffs.update().where(is_open).values(claimed_by=to_staff))


def requeue_conversation(session: Session, conversation_id: str, from_staff: str, team: str, now: datetime) -> None:
    """Put a takeover back into the queue of a team (empty: that of its stage), with the time it has waited already.

    Until somebody claims it the assistant answers. Raises NotResponderError.
    """
    _replace_responder(session, conversation_id, from_staff, BOT)
    is_open = (handoffs.c.conversation_id == conversation_id) & (handoffs.c.state == "claimed")
    session.execute(handoffs.update().where(is_open).values(state="requested", claimed_by=None, claimed_at=None))
    if team:
        assign_handoff(session, conversation_id, (team, ""), from_staff, now)


def list_unattended(session: Session, waiting_before: datetime) -> Sequence[Unattended]:
    """Takeovers claimed before a moment in which a message older than it has no answer of staff after it."""
    inbound, answer = messages.alias("inbound"), messages.alias("answer")
    is_answered = sa.exists().where(
        answer.c.conversation_id == inbound.c.conversation_id, answer.c.seq > inbound.c.seq, answer.c.direction == "out",
        answer.c.author.like("staff:%"),
    )
    query = (
        sa.select(conversations.c.id, conversations.c.responder, sa.func.min(inbound.c.at).label("since"))
        .join(handoffs, (handoffs.c.conversation_id == conversations.c.id) & (handoffs.c.state == "claimed"))
        .join(inbound, inbound.c.conversation_id == conversations.c.id)
        .where(conversations.c.responder != BOT, handoffs.c.claimed_at < waiting_before, inbound.c.direction == "in", ~is_answered)
        .group_by(conversations.c.id, conversations.c.responder).having(sa.func.min(inbound.c.at) < waiting_before)
    )
    return [Unattended(row.id, row.responder, row.since) for row in session.execute(query)]


def reopen_latest_turn(session: Session, conversation_id: str, now: datetime) -> None:
    """Let the assistant answer the customer's latest message, which staff left unanswered."""
    latest = sa.select(turns.c.message_id).where(turns.c.conversation_id == conversation_id).order_by(turns.c.seq.desc()).limit(1)
    message_id = session.execute(latest).scalar_one_or_none()
    unanswered = (turns.c.message_id == message_id) & (turns.c.state == "closed") & (turns.c.answered_by != BOT)
    session.execute(turns.update().where(unanswered).values(
        state="open", opened_at=now, retry_at=now, closed_at=None, answered_by=None, attempts=0,
    ))


def _replace_responder(session: Session, conversation_id: str, before: str, after: str) -> None:
    where = (conversations.c.id == conversation_id) & (conversations.c.responder == before)
    if session.execute(conversations.update().where(where).values(responder=after)).rowcount != 1:
        raise NotResponderError(f"conversation {conversation_id} is not answered by you; claim it first")
