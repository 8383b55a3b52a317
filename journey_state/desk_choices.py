"""What owners changed about the desk: every version is kept, the latest counts, files say the rest."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from pydantic import ValidationError
from sqlalchemy.orm import Session

from journey_state.desk_settings import DeskSettings, load_default_settings
from journey_state.errors import JourneyError
from journey_state.store import new_id
from journey_state.tables import desk_versions


class BadSettingError(JourneyError):
    """A setting that would not work; the message says which and why."""


@dataclass(frozen=True)
class DeskChange:
    """Who changed which part of the settings when. made_by: a staff member's id."""

    section: str
    made_by: str
    made_at: datetime


def load_desk(session: Session) -> DeskSettings:
    """The settings in force. Sections that no owner ever changed follow the files."""
    row = session.execute(_LATEST).one_or_none()
    return load_default_settings() if row is None else _build(json.dumps(row.changed, sort_keys=True))


def change_desk(session: Session, section: str, value: Any, change: DeskChange) -> DeskSettings:
    """Replace one section and keep the others. Raises BadSettingError when the whole would not work."""
    row = session.execute(_LATEST).one_or_none()
    changed: Mapping[str, Any] = {**(row.changed if row else {}), section: value}
    settings = _build(json.dumps(changed, sort_keys=True))
    kept = json.loads(settings.json(include={*changed}))
    session.execute(desk_versions.insert().values(
        id=new_id(), number=(row.number if row else 0) + 1, changed=kept, section=change.section, made_by=change.made_by,
        made_at=change.made_at,
    ))
    return settings


@lru_cache(maxsize=8)
def _build(changed: str) -> DeskSettings:
    values = {**json.loads(load_default_settings().json()), **json.loads(changed)}
    try:
        return DeskSettings(**values)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise BadSettingError(f"{where}: {first['msg']}") from None


_LATEST = sa.select(desk_versions.c.number, desk_versions.c.changed).order_by(desk_versions.c.number.desc()).limit(1)
