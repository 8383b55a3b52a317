"""What staff should know about the person they talk with, gathered from every room of the store."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from journey_state.consent import Consent, find_consent
from journey_state.contacts import find_linked_contacts
from journey_state.errors import UnknownContactError
from journey_state.orders import Order, list_orders
from journey_state.referrals import ReferralStatus, find_status
from journey_state.stage_history import StageRecord, load_posterior
from journey_state.stages import Evidence
from journey_state.tables import contacts, conversations, handoffs, staff, stage_changes
from journey_state.tickets import Ticket, list_tickets
from journey_state.trials import Trial, list_trials


@dataclass(frozen=True)
class StageChange:
    """When the person reached a stage, how sure we were and why."""

    from_stage: str | None
    to_stage: str
    probability: float
    changed_at: datetime
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True)
class PastHandoff:
    """A handoff that was given back, and who had it."""

    conversation_id: str
    reason: str
    requested_at: datetime
    released_at: datetime
    staff_name: str


@dataclass(frozen=True)
class Meeting:
    """A conversation of the person, on whichever channel."""

    conversation_id: str
    channel: str
    last_at: datetime


@dataclass(frozen=True)
class ContactProfile:
    """One person, all linked contacts together. consent: None while undecided; stage: None without consent."""

    name: str
    phone: str
    email: str
    known_since: datetime
    consent: Consent | None
    stage: StageRecord | None
    stage_changes: Sequence[StageChange]
    trials: Sequence[Trial]
    orders: Sequence[Order]
    tickets: Sequence[Ticket]
    referral: ReferralStatus | None
    handoffs: Sequence[PastHandoff]
    meetings: Sequence[Meeting]


def load_profile(session: Session, contact_id: str, now: datetime) -> ContactProfile:
    """Everything known of the person behind a contact. Raises UnknownContactError."""
    people = find_linked_contacts(session, contact_id)
    columns = contacts.c.name, contacts.c.phone, contacts.c.email, contacts.c.created_at
    known = session.execute(sa.select(*columns).where(contacts.c.id.in_(people)).order_by(contacts.c.created_at)).all()
    if not known:
        raise UnknownContactError(f"contact {contact_id} does not exist; it may have been erased")
    name, phone, email = (next((value for value in column if value), "") for column in list(zip(*known, strict=True))[:3])
    return ContactProfile(
        name=name, phone=phone, email=email, known_since=known[0].created_at,
        consent=find_consent(session, contact_id), stage=load_posterior(session, contact_id, now),
        stage_changes=_list_stage_changes(session, people), trials=list_trials(session, contact_id),
        orders=list_orders(session, contact_id, is_whole=True), tickets=list_tickets(session, contact_id, is_whole=True),
        referral=find_status(session, contact_id),
        handoffs=_list_handoffs(session, people), meetings=_list_meetings(session, people),
    )


def _list_stage_changes(session: Session, people: Sequence[str], limit: int = 8) -> list[StageChange]:
    columns = [stage_changes.c[name] for name in StageChange.__dataclass_fields__]
    query = sa.select(*columns).where(stage_changes.c.contact_id.in_(people)).order_by(stage_changes.c.changed_at.desc()).limit(limit)
    return [_stage_change(row) for row in session.execute(query)]


def _stage_change(row: Any) -> StageChange:
    evidence = tuple(Evidence(**item) for item in row.evidence)
    return StageChange(row.from_stage, row.to_stage, row.probability, row.changed_at, evidence)


def _list_handoffs(session: Session, people: Sequence[str], limit: int = 10) -> list[PastHandoff]:
    query = (
        sa.select(handoffs.c.conversation_id, handoffs.c.reason, handoffs.c.requested_at, handoffs.c.released_at, staff.c.name)
        .join(staff, staff.c.id == handoffs.c.claimed_by, isouter=True)
        .where(handoffs.c.contact_id.in_(people), handoffs.c.state == "released")
        .order_by(handoffs.c.released_at.desc()).limit(limit)
    )
    found = session.execute(query)
    return [PastHandoff(row.conversation_id, row.reason, row.requested_at, row.released_at, row.name or "") for row in found]


def _list_meetings(session: Session, people: Sequence[str]) -> list[Meeting]:
    columns = conversations.c.id, conversations.c.channel, conversations.c.last_at
    query = sa.select(*columns).where(conversations.c.contact_id.in_(people)).order_by(conversations.c.last_at.desc())
    return [Meeting(*row) for row in session.execute(query)]
