"""Orders as staff list them: whose, how much of the money is there, and where the customer can be reached."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from journey_state.conversations import Conversation, find_latest_conversation
from journey_state.ledger import IN, Transfer, list_transfers, read_balance
from journey_state.orders import Order
from journey_state.payments import Balance
from journey_state.tables import contacts, orders, transfers
from journey_state.transfers import load_any_order

MOST_LISTED = 200


@dataclass(frozen=True)
class OrderCard:
    """An order in the list. received: what came in for it less what went back, in đồng."""

    order: Order
    contact_name: str
    received: int


@dataclass(frozen=True)
class OrderFile:
    """All there is about one order. conversation: where the customer was last; None when they never wrote."""

    order: Order
    balance: Balance
    transfers: list[Transfer]
    contact_name: str
    conversation: Conversation | None


def list_order_cards(session: Session, *, state: str = "", search: str = "") -> list[OrderCard]:
    """The latest orders, newest first; of one state, or whose number, customer's name, phone or e-mail holds a text."""
    query = (
        sa.select(*(orders.c[name] for name in Order.__dataclass_fields__), contacts.c.name, _RECEIVED)
        .join(contacts, contacts.c.id == orders.c.contact_id)
        .order_by(orders.c.ordered_at.desc(), orders.c.number.desc()).limit(MOST_LISTED)
    )
    if state:
        query = query.where(orders.c.state == state)
    if search:
        held = (column.ilike(f"%{_escape(search)}%", escape="\\") for column in _SEARCHED)
        query = query.where(sa.or_(*held))
    return [OrderCard(Order(*row[:-2]), row[-2] or "", int(row[-1] or 0)) for row in session.execute(query)]


def load_order_file(session: Session, number: str) -> OrderFile:
    """One order with its ledger and its customer. Raises UnknownOrderError."""
    order = load_any_order(session, number)
    name = session.execute(sa.select(contacts.c.name).where(contacts.c.id == order.contact_id)).scalar_one()
    return OrderFile(
        order, read_balance(session, order), list_transfers(session, order.number), name or "",
        find_latest_conversation(session, order.contact_id),
    )


def list_payable(session: Session, amount: int, limit: int = 50) -> list[Order]:
    """Orders that a transfer may be meant for: those of just this amount first, then the latest that wait."""
    query = (
        sa.select(*(orders.c[name] for name in Order.__dataclass_fields__)).where(orders.c.state == "placed", orders.c.amount > 0)
        .order_by((orders.c.amount == amount).desc(), orders.c.ordered_at.desc()).limit(limit)
    )
    return [Order(*row) for row in session.execute(query)]


def _escape(search: str) -> str:
    return search.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


_SEARCHED = (orders.c.number, contacts.c.name, contacts.c.phone, contacts.c.email)
_RECEIVED = (
    sa.select(sa.func.sum(sa.case((transfers.c.direction == IN, transfers.c.amount), else_=-transfers.c.amount)))
    .where(transfers.c.order_number == orders.c.number).correlate(orders).scalar_subquery()
)
