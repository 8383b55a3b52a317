"""Files that must leave the disk: noted in the transaction that lets go of them, removed after it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from journey_state.tables import file_removals, uploads


def remove_uploads(session: Session, conversation_ids: Sequence[str], now: datetime) -> int:
    """Let go of all uploads of these conversations; returns how many. Their files are removed soon after the commit."""
    mine = uploads.c.conversation_id.in_(conversation_ids)
    noted = sa.select(uploads.c.id, sa.literal(now, type_=file_removals.c.noted_at.type)).where(mine)
    session.execute(file_removals.insert().from_select(["id", "noted_at"], noted))
    return int(session.execute(uploads.delete().where(mine)).rowcount)


def list_removals(session: Session, limit: int = 200) -> list[str]:
    """Ids of files that are still to be removed, the longest noted first."""
    query = sa.select(file_removals.c.id).order_by(file_removals.c.noted_at).limit(limit)
    return list(session.execute(query).scalars())


def close_removals(session: Session, ids: Sequence[str]) -> None:
    """Say that these files are gone."""
    session.execute(file_removals.delete().where(file_removals.c.id.in_(ids)))
