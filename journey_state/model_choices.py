"""Which trained model answers: every replica follows the latest choice written here."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from journey_state.store import new_id
from journey_state.tables import models_in_use

NEWEST = "newest"


def append_model_choice(session: Session, version: str, *, by: str, now: datetime) -> None:
    """Let a version answer from now on; NEWEST follows training. Choices are kept: they say who chose what when."""
    session.execute(models_in_use.insert().values(id=new_id(), version=version, chosen_at=now, chosen_by=by))


def find_model_choice(session: Session) -> str | None:
    """The version that was chosen last, or None when the newest model is to answer."""
    query = sa.select(models_in_use.c.version).order_by(models_in_use.c.chosen_at.desc()).limit(1)
    version = session.execute(query).scalar_one_or_none()
    return None if version in (None, NEWEST) else str(version)
