"""Deals: what staff hope to sell to a person, who looks after it, and how it ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum

import sqlalchemy as sa
from sqlalchemy.orm import Session

from journey_state.contacts import find_linked_contacts, lock_person
from journey_state.errors import JourneyError
from journey_state.tables import contacts, deals, staff

MOST_LISTED = 200


class DealState(str, Enum):
    """How a deal stands."""

    OPEN = "open"
    WON = "won"
    LOST = "lost"


class LostWithoutReasonError(JourneyError):
    """A lost deal teaches nothing without its reason."""


@dataclass(frozen=True)
class DealPlan:
    """What staff write down. value: in đồng; reason: why it was won or lost; competitor: who got it, or is looked at."""

    owner_id: str | None = None
    value: int = 0
    next_step: str = ""
    expected_close: date | None = None
    state: DealState = DealState.OPEN
    reason: str = ""
    competitor: str = ""


@dataclass(frozen=True)
class Deal:
    """One person's deal. contact_id: of the contact it was opened for; closed_at: None while it is open."""

    contact_id: str
    contact_name: str
    owner_name: str
    plan: DealPlan
    changed_at: datetime
    closed_at: datetime | None

    def is_overdue(self, today: date) -> bool:
        """True when it is open past the day on which it was to close."""
        return self.plan.state is DealState.OPEN and self.plan.expected_close is not None and today > self.plan.expected_close


def save_deal(session: Session, contact_id: str, plan: DealPlan, now: datetime) -> Deal:
    """Write a person's deal down: one a person, whichever of their contacts is named.

    The moment it is won or lost stays; opening it again forgets it. Raises LostWithoutReasonError, UnknownContactError.
    """
    if plan.state is DealState.LOST and not plan.reason:
        raise LostWithoutReasonError(f"the deal of contact {contact_id} is lost for no reason; write down why")
    lock_person(session, contact_id)
    known = find_deal(session, contact_id)
    is_same_end = known is not None and known.plan.state is plan.state
    closed_at = None if plan.state is DealState.OPEN else known.closed_at if known and is_same_end else now
    values = {**vars(plan), "state": plan.state.value, "changed_at": now, "closed_at": closed_at}
    if known is None:
        session.execute(deals.insert().values(contact_id=contact_id, **values))
    else:
        session.execute(deals.update().where(deals.c.contact_id == known.contact_id).values(**values))
    saved = find_deal(session, contact_id)
    assert saved is not None
    return saved


def find_deal(session: Session, contact_id: str) -> Deal | None:
    """The person's deal, the one changed last; None when there is none."""
    people = find_linked_contacts(session, contact_id)
    row = session.execute(_DEALS.where(deals.c.contact_id.in_(people)).order_by(deals.c.changed_at.desc())).first()
    return None if row is None else _read(row)


def list_deals(session: Session, state: DealState | None = None) -> list[Deal]:
    """Deals by the day they are to close, those without a day last."""
    query = _DEALS.order_by(deals.c.expected_close.is_(None), deals.c.expected_close, deals.c.changed_at.desc()).limit(MOST_LISTED)
    return [_read(row) for row in session.execute(query if state is None else query.where(deals.c.state == state.value))]


def _read(row: sa.engine.Row) -> Deal:
    plan = DealPlan(**{**{name: row[name] for name in DealPlan.__dataclass_fields__}, "state": DealState(row["state"])})
    return Deal(row["contact_id"], row["contact_name"] or "", row["owner_name"] or "", plan, row["changed_at"], row["closed_at"])


_DEALS = (
    sa.select(deals, contacts.c.name.label("contact_name"), staff.c.name.label("owner_name"))
    .join(contacts, contacts.c.id == deals.c.contact_id).join(staff, staff.c.id == deals.c.owner_id, isouter=True)
)
