"""Consent: what a contact allowed, with proof; withdrawal counts from the next message."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from journey_state.store import new_id
from journey_state.tables import consents, conversations

WORDING = "2026-01"
_LATEST = (
    sa.select(consents.c.id, consents.c.is_granted, consents.c.decided_at)
    .where(consents.c.contact_id == sa.bindparam("contact")).order_by(consents.c.decided_at.desc(), consents.c.is_granted).limit(1)
)


@dataclass(frozen=True)
class Consent:
    """The latest decision of a contact."""

    id: str
    is_granted: bool
    decided_at: datetime


def find_consent(session: Session, contact_id: str) -> Consent | None:
    """Return the contact's latest decision (of two at one moment the refusal), or None while there is none."""
    row = session.execute(_LATEST, {"contact": contact_id}).one_or_none()
    return None if row is None else Consent(*row)


def append_consent(session: Session, contact_id: str, is_granted: bool, *, channel: str, now: datetime,
                   message_id: str | None = None) -> str:
    """Write a decision down with the wording that was shown; returns its id."""
    consent_id = new_id()
    session.execute(consents.insert().values(
        id=consent_id, contact_id=contact_id, is_granted=is_granted, wording=WORDING,
        channel=channel, message_id=message_id, decided_at=now,
    ))
    return consent_id


def mark_consent_asked(session: Session, conversation_id: str, now: datetime) -> bool:
    """True the first time only: the question is asked once in a conversation."""
    where = (conversations.c.id == conversation_id) & conversations.c.consent_asked_at.is_(None)
    return bool(session.execute(conversations.update().where(where).values(consent_asked_at=now)).rowcount == 1)
