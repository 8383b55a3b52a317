"""Merging contacts by hand, and taking it back. Links are append-only: no row moves, and everything can be undone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from journey_state.contacts import BY_STAFF, find_linked_contacts, lock_contact
from journey_state.errors import JourneyError
from journey_state.store import new_id
from journey_state.tables import contacts, identities, identity_links


class AlreadyLinkedError(JourneyError):
    """The two contacts are the same person already, or the same contact."""


class UnknownLinkError(JourneyError):
    """No link has this id, or it was undone before."""


@dataclass(frozen=True)
class Identity:
    """One address a person writes from."""

    contact_id: str
    channel: str
    address: str
    created_at: datetime
    verified_at: datetime | None


@dataclass(frozen=True)
class Link:
    """Two contacts that are one person. made_by: a staff member's id, or the rule that linked them."""

    id: str
    contact_id: str
    joined_contact_id: str
    reason: str
    made_by: str
    made_at: datetime


@dataclass(frozen=True)
class Lookalike:
    """Another contact with the same phone or e-mail address. same: which of them."""

    contact_id: str
    name: str
    same: str


def merge_contacts(session: Session, contact_id: str, other_id: str, made_by: str, now: datetime) -> str:
    """Make two contacts one person; returns the link's id. Neither is shown the other's private details.

    Raises UnknownContactError and AlreadyLinkedError.
    """
    for each in sorted({contact_id, other_id}):
        lock_contact(session, each)
    if other_id in find_linked_contacts(session, contact_id):
        raise AlreadyLinkedError(f"contacts {contact_id} and {other_id} are one person already; choose another contact")
    link_id = new_id()
    session.execute(identity_links.insert().values(
        id=link_id, contact_id=contact_id, joined_contact_id=other_id, reason=BY_STAFF, made_by=made_by, made_at=now,
    ))
    return link_id


def undo_merge(session: Session, link_id: str, made_by: str, now: datetime) -> None:
    """Take a link back by a row that undoes it. Raises UnknownLinkError."""
    undone = sa.exists().where(identity_links.c.undoes == link_id)
    query = sa.select(identity_links).where(identity_links.c.id == link_id, identity_links.c.undoes.is_(None), ~undone)
    link = session.execute(query).one_or_none()
    if link is None:
        raise UnknownLinkError(f"link {link_id} does not exist or was undone; open the contact again")
    for each in sorted({link.contact_id, link.joined_contact_id}):
        lock_contact(session, each)
    session.execute(identity_links.insert().values(
        id=new_id(), contact_id=link.contact_id, joined_contact_id=link.joined_contact_id, reason=BY_STAFF, made_by=made_by,
        made_at=now, undoes=link_id,
    ))


def list_identities(session: Session, people: Sequence[str]) -> list[Identity]:
    """All addresses of a person's contacts, the first met first."""
    columns = [identities.c[name] for name in Identity.__dataclass_fields__]
    query = sa.select(*columns).where(identities.c.contact_id.in_(people)).order_by(identities.c.created_at, identities.c.address)
    return [Identity(*row) for row in session.execute(query)]


def list_links(session: Session, people: Sequence[str]) -> list[Link]:
    """The links in force between a person's contacts, the latest first."""
    undone = sa.select(identity_links.c.undoes).where(identity_links.c.undoes.is_not(None))
    query = sa.select(*(identity_links.c[name] for name in Link.__dataclass_fields__)).where(
        identity_links.c.contact_id.in_(people), identity_links.c.undoes.is_(None), identity_links.c.id.not_in(undone)
    )
    return [Link(*row) for row in session.execute(query.order_by(identity_links.c.made_at.desc()))]


def list_lookalikes(session: Session, people: Sequence[str]) -> list[Lookalike]:
    """Contacts outside of a person that share a phone number or an e-mail address with it."""
    mine = session.execute(sa.select(contacts.c.phone, contacts.c.email).where(contacts.c.id.in_(people))).all()
    phones, emails = ({row[at] for row in mine if row[at]} for at in (0, 1))
    is_like = contacts.c.phone.in_(phones) | contacts.c.email.in_(emails)
    query = sa.select(contacts.c.id, contacts.c.name, contacts.c.phone).where(is_like, contacts.c.id.not_in(people)).limit(10)
    return [Lookalike(row.id, row.name or "", "phone" if row.phone in phones else "email") for row in session.execute(query)]
