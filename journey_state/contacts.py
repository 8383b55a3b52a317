"""Contacts: the people we talk with, whatever channel they come by."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from journey_state.errors import UnknownContactError
from journey_state.store import insert_once, new_id
from journey_state.tables import contacts, identities, identity_links

# Reasons of links. ONE_WAY: the joined contact proved both sides, but nobody proved that the other side may see the joined one's details.
# BY_STAFF: staff think it is one person; neither side is shown the other's details.
DEEP_LINK, ONE_WAY, BY_STAFF = "deep_link", "deep_link_one_way", "staff"


def ensure_contact(session: Session, channel: str, address: str, now: datetime) -> str:
    """Return the id of the contact behind an address; a new address is a new contact."""
    found = find_contact(session, channel, address)
    if found is not None:
        return found
    contact_id = new_id()
    session.execute(contacts.insert().values(id=contact_id, created_at=now, preferences={}))
    identity = {"id": new_id(), "contact_id": contact_id, "channel": channel, "address": address, "created_at": now}
    if insert_once(session, identities, identity):
        return contact_id
    # Somebody else was first (PostgreSQL): theirs stands.
    session.execute(contacts.delete().where(contacts.c.id == contact_id))
    return find_contact(session, channel, address) or contact_id


def find_contact(session: Session, channel: str, address: str) -> str | None:
    """Return the contact's id behind an address, or None."""
    where = (identities.c.channel == channel) & (identities.c.address == address)
    return session.execute(sa.select(identities.c.contact_id).where(where)).scalar_one_or_none()


def lock_contact(session: Session, contact_id: str) -> None:
    """Hold the contact's row until the transaction ends. Raises UnknownContactError."""
    if session.execute(_LOCK, {"contact": contact_id}).scalar_one_or_none() is None:
        raise UnknownContactError(f"contact {contact_id} does not exist; it may have been erased")


def find_linked_contacts(session: Session, contact_id: str) -> tuple[str, ...]:
    """Return the ids of all contacts that are the same person, this one first.

    Links are append-only rows; a link whose id is named by a later row's `undoes` does not count.
    """
    found, frontier = [contact_id], [contact_id]
    while frontier:
        neighbours = {side for row in session.execute(_TOUCHING_LINKS, {"frontier": frontier}) for side in row}
        frontier = sorted(neighbours - set(found))
        found.extend(frontier)
    return tuple(found)


def find_shown_contacts(session: Session, contact_id: str) -> tuple[str, ...]:
    """Return the ids of all contacts whose private details this one may be shown, this one first.

    The same person, but for links that were made without proof: see `ONE_WAY` and `BY_STAFF`.
    """
    found, frontier = [contact_id], [contact_id]
    while frontier:
        links = session.execute(_TOUCHING_LINKS_WITH_REASON, {"frontier": frontier}).all()
        seen = {link.joined_contact_id for link in links if link.contact_id in frontier and link.reason not in (ONE_WAY, BY_STAFF)}
        seen |= {link.contact_id for link in links if link.joined_contact_id in frontier and link.reason != BY_STAFF}
        frontier = sorted(seen - set(found))
        found.extend(frontier)
    return tuple(found)


def lock_person(session: Session, contact_id: str) -> tuple[str, ...]:
    """Hold the rows of all linked contacts until the transaction ends; returns their ids, this one first.

    Rows are taken in one order everywhere, so that two of a person's conversations cannot block each
    other for ever; links made while we waited are followed too. Raises UnknownContactError.
    """
    linked: tuple[str, ...] = ()
    while set(found := find_linked_contacts(session, contact_id)) - set(linked):
        for each in sorted(found):
            lock_contact(session, each)
        linked = found
    return linked


def update_contact(session: Session, contact_id: str, **fields: str) -> None:
    """Set name, phone, email or language of a contact."""
    session.execute(contacts.update().where(contacts.c.id == contact_id).values(**fields))


# Built once: building a statement costs more than running it.
# FOR NO KEY UPDATE: rows that merely refer to the contact (a touchpoint of another turn) need not wait,
# and two turns of one person that have written one each do not block each other for ever.
_LOCK = sa.select(contacts.c.id).where(contacts.c.id == sa.bindparam("contact")).with_for_update(key_share=True)
_FRONTIER = sa.bindparam("frontier", expanding=True)
_UNDONE = sa.select(identity_links.c.undoes).where(identity_links.c.undoes.is_not(None))
_TOUCHING_LINKS_WITH_REASON = sa.select(identity_links.c.contact_id, identity_links.c.joined_contact_id, identity_links.c.reason).where(
    identity_links.c.contact_id.in_(_FRONTIER) | identity_links.c.joined_contact_id.in_(_FRONTIER),
    identity_links.c.undoes.is_(None), identity_links.c.id.not_in(_UNDONE),
)
_TOUCHING_LINKS = _TOUCHING_LINKS_WITH_REASON.with_only_columns(identity_links.c.contact_id, identity_links.c.joined_contact_id)
