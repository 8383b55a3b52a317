"""The outbox: replies written, not yet confirmed delivered. One attempt is committed before its call, the result after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from journey_state.conversations import find_message
from journey_state.messages import LoggedMessage
from journey_state.tables import outbox

LEASE = timedelta(seconds=60)
FIRST_WAIT = timedelta(seconds=1)
LONGEST_WAIT = timedelta(minutes=10)
MAX_ATTEMPTS = 30


@dataclass(frozen=True)
class Delivery:
    """One attempt to hand a reply to its channel. is_possibly_double: an earlier attempt's outcome is unknown."""

    message: LoggedMessage
    channel: str
    address: str
    attempts: int
    is_possibly_double: bool


def claim_deliveries(session: Session, channels: Sequence[str], now: datetime, limit: int = 20) -> list[Delivery]:
    """Take the next due reply of each conversation and mark the attempt; order within a conversation holds.

    A row still marked as tried after its lease was cut off in the middle of a call: it is sent once more and
    marked as possibly double. The second time its outcome stays unknown it is given up.
    """
    query = (
        sa.select(outbox).where(outbox.c.state.in_(("queued", "trying")), outbox.c.retry_at <= now,
                                outbox.c.channel.in_(channels), _is_first_open())
        .order_by(outbox.c.retry_at).limit(limit).with_for_update(skip_locked=True)
    )
    return [delivery for row in session.execute(query).all() if (delivery := _attempt(session, row, now)) is not None]


def release_leases(session: Session) -> None:
    """At the start of the only process: whatever was being tried was cut off, and need not wait for its lease."""
    session.execute(outbox.update().where(outbox.c.state == "trying").values(retry_at=outbox.c.queued_at))


def confirm_delivery(session: Session, message_id: str, now: datetime) -> None:
    """The channel has the reply."""
    _settle(session, message_id, state="sent", sent_at=now, error=None)


def defer_delivery(session: Session, delivery: Delivery, error: str, now: datetime, wait_s: float | None = None) -> None:
    """The channel did not take it: try again later, or give up after many attempts."""
    if delivery.attempts >= MAX_ATTEMPTS:
        fail_delivery(session, delivery.message.id, error)
        return
    wait = timedelta(seconds=wait_s) if wait_s is not None else min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(delivery.attempts - 1, 10))
    _settle(session, delivery.message.id, state="queued", retry_at=now + wait, error=error[:200])


def doubt_delivery(session: Session, delivery: Delivery, error: str, now: datetime) -> None:
    """The call was cut off: send once more, marked; a second doubt ends the attempts."""
    if delivery.is_possibly_double:
        fail_delivery(session, delivery.message.id, f"outcome unknown twice: {error}")
        return
    _settle(session, delivery.message.id, state="queued", retry_at=now + FIRST_WAIT, is_possibly_double=True, error=error[:200])


def fail_delivery(session: Session, message_id: str, error: str) -> None:
    """Stop trying; staff see why."""
    _settle(session, message_id, state="failed", error=error[:200])


def fail_address(session: Session, conversation_id: str, error: str) -> None:
    """The address is dead: nothing more will be delivered to this conversation."""
    where = (outbox.c.conversation_id == conversation_id) & outbox.c.state.in_(("queued", "trying"))
    session.execute(outbox.update().where(where).values(state="failed", error=error[:200]))


def _attempt(session: Session, row: sa.engine.Row, now: datetime) -> Delivery | None:
    was_cut_off = row.state == "trying"
    if was_cut_off and row.is_possibly_double:
        fail_delivery(session, row.message_id, "outcome unknown twice")
        return None
    is_double = bool(row.is_possibly_double or was_cut_off)
    _settle(session, row.message_id, state="trying", attempts=row.attempts + 1, retry_at=now + LEASE, is_possibly_double=is_double)
    message = find_message(session, row.message_id)
    return None if message is None else Delivery(message, row.channel, row.address, row.attempts + 1, is_double)


def _settle(session: Session, message_id: str, **values: object) -> None:
    session.execute(outbox.update().where(outbox.c.message_id == message_id).values(**values))


def _is_first_open() -> sa.sql.ColumnElement:
    earlier = outbox.alias("earlier")
    return ~sa.exists().where(
        earlier.c.conversation_id == outbox.c.conversation_id, earlier.c.state.in_(("queued", "trying")), earlier.c.seq < outbox.c.seq
    )
