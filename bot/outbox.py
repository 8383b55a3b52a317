"""Delivers replies until confirmed: in order within a conversation, with backoff, never silently."""

from __future__ import annotations

import logging
from collections.abc import Mapping

import anyio
from anyio.abc import TaskGroup
from anyio.to_thread import run_sync

from bot.channels.channel import Channel, DeliveryError
from bot.metrics import DELIVERIES
from bot.services import Services
from bot.sole_worker import SoleWorker
from journey_state.deliveries import (
    Delivery,
    claim_deliveries,
    confirm_delivery,
    defer_delivery,
    doubt_delivery,
    fail_address,
    fail_delivery,
    release_leases,
)
from journey_state.store import utc_now

log = logging.getLogger(__name__)

POLL_S = 0.3
# A slow chat must not hold up the others; the channel itself keeps to its limits.
MOST_AT_ONCE = 40


class Outbox:
    """Drains the outbox of channels that are delivered to. On PostgreSQL one replica at a time does."""

    def __init__(self, services: Services, channels: Mapping[str, Channel]) -> None:
        self.services = services
        self.channels = channels
        self._going_on = 0
        # One process keeps to the channel's limits overall; more of them together would not.
        self._sole = SoleWorker(services.store, "outbox")

    async def run(self) -> None:
        """Work for the life of the server; without such channels there is nothing to do."""
        if not self.channels:
            return
        if not self.services.store.is_postgresql:
            await run_sync(self._release_leases)
        try:
            async with anyio.create_task_group() as tasks:
                while True:
                    if not await self._start_due(tasks):
                        await anyio.sleep(POLL_S)
        finally:
            await self._sole.let_go()

    async def drain_once(self) -> int:
        """Attempt what is due now, each conversation's next reply; returns how many attempts were made."""
        claimed = await run_sync(self._claim)
        async with anyio.create_task_group() as tasks:
            for delivery in claimed:
                tasks.start_soon(self._attempt, delivery)
        return len(claimed)

    async def _start_due(self, tasks: TaskGroup) -> int:
        """Start what is due, beside what is still going on; returns how many attempts were started."""
        free = MOST_AT_ONCE - self._going_on
        try:
            claimed = await run_sync(self._claim, free) if free and await self._sole.is_mine() else []
        except Exception as error:
            log.error("outbox failed; it goes on in a moment", exc_info=error)
            return 0
        for delivery in claimed:
            self._going_on += 1
            tasks.start_soon(self._attempt_safely, delivery)
        return len(claimed)

    async def _attempt_safely(self, delivery: Delivery) -> None:
        """An attempt that breaks in the middle is made again when its lease ends, marked as possibly double."""
        try:
            await self._attempt(delivery)
        except Exception as error:
            log.error("a delivery broke off", exc_info=error, extra={"conversation": delivery.message.conversation_id})
        finally:
            self._going_on -= 1

    async def _attempt(self, delivery: Delivery) -> None:
        error: DeliveryError | None = None
        try:
            await self.channels[delivery.channel].deliver(delivery.address, delivery.message)
        except DeliveryError as refused:
            error = refused
        await run_sync(self._record, delivery, error)
        self.services.wakeups.notify(delivery.message.conversation_id)

    def _claim(self, limit: int = MOST_AT_ONCE) -> list[Delivery]:
        with self.services.store.transaction() as session:
            return claim_deliveries(session, tuple(self.channels), utc_now(), limit)

    def _record(self, delivery: Delivery, error: DeliveryError | None) -> None:
        result = "sent"
        with self.services.store.transaction() as session:
            if error is None:
                confirm_delivery(session, delivery.message.id, utc_now())
            elif error.permanent:
                result = "failed"
                fail_address(session, delivery.message.conversation_id, str(error))
            elif error.is_refused:
                result = "failed"
                fail_delivery(session, delivery.message.id, str(error))
            elif error.is_outcome_unknown:
                result = "unknown"
                doubt_delivery(session, delivery, str(error), utc_now())
            else:
                result = "deferred"
                defer_delivery(session, delivery, str(error), utc_now(), error.retry_after_s)
        DELIVERIES.labels(delivery.channel, result).inc()
        if error is not None:
            log.warning("delivery %s", result, extra={"conversation": delivery.message.conversation_id, "reason": str(error)})

    def _release_leases(self) -> None:
        with self.services.store.transaction() as session:
            release_leases(session)
