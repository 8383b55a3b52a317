"""Audit entries: which staff member looked at or changed what, by ids only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from journey_state.store import insert_once, new_id
from journey_state.tables import audit_entries, staff

COMMAND_LINE = "command-line"


@dataclass(frozen=True)
class Deed:
    """What somebody did: verb and noun, `look` at a `conversation`. staff_id: or COMMAND_LINE."""

    staff_id: str
    verb: str
    noun: str
    noun_id: str


@dataclass(frozen=True)
class AuditEntry:
    """A deed as it is listed. staff_name: empty for the command line."""

    id: str
    deed: Deed
    at: datetime
    staff_name: str


def append_deed(session: Session, deed: Deed, now: datetime, *, key: str | None = None) -> bool:
    """Write a deed down; key names it, and the same key again is the same deed: False, and nothing is written."""
    return insert_once(session, audit_entries, {"id": key or new_id(), **vars(deed), "at": now})


def was_done_since(session: Session, deed: Deed, since: datetime) -> bool:
    """True when the same person did the same to the same thing at or after a moment."""
    same = [audit_entries.c[name] == value for name, value in vars(deed).items()]
    return bool(session.execute(sa.select(sa.exists().where(*same, audit_entries.c.at >= since))).scalar_one())


def list_deeds(session: Session, limit: int = 200) -> list[AuditEntry]:
    """The latest deeds, newest first."""
    columns = [audit_entries.c[name] for name in Deed.__dataclass_fields__]
    query = (
        sa.select(audit_entries.c.id, audit_entries.c.at, staff.c.name, *columns)
        .join(staff, staff.c.id == audit_entries.c.staff_id, isouter=True)
        .order_by(audit_entries.c.at.desc(), audit_entries.c.id).limit(limit)
    )
    return [AuditEntry(id_, Deed(*deed), at, name or "") for id_, at, name, *deed in session.execute(query)]
