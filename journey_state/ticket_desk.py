"""Tickets as staff handle them: the list by time left, who has which, reopening, merging, answering."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from journey_state.contacts import find_linked_contacts
from journey_state.errors import JourneyError, UnknownTicketError
from journey_state.store import insert_once
from journey_state.tables import contacts, conversations, staff, ticket_handlings, tickets
from journey_state.tickets import Ticket, close_ticket

OPEN, CLOSED = "open", "closed"


class TicketMergeError(JourneyError):
    """Tickets that cannot be one: the same, of different people, or the target is closed."""


@dataclass(frozen=True)
class TicketCard:
    """A ticket in a list. answered_at: when staff first wrote; reopened: how often it was opened again."""

    ticket: Ticket
    contact_name: str
    team: str
    staff_id: str
    staff_name: str
    answered_at: datetime | None
    merged_into: str
    reopened: int

    def is_due(self, now: datetime) -> bool:
        """True when the promise of a first answer is broken."""
        return self.answered_at is None and self.ticket.is_late(now)


@dataclass(frozen=True)
class TicketFilter:
    """What of the tickets to show; empty fields show all."""

    state: str = OPEN
    team: str = ""
    staff_id: str = ""


def list_ticket_cards(session: Session, chosen: TicketFilter, limit: int = 200) -> list[TicketCard]:
    """Tickets: open ones by the time they must be answered by, closed ones the latest first."""
    query = _cards().where(tickets.c.state == CLOSED if chosen.state == CLOSED else tickets.c.state != CLOSED)
    if chosen.team:
        query = query.where(ticket_handlings.c.team == chosen.team)
    if chosen.staff_id:
        query = query.where(ticket_handlings.c.staff_id == chosen.staff_id)
    order = (tickets.c.closed_at.desc(),) if chosen.state == CLOSED else (tickets.c.due_at.is_(None), tickets.c.due_at, tickets.c.opened_at)
    return [_card(row) for row in session.execute(query.order_by(*order).limit(limit))]


def load_ticket_card(session: Session, number: str) -> TicketCard:
    """One ticket by its number. Raises UnknownTicketError."""
    row = session.execute(_cards().where(tickets.c.number == number)).one_or_none()
    if row is None:
        raise UnknownTicketError(f"ticket {number} does not exist; look it up in the list of tickets")
    return _card(row)


def assign_ticket(session: Session, number: str, target: tuple[str, str]) -> None:
    """Give a ticket to a team, and to one of its people or to nobody yet. target: (team's id, staff id or "")."""
    _handle(session, number, team=target[0], staff_id=target[1] or None)


def note_answer(session: Session, number: str, now: datetime) -> None:
    """Remember the first answer of staff; later ones change nothing."""
    _handle(session, number)
    where = (ticket_handlings.c.number == number) & ticket_handlings.c.answered_at.is_(None)
    session.execute(ticket_handlings.update().where(where).values(answered_at=now))


def reopen_ticket(session: Session, number: str) -> None:
    """Open a closed ticket again; one that is open stays as it is."""
    where = (tickets.c.number == number) & (tickets.c.state == CLOSED)
    if session.execute(tickets.update().where(where).values(state=OPEN, closed_at=None)).rowcount:
        _handle(session, number)
        mine = ticket_handlings.c.number == number
        session.execute(ticket_handlings.update().where(mine).values(reopened=ticket_handlings.c.reopened + 1, merged_into=None))


def merge_tickets(session: Session, number: str, into: str, now: datetime) -> None:
    """Close a ticket as part of another open one of the same person, which takes its words over.

    Raises UnknownTicketError and TicketMergeError.
    """
    merged, target = load_ticket_card(session, number).ticket, load_ticket_card(session, into).ticket
    is_same_person = target.contact_id in find_linked_contacts(session, merged.contact_id)
    if number == into or not target.is_open or not is_same_person:
        raise TicketMergeError(f"ticket {number} cannot become part of {into}; choose an open ticket of the same person")
    details = f"{target.details}\n[{number}] {merged.subject}\n{merged.details}".strip()
    session.execute(tickets.update().where(tickets.c.number == into).values(details=details))
    close_ticket(session, number, now)
    _handle(session, number, merged_into=into)


def find_conversation_of(session: Session, ticket: Ticket) -> str | None:
    """Where the person is answered: the ticket's conversation, else their latest one; None when there is none."""
    people = find_linked_contacts(session, ticket.contact_id)
    query = sa.select(conversations.c.id).where(conversations.c.contact_id.in_(people))
    if ticket.conversation_id:
        query = query.order_by((conversations.c.id == ticket.conversation_id).desc(), conversations.c.last_at.desc())
    else:
        query = query.order_by(conversations.c.last_at.desc())
    return session.execute(query.limit(1)).scalar_one_or_none()


def list_siblings(session: Session, ticket: Ticket) -> Sequence[str]:
    """Numbers of the person's other open tickets, which this one may become part of."""
    people = find_linked_contacts(session, ticket.contact_id)
    is_other = (tickets.c.state != CLOSED) & (tickets.c.number != ticket.number)
    query = sa.select(tickets.c.number).where(tickets.c.contact_id.in_(people), is_other).order_by(tickets.c.number)
    return list(session.execute(query).scalars())


def _handle(session: Session, number: str, **values: Any) -> None:
    insert_once(session, ticket_handlings, {"number": number, "reopened": 0})
    if values:
        session.execute(ticket_handlings.update().where(ticket_handlings.c.number == number).values(**values))


def _cards() -> sa.sql.Select:
    handling = ticket_handlings.c
    return (
        sa.select(*_TICKET, contacts.c.name, handling.team, handling.staff_id, staff.c.name, handling.answered_at, handling.merged_into,
                  handling.reopened)
        .select_from(tickets).join(contacts, contacts.c.id == tickets.c.contact_id)
        .join(ticket_handlings, handling.number == tickets.c.number, isouter=True)
        .join(staff, staff.c.id == handling.staff_id, isouter=True)
    )


def _card(row: Sequence[Any]) -> TicketCard:
    size = len(_TICKET)
    name, team, staff_id, staff_name, answered_at, merged_into, reopened = row[size:]
    words = (name or "", team or "", staff_id or "", staff_name or "")
    return TicketCard(Ticket(*row[:size]), *words, answered_at, merged_into or "", reopened or 0)


_TICKET = tuple(tickets.c[name] for name in Ticket.__dataclass_fields__)
