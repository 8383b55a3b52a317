"""The ticker: sends what is due unasked. One process of all replicas does, by a lease in the database."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

import anyio
from anyio.to_thread import run_sync
from sqlalchemy.orm import Session

from bot.channels.channel import MAILBOX_CHANNELS
from bot.engine.scopes import compose_nudge
from bot.metrics import NUDGES
from bot.services import Services
from journey_state.content import Content, get_content
from journey_state.leases import hold_lease, release_lease
from journey_state.nudge_occasions import Nudge, find_latest_conversation, list_occasions, read_reach, send_nudge
from journey_state.nudges import Occasion, choose_nudge, is_quiet
from journey_state.store import new_id, utc_now

log = logging.getLogger(__name__)

EVERY_S = 30.0
LEASE_NAME = "ticker"
LEASE = timedelta(seconds=120)


class Ticker:
    """Looks at the clock twice a minute. clock: gives aware UTC; tests pass their own."""

    def __init__(self, services: Services, find_content: Callable[[], Content] = get_content,
                 clock: Callable[[], datetime] = utc_now) -> None:
        self._services = services
        self._find_content = find_content
        self._clock = clock
        self._holder = new_id()

    async def run(self) -> None:
        """Work for the life of the server."""
        try:
            while True:
                try:
                    await run_sync(self.tick)
                except Exception as error:
                    # The border of automation: what failed is rolled back and comes up again at the next tick.
                    log.error("ticker failed; it tries again in a moment", exc_info=error)
                await anyio.sleep(EVERY_S)
        finally:
            with anyio.CancelScope(shield=True):
                await run_sync(self.let_go)

    def tick(self) -> int:
        """Send what is due, if this process is the one that may; returns how many nudges went out."""
        now, store = self._clock(), self._services.store
        with store.transaction() as session:
            if not hold_lease(session, LEASE_NAME, self._holder, now, LEASE):
                return 0
        if is_quiet(now):
            return 0
        reminder = timedelta(days=self._find_content().trials.reminder_days_before)
        with store.reading() as session:
            occasions = list_occasions(session, now, reminder)
        by_person: dict[str, list[Occasion]] = {}
        for occasion in occasions:
            by_person.setdefault(occasion.contact_id, []).append(occasion)
        return sum(self._serve(contact_id, found, now) for contact_id, found in by_person.items())

    def let_go(self) -> None:
        """Leave the work to another process at once."""
        with self._services.store.transaction() as session:
            release_lease(session, LEASE_NAME, self._holder)

    def _serve(self, contact_id: str, occasions: list[Occasion], now: datetime) -> int:
        """Write to one person, in a transaction of its own: one that fails keeps nobody else waiting."""
        try:
            with self._services.store.transaction() as session:
                nudge = self._choose(session, contact_id, occasions, now)
                is_sent = nudge is not None and send_nudge(
                    session, nudge, now, is_mailbox=nudge.conversation.channel in MAILBOX_CHANNELS)
        except Exception as error:
            log.error("nudge failed", exc_info=error, extra={"contact": contact_id})
            return 0
        if nudge is None or not is_sent:
            return 0
        NUDGES.labels(nudge.occasion.kind.value).inc()
        self._services.wakeups.notify(nudge.conversation.id)
        return 1

    def _choose(self, session: Session, contact_id: str, occasions: list[Occasion], now: datetime) -> Nudge | None:
        # The conversation is locked first: what its running turn writes counts.
        conversation = find_latest_conversation(session, contact_id)
        chosen = choose_nudge(occasions, read_reach(session, contact_id), now) if conversation else None
        if conversation is None or chosen is None:
            return None
        language = "en" if conversation.language == "en" else "vi"
        return Nudge(chosen, conversation, compose_nudge(self._find_content(), chosen, language))
