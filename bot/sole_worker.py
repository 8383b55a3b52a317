"""Work that one process of all replicas does at a time; on SQLite there is one process."""

from __future__ import annotations

from datetime import datetime, timedelta

import anyio
from anyio.to_thread import run_sync

from journey_state.leases import hold_lease, release_lease
from journey_state.store import JourneyStore, new_id, utc_now


class SoleWorker:
    """Asks before each piece of work. One that dies is followed by another when its lease ends."""

    def __init__(self, store: JourneyStore, name: str, lasts: timedelta = timedelta(seconds=60)) -> None:
        self._store = store
        self._name = name
        self._lasts = lasts
        self._holder = new_id()
        self._held_until: datetime | None = None

    async def is_mine(self) -> bool:
        """True when this process is the one to do it; asks the database in the second half of a lease only."""
        if not self._store.is_postgresql:
            return True
        now = utc_now()
        if self._held_until is not None and self._held_until - now > self._lasts / 2:
            return True
        return await run_sync(self._hold, now)

    async def let_go(self) -> None:
        """The process stops: another need not wait for the lease to end."""
        if self._held_until is None:
            return
        with anyio.CancelScope(shield=True):
            await run_sync(self._release)

    def _hold(self, now: datetime) -> bool:
        with self._store.transaction() as session:
            is_held = hold_lease(session, self._name, self._holder, now, self._lasts)
        self._held_until = now + self._lasts if is_held else None
        return is_held

    def _release(self) -> None:
        with self._store.transaction() as session:
            release_lease(session, self._name, self._holder)
        self._held_until = None
