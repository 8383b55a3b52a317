"""Everything the contact page shows of one person, all linked contacts together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from journey_state.contacts import find_linked_contacts
from journey_state.merges import Identity, Link, Lookalike, list_identities, list_links, list_lookalikes
from journey_state.profiles import ContactProfile, load_profile
from journey_state.promises import Promise, list_promises
from journey_state.tables import contacts, surveys
from journey_state.touchpoints import read_touchpoints


@dataclass(frozen=True)
class SurveyAnswer:
    """One answer to a survey."""

    kind: str
    score: int
    comment: str
    answered_at: datetime


@dataclass(frozen=True)
class ContactFile:
    """One person. touchpoints: oldest first; preferences: of all contacts, by name."""

    contact_id: str
    people: Sequence[str]
    profile: ContactProfile
    identities: Sequence[Identity]
    links: Sequence[Link]
    lookalikes: Sequence[Lookalike]
    touchpoints: Sequence[Mapping[str, Any]]
    surveys: Sequence[SurveyAnswer]
    preferences: Mapping[str, Any]
    promises: Sequence[Promise]


def load_contact_file(session: Session, contact_id: str, now: datetime) -> ContactFile:
    """Read one person. Raises UnknownContactError."""
    profile, people = load_profile(session, contact_id, now), find_linked_contacts(session, contact_id)
    return ContactFile(
        contact_id=contact_id, people=people, profile=profile,
        identities=list_identities(session, people), links=list_links(session, people), lookalikes=list_lookalikes(session, people),
        touchpoints=read_touchpoints(session, people), surveys=_list_answers(session, people),
        preferences=_read_preferences(session, people), promises=list_promises(session, contact_id, now),
    )


def _list_answers(session: Session, people: Sequence[str]) -> list[SurveyAnswer]:
    columns = [surveys.c[name] for name in SurveyAnswer.__dataclass_fields__]
    query = sa.select(*columns).where(surveys.c.contact_id.in_(people)).order_by(surveys.c.answered_at.desc()).limit(20)
    return [SurveyAnswer(*row) for row in session.execute(query)]


def _read_preferences(session: Session, people: Sequence[str]) -> dict[str, Any]:
    rows = session.execute(sa.select(contacts.c.preferences).where(contacts.c.id.in_(people)).order_by(contacts.c.created_at)).scalars()
    return {name: value for row in rows for name, value in (row or {}).items()}
