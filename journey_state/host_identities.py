"""Who a visitor is on the host's own site, vouched for by the host's signature: verifies the account and links the visitor to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from journey_state.contacts import ensure_contact, find_linked_contacts, lock_person, update_contact
from journey_state.errors import IdentityConflictError
from journey_state.store import new_id
from journey_state.tables import contacts, identities, identity_links

CHANNEL = "account"
REASON = "signed_identity"


@dataclass(frozen=True)
class HostIdentity:
    """What the host says of a signed-in person. subject: its own unique id of the account; the rest may be empty."""

    subject: str
    name: str = ""
    email: str = ""
    phone: str = ""


def link_host_identity(session: Session, channel: str, address: str, identity: HostIdentity, now: datetime) -> bool:
    """Link the visitor at an address to a verified account; True when the link is new.

    Raises IdentityConflictError when the visitor is known as somebody else: two identified people are never
    joined by themselves.
    """
    visitor = ensure_contact(session, channel, address, now)
    account = ensure_contact(session, CHANNEL, identity.subject, now)
    people = lock_person(session, visitor)
    is_new = account not in people
    if is_new:
        _check_conflict(session, people, lock_person(session, account), identity.subject)
        session.execute(identity_links.insert().values(
            id=new_id(), contact_id=account, joined_contact_id=visitor, reason=REASON, made_by="host", made_at=now,
        ))
    session.execute(identities.update().where(
        identities.c.channel == CHANNEL, identities.c.address == identity.subject, identities.c.verified_at.is_(None),
    ).values(verified_at=now))
    _fill_contact(session, account, identity)
    return is_new


def find_account(session: Session, contact_id: str) -> str | None:
    """The host's id of the account that this person is known by; None for whom no host vouched."""
    people = find_linked_contacts(session, contact_id)
    is_account = (identities.c.channel == CHANNEL) & identities.c.contact_id.in_(people) & identities.c.verified_at.is_not(None)
    query = sa.select(identities.c.address).where(is_account).order_by(identities.c.created_at).limit(1)
    return session.execute(query).scalar_one_or_none()


def _check_conflict(session: Session, visitors: tuple[str, ...], accounts: tuple[str, ...], subject: str) -> None:
    """Two people who are each known for certain on one channel by different addresses are two people."""
    known = sa.select(identities.c.channel, identities.c.address).where(identities.c.verified_at.is_not(None))
    mine = session.execute(known.where(identities.c.contact_id.in_(visitors))).all()
    theirs = [(CHANNEL, subject), *session.execute(known.where(identities.c.contact_id.in_(accounts))).all()]
    if {channel for channel, _ in mine} & {channel for channel, _ in theirs}:
        raise IdentityConflictError("this visitor is known as somebody else; open a new session for another account")


def _fill_contact(session: Session, contact_id: str, identity: HostIdentity) -> None:
    row = session.execute(sa.select(contacts.c.name, contacts.c.email, contacts.c.phone).where(contacts.c.id == contact_id)).one()
    fields = {name: getattr(identity, name) for name in ("name", "email", "phone") if getattr(identity, name) and not row[name]}
    if fields:
        update_contact(session, contact_id, **fields)
