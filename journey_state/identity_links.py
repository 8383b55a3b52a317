"""Identity links: two addresses that are one person, joined with the person's consent, and undone as easily.

Rows are only ever added: undoing a link is a further row. A token in an address, given on one channel and brought to
another, proves that whoever opens it there could read it here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from secrets import token_urlsafe

import sqlalchemy as sa
from sqlalchemy.orm import Session

from journey_state.consent import append_consent, find_consent, mark_consent_asked
from journey_state.contacts import DEEP_LINK, ONE_WAY, find_linked_contacts, lock_person
from journey_state.conversations import Conversation, load_conversation, set_conversation_language
from journey_state.desk_cards import follow_handoff
from journey_state.errors import JourneyError
from journey_state.handoffs import move_handoff
from journey_state.store import insert_once, new_id
from journey_state.tables import (
    channel_accounts,
    contacts,
    conversations,
    identities,
    identity_links,
    link_offers,
    orders,
    tickets,
    trackers,
    trials,
)

OFFER_LASTS = timedelta(minutes=30)
BY_CONTACT = "contact"
# Where a contact's private details are, beside the fields of the contact.
_PRIVATE = (orders, tickets, trials)


class LinkRefusedError(JourneyError):
    """Two addresses may not become one person; the message says why."""


class OfferLapsedError(LinkRefusedError):
    """The link was used before, is too old, or was never given."""


class TwoIdentifiedError(LinkRefusedError):
    """Both are known persons already: only staff may join them."""


@dataclass(frozen=True)
class LinkOffer:
    """An offer that stands. contact_id, conversation_id: where it was given."""

    token_hash: str
    contact_id: str
    conversation_id: str


def offer_link(session: Session, contact_id: str, conversation_id: str, now: datetime) -> str:
    """Make a token that joins another address to this contact, once and soon; only its hash is kept."""
    token = token_urlsafe(24)
    session.execute(link_offers.insert().values(
        token_hash=hash_token(token), contact_id=contact_id, conversation_id=conversation_id, made_at=now, expires_at=now + OFFER_LASTS,
    ))
    return token


def find_offer(session: Session, token_hash: str, now: datetime) -> LinkOffer | None:
    """The offer behind a token while it may be used; None afterwards."""
    columns = link_offers.c.token_hash, link_offers.c.contact_id, link_offers.c.conversation_id
    is_open = link_offers.c.used_at.is_(None) & (link_offers.c.expires_at > now)
    row = session.execute(sa.select(*columns).where(link_offers.c.token_hash == token_hash, is_open)).one_or_none()
    return None if row is None else LinkOffer(*row)


def accept_offer(session: Session, token_hash: str, joining: Conversation, now: datetime) -> Conversation:
    """Join the contact of a conversation to the one that made the offer; returns the conversation it was made in.

    What runs there goes on here: an open form, the language, the decision on consent. Raises OfferLapsedError, and
    TwoIdentifiedError when both are known persons already.
    """
    made_in = session.execute(sa.select(link_offers.c.contact_id, link_offers.c.conversation_id).where(
        link_offers.c.token_hash == token_hash)).one_or_none()
    if made_in is not None and made_in.contact_id in find_linked_contacts(session, joining.contact_id):
        return load_conversation(session, made_in.conversation_id)
    offer = find_offer(session, token_hash, now)
    if offer is None or not _use_once(session, token_hash, now):
        raise OfferLapsedError("the link was used before or is too old; open the website and ask for a new one")
    for room in sorted((offer.conversation_id, joining.id)):
        load_conversation(session, room, locked=True)  # conversations before contacts, as a running turn takes them
    lock_person(session, joining.contact_id)
    lock_person(session, offer.contact_id)
    people = find_linked_contacts(session, offer.contact_id), find_linked_contacts(session, joining.contact_id)
    if all(_is_identified(session, each) for each in people):
        raise TwoIdentifiedError("both addresses belong to known persons; ask staff to join them")
    reason = ONE_WAY if _has_private_details(session, people[1]) else DEEP_LINK
    _append_link(session, (offer.contact_id, joining.contact_id), reason, BY_CONTACT, now)
    _verify(session, joining.contact_id, now)
    origin = load_conversation(session, offer.conversation_id)
    joining = load_conversation(session, joining.id)
    _carry_over(session, origin, joining, now)
    return origin


def undo_links(session: Session, contact_id: str, made_by: str, now: datetime) -> int:
    """Part a contact from the channels it was joined with by a link; returns how many were undone. No row moves.

    What a host's sign-in or staff joined stays joined.
    """
    lock_person(session, contact_id)
    links = session.execute(_LIVE_LINKS, {"contact": contact_id}).all()
    for link in links:
        session.execute(identity_links.insert().values(
            id=new_id(), contact_id=link.contact_id, joined_contact_id=link.joined_contact_id, reason="undone",
            made_by=made_by, made_at=now, undoes=link.id,
        ))
        session.execute(identities.update().where(identities.c.contact_id == link.joined_contact_id).values(verified_at=None))
    return len(links)


def save_account(session: Session, channel: str, name: str) -> None:
    """Remember the account by which a channel is reached: the bot's user name."""
    if not insert_once(session, channel_accounts, {"channel": channel, "name": name}):
        session.execute(channel_accounts.update().where(channel_accounts.c.channel == channel).values(name=name))


