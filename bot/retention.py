"""The retention job: a conversation's log goes N days after its last message."""

from __future__ import annotations

import logging
from datetime import timedelta

import anyio
from anyio.to_thread import run_sync

from bot.services import Services
from journey_state.conversations import purge_conversations
from journey_state.store import utc_now

log = logging.getLogger(__name__)

EVERY_S = 3600.0


class RetentionJob:
    """Deletes old logs, a small batch at a time so that nobody waits for it."""

    def __init__(self, services: Services) -> None:
        self.services = services

    async def run(self) -> None:
        """Work for the life of the server."""
        while True:
            try:
                await run_sync(self.purge)
            except Exception as error:
                log.error("retention job failed; it tries again in an hour", exc_info=error)
            await anyio.sleep(EVERY_S)

    def purge(self) -> int:
        """Delete what is due now; returns how many conversations were emptied."""
        before = utc_now() - timedelta(days=self.services.settings.log_days)
        total = 0
        while True:
            with self.services.store.transaction() as session:
                count = purge_conversations(session, before)
            total += count
            if count == 0:
                break
        if total:
            log.info("old conversations emptied", extra={"conversations": total})
        return total
