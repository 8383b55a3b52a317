"""Who of the staff is there: at the console at all, in one conversation, typing; and who said that they are away."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from journey_state.store import insert_once
from journey_state.tables import absences, presences, staff

# An open page says that it is there three times as often.
SEEN_LASTS = timedelta(seconds=60)
TYPING_LASTS = timedelta(seconds=25)
# The conversation of somebody who has a page open that shows none.
CONSOLE = ""


@dataclass(frozen=True)
class Onlooker:
    """A member who has a conversation open."""

    staff_id: str
    name: str
    is_typing: bool


@dataclass(frozen=True)
class Availability:
    """A member who may sign in. state: online, away or offline."""

    staff_id: str
    name: str
    state: str


def note_presence(session: Session, staff_id: str, conversation_id: str, now: datetime, *, is_typing: bool = False) -> bool:
    """A page says that it is open; True when others see something new: somebody came, began or stopped typing."""
    where = (presences.c.staff_id == staff_id) & (presences.c.conversation_id == conversation_id)
    before = session.execute(sa.select(presences.c.seen_at, presences.c.typed_at).where(where)).one_or_none()
    values = {"seen_at": now, "typed_at": now if is_typing else None}
    if not insert_once(session, presences, {"staff_id": staff_id, "conversation_id": conversation_id, **values}):
        session.execute(presences.update().where(where).values(**values))
    was_there = before is not None and before.seen_at > now - SEEN_LASTS
    was_typing = before is not None and before.typed_at is not None and before.typed_at > now - TYPING_LASTS
    return not was_there or was_typing is not is_typing


def end_presence(session: Session, staff_id: str) -> None:
    """Somebody left: signed out."""
    session.execute(presences.delete().where(presences.c.staff_id == staff_id))


def list_onlookers(session: Session, conversation_id: str, now: datetime) -> list[Onlooker]:
    """Who has a conversation open now, by name."""
    query = (
        sa.select(staff.c.id, staff.c.name, presences.c.typed_at).join(presences, presences.c.staff_id == staff.c.id)
        .where(presences.c.conversation_id == conversation_id, presences.c.seen_at > now - SEEN_LASTS).order_by(staff.c.name)
    )
    return [Onlooker(row.id, row.name, row.typed_at is not None and row.typed_at > now - TYPING_LASTS) for row in session.execute(query)]


def set_away(session: Session, staff_id: str, is_away: bool, now: datetime) -> None:
    """Say that somebody takes no new work for a while, or takes it again."""
    if is_away:
        insert_once(session, absences, {"staff_id": staff_id, "since": now})
    else:
        session.execute(absences.delete().where(absences.c.staff_id == staff_id))


def list_availability(session: Session, now: datetime) -> list[Availability]:
    """All who may sign in, with where they are, in the order they came."""
    seen = sa.select(presences.c.staff_id).where(presences.c.seen_at > now - SEEN_LASTS)
    query = (
        sa.select(staff.c.id, staff.c.name, absences.c.since, staff.c.id.in_(seen).label("is_seen"))
        .join(absences, absences.c.staff_id == staff.c.id, isouter=True)
        .where(staff.c.disabled_at.is_(None)).order_by(staff.c.created_at, staff.c.email)
    )
    return [Availability(row.id, row.name, _state(row.since, bool(row.is_seen))) for row in session.execute(query)]


def _state(away_since: datetime | None, is_seen: bool) -> str:
    if away_since is not None:
        return "away"
    return "online" if is_seen else "offline"
