"""Tickets: what staff promised to look at, with a priority and a time to answer by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

import sqlalchemy as sa
from sqlalchemy.orm import Session

from journey_state.contacts import find_linked_contacts, find_shown_contacts
from journey_state.errors import UnknownTicketError
from journey_state.store import insert_once, new_id, next_number
from journey_state.tables import tickets

FIRST_NUMBER = 10_000
SUBJECT_LENGTH = 200


class TicketKind(str, Enum):
    """What a ticket is about."""

    OUTAGE = "outage"
    BILLING = "billing"
    SETUP = "setup"
    HOW_TO = "how_to"
    INVOICE = "invoice"
    REFUND = "refund"
    COMPLAINT = "complaint"
    CANCELLATION = "cancellation"
    ONBOARDING = "onboarding"
    OTHER = "other"


class Priority(str, Enum):
    """How urgent a ticket is."""

    URGENT = "urgent"
    HIGH = "high"
    NORMAL = "normal"
    LOW = "low"


SERIOUS_KINDS = frozenset({TicketKind.BILLING, TicketKind.COMPLAINT, TicketKind.REFUND})


@dataclass(frozen=True)
class TicketRequest:
    """What a person needs. answer_within: the promise of the content, None when there is none."""

    kind: TicketKind
    subject: str
    details: str = ""
    priority: Priority = Priority.NORMAL
    answer_within: timedelta | None = None
    conversation_id: str | None = None
    message_id: str | None = None


@dataclass(frozen=True)
class Ticket:
    """A numbered request. due_at: by when staff answer; None when nothing was promised."""

    number: str
    contact_id: str
    conversation_id: str | None
    kind: str
    subject: str
    details: str
    priority: str
    state: str
    opened_at: datetime
    due_at: datetime | None
    closed_at: datetime | None

    @property
    def is_open(self) -> bool:
        """True until staff close it."""
        return self.state != "closed"

    def is_late(self, now: datetime) -> bool:
        """True when an open ticket has passed its time."""
        return self.is_open and self.due_at is not None and now > self.due_at


def choose_priority(kind: TicketKind, *, has_priority_plan: bool = False, has_free_plan: bool = False) -> Priority:
    """An outage is urgent; money and complaints are high, like anything on a priority plan; a free plan comes last."""
    if kind is TicketKind.OUTAGE:
        return Priority.URGENT
    if kind in SERIOUS_KINDS or has_priority_plan:
        return Priority.HIGH
    return Priority.LOW if has_free_plan else Priority.NORMAL


def open_ticket(session: Session, contact_id: str, request: TicketRequest, now: datetime) -> Ticket:
    """Open a ticket; the same message again returns the ticket it opened."""
    known = _find(session, tickets.c.message_id == request.message_id) if request.message_id else None
    if known is not None:
        return known
    number = f"TK-{next_number(session, 'ticket', FIRST_NUMBER)}"
    is_new = insert_once(session, tickets, {
        "id": new_id(), "number": number, "contact_id": contact_id, "conversation_id": request.conversation_id,
        "kind": request.kind.value, "subject": request.subject[:SUBJECT_LENGTH], "details": request.details,
        "priority": request.priority.value, "state": "open", "opened_at": now,
        "due_at": now + request.answer_within if request.answer_within else None, "message_id": request.message_id,
    })
    opened = _find(session, tickets.c.number == number if is_new else tickets.c.message_id == request.message_id)
    assert opened is not None
    return opened


def list_tickets(session: Session, contact_id: str, *, only_open: bool = False, is_whole: bool = False) -> list[Ticket]:
    """The person's tickets that may be shown to this contact, the newest first; is_whole: all of them, for rules and for staff."""
    people = find_linked_contacts(session, contact_id) if is_whole else find_shown_contacts(session, contact_id)
    where = tickets.c.contact_id.in_(people)
    if only_open:
        where &= tickets.c.state != "closed"
    query = sa.select(*_TICKET).where(where).order_by(tickets.c.opened_at.desc(), tickets.c.number.desc())
    return [Ticket(*row) for row in session.execute(query)]


def load_ticket(session: Session, contact_id: str, number: str) -> Ticket:
    """The person's ticket of this number. Raises UnknownTicketError, also for somebody else's."""
    mine = tickets.c.contact_id.in_(find_shown_contacts(session, contact_id))
    found = _find(session, mine & (tickets.c.number == number.upper()))
    if found is None:
        raise UnknownTicketError(f"contact {contact_id} has no ticket {number}; ask for the number again")
    return found


def append_detail(session: Session, contact_id: str, number: str, text: str) -> Ticket:
    """Add words to a ticket; a closed one opens again. Raises UnknownTicketError."""
    ticket = load_ticket(session, contact_id, number)
    details = f"{ticket.details}\n{text}".strip()
    session.execute(tickets.update().where(tickets.c.number == ticket.number).values(details=details, state="open", closed_at=None))
    return load_ticket(session, contact_id, number)


def close_ticket(session: Session, number: str, now: datetime) -> Ticket:
    """Close a ticket for staff; closing twice keeps the first time. Raises UnknownTicketError."""
    where = (tickets.c.number == number) & (tickets.c.state != "closed")
    session.execute(tickets.update().where(where).values(state="closed", closed_at=now))
    closed = _find(session, tickets.c.number == number)
    if closed is None:
        raise UnknownTicketError(f"ticket {number} does not exist; look it up in the list of tickets")
    return closed


def _find(session: Session, where: sa.sql.ColumnElement) -> Ticket | None:
    row = session.execute(sa.select(*_TICKET).where(where)).one_or_none()
    return None if row is None else Ticket(*row)


_TICKET = tuple(tickets.c[name] for name in Ticket.__dataclass_fields__)