def forget_account(session: Session, channel: str) -> None:
    """The channel is off: nobody is sent there."""
    session.execute(channel_accounts.delete().where(channel_accounts.c.channel == channel))


def find_account(session: Session, channel: str) -> str | None:
    """The account by which a channel is reached; None while it is off."""
    return session.execute(sa.select(channel_accounts.c.name).where(channel_accounts.c.channel == channel)).scalar_one_or_none()


def hash_token(token: str) -> str:
    """What is kept of a token."""
    return sha256(token.encode()).hexdigest()


def _use_once(session: Session, token_hash: str, now: datetime) -> bool:
    where = (link_offers.c.token_hash == token_hash) & link_offers.c.used_at.is_(None)
    return bool(session.execute(link_offers.update().where(where).values(used_at=now)).rowcount == 1)


def _append_link(session: Session, pair: tuple[str, str], reason: str, made_by: str, now: datetime) -> str:
    link_id = new_id()
    session.execute(identity_links.insert().values(
        id=link_id, contact_id=pair[0], joined_contact_id=pair[1], reason=reason, made_by=made_by, made_at=now,
    ))
    return link_id


def _is_identified(session: Session, people: Sequence[str]) -> bool:
    where = identities.c.contact_id.in_(people) & identities.c.verified_at.is_not(None)
    return session.execute(sa.select(identities.c.id).where(where).limit(1)).first() is not None


def _has_private_details(session: Session, people: Sequence[str]) -> bool:
    reachable = contacts.c.phone.is_not(None) | contacts.c.email.is_not(None)
    if session.execute(sa.select(contacts.c.id).where(contacts.c.id.in_(people), reachable)).first():
        return True
    return any(session.execute(sa.select(table.c.id).where(table.c.contact_id.in_(people)).limit(1)).first() for table in _PRIVATE)


def _verify(session: Session, contact_id: str, now: datetime) -> None:
    where = (identities.c.contact_id == contact_id) & identities.c.verified_at.is_(None)
    session.execute(identities.update().where(where).values(verified_at=now))


def _carry_over(session: Session, origin: Conversation, joining: Conversation, now: datetime) -> None:
    """What goes on in the first conversation goes on in the second: Rasa's memory (unless a form is open there), who answers."""
    states = {name: session.execute(sa.select(trackers.c.state).where(trackers.c.conversation_id == room.id)).scalar_one_or_none()
              for name, room in (("origin", origin), ("joining", joining))}
    if states["origin"] and not (states["joining"] or {}).get("loop"):
        values = {"conversation_id": joining.id, "state": states["origin"], "saved_at": now}
        if not insert_once(session, trackers, values):
            session.execute(trackers.update().where(trackers.c.conversation_id == joining.id).values(**values))
    set_conversation_language(session, joining.id, origin.language)
    moved = move_handoff(session, origin, joining)
    if moved is not None:
        follow_handoff(session, moved, origin.id, joining.id)
    _share_consent(session, origin, joining, now)
    asked = sa.select(conversations.c.consent_asked_at).where(conversations.c.id == origin.id)
    if session.execute(asked).scalar_one() is not None:
        mark_consent_asked(session, joining.id, now)  # one person is asked once


def _share_consent(session: Session, origin: Conversation, joining: Conversation, now: datetime) -> None:
    """One person, one decision: a refusal on either side counts for both, else the consent that was given."""
    decisions = {room: find_consent(session, room.contact_id) for room in (origin, joining)}
    given = [decision.is_granted for decision in decisions.values() if decision is not None]
    if not given:
        return
    for room, decision in decisions.items():
        if decision is None or decision.is_granted != all(given):
            append_consent(session, room.contact_id, all(given), channel=joining.channel, now=now)


_LINK = identity_links.c
_LIVE_LINKS = sa.select(_LINK.id, _LINK.contact_id, _LINK.joined_contact_id).where(
    (_LINK.contact_id == sa.bindparam("contact")) | (_LINK.joined_contact_id == sa.bindparam("contact")),
    _LINK.reason.in_((DEEP_LINK, ONE_WAY)), _LINK.undoes.is_(None),
    _LINK.id.not_in(sa.select(_LINK.undoes).where(_LINK.undoes.is_not(None))),
)
