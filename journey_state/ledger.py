"""The ledger: every transfer in and out, each booked once, and what an order has received by it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from journey_state.errors import UnknownTransferError
from journey_state.orders import REFUNDED, Order
from journey_state.payments import Balance, Verdict, balance_of
from journey_state.store import insert_once, new_id
from journey_state.tables import transfers

IN, OUT = "in", "out"
BANK = "bank"
CONTENT_LENGTH = 500
CONFIRMING = frozenset({Verdict.PAID.value, Verdict.EXCESS.value, Verdict.ACCEPTED.value})


@dataclass(frozen=True)
class Notice:
    """Money somebody noted. reference: the bank's, by which a repeat is known; key: of the form that staff sent.

    came_at: when the bank booked it; noted_by: BANK or the id of a staff member; evidence: what staff saw.
    """

    amount: int
    came_at: datetime
    content: str = ""
    reference: str | None = None
    noted_by: str = BANK
    evidence: str = ""
    key: str | None = None


@dataclass(frozen=True)
class Transfer:
    """A line of the ledger. amount: always positive, direction says which way; 0 where staff accepted what was there."""

    id: str
    reference: str | None
    direction: str
    amount: int
    content: str
    came_at: datetime
    noted_at: datetime
    noted_by: str
    evidence: str
    verdict: str
    order_number: str | None
    contact_id: str | None


def read_balance(session: Session, order: Order) -> Balance:
    """The order's money as the ledger has it; an order paid before there was a ledger counts as paid in full."""
    lines = list_transfers(session, order.number)
    received = sum(line.amount if line.direction == IN else -line.amount for line in lines)
    is_unbooked = order.paid_at is not None and not any(line.verdict in CONFIRMING for line in lines)
    is_older = is_unbooked and (order.state != REFUNDED or bool(lines))
    return balance_of(order, received + (order.amount if is_older else 0))


def list_transfers(session: Session, number: str) -> list[Transfer]:
    """The ledger of one order, oldest first."""
    query = sa.select(*_TRANSFER).where(transfers.c.order_number == number).order_by(transfers.c.noted_at, transfers.c.id)
    return [Transfer(*row) for row in session.execute(query)]


def list_unmatched(session: Session, limit: int = 200) -> list[Transfer]:
    """Money nobody knows whose it is, the latest first."""
    query = sa.select(*_TRANSFER).where(transfers.c.verdict == Verdict.UNMATCHED.value)
    return [Transfer(*row) for row in session.execute(query.order_by(transfers.c.noted_at.desc(), transfers.c.id).limit(limit))]


def load_transfer(session: Session, transfer_id: str, *, locked: bool = False) -> Transfer:
    """A line of the ledger; locked holds its row. Raises UnknownTransferError."""
    query = sa.select(*_TRANSFER).where(transfers.c.id == transfer_id)
    row = session.execute(query.with_for_update() if locked else query).one_or_none()
    if row is None:
        raise UnknownTransferError(f"transfer {transfer_id} does not exist; look it up in the list")
    return Transfer(*row)


def write_line(session: Session, notice: Notice, order: Order | None, verdict: Verdict, now: datetime, *,
               direction: str = IN) -> Transfer | None:
    """Write a line for an order or, without one, for nobody; None when its reference or key is booked already."""
    line = Transfer(
        id=notice.key or new_id(), reference=notice.reference, direction=direction, amount=notice.amount,
        content=notice.content[:CONTENT_LENGTH], came_at=notice.came_at, noted_at=now, noted_by=notice.noted_by,
        evidence=notice.evidence, verdict=verdict.value, order_number=order.number if order else None,
        contact_id=order.contact_id if order else None,
    )
    return line if insert_once(session, transfers, vars(line)) else None


def find_booked(session: Session, reference: str | None, key: str | None) -> Transfer | None:
    """The line of a bank's reference or of a form's key; None when there is neither."""
    wanted = [column == value for column, value in ((transfers.c.reference, reference), (transfers.c.id, key)) if value is not None]
    row = session.execute(sa.select(*_TRANSFER).where(sa.or_(*wanted))).first() if wanted else None
    return None if row is None else Transfer(*row)


_TRANSFER = tuple(transfers.c[name] for name in Transfer.__dataclass_fields__)
