"""Leases: work that one process of all replicas does at a time. One that dies lets go when its time is over."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from journey_state.store import insert_once
from journey_state.tables import leases


def hold_lease(session: Session, name: str, holder: str, now: datetime, lasts: timedelta) -> bool:
    """Take or renew a lease; False while somebody else holds it."""
    until = now + lasts
    if insert_once(session, leases, {"name": name, "holder": holder, "held_until": until}):
        return True
    is_free = (leases.c.holder == holder) | (leases.c.held_until <= now)
    taken = session.execute(leases.update().where(leases.c.name == name, is_free).values(holder=holder, held_until=until))
    return bool(taken.rowcount == 1)


def release_lease(session: Session, name: str, holder: str) -> None:
    """Let go of a lease, so that the next process need not wait for its end."""
    session.execute(leases.delete().where(leases.c.name == name, leases.c.holder == holder))
