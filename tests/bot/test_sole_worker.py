"""One process at a time: the others follow when it stops or dies."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.sole_worker import SoleWorker
from journey_state.store import JourneyStore
from journey_state.tables import leases
from tests.fixtures.journeys import NOW


async def ask(*workers: SoleWorker) -> list[bool]:
    return [await worker.is_mine() for worker in workers]


@pytest.mark.postgres
def test_of_two_replicas_one_works_and_the_other_follows(postgresql_store: JourneyStore) -> None:
    first, second = (SoleWorker(postgresql_store, "outbox", timedelta(hours=1)) for _ in range(2))
    other_work = SoleWorker(postgresql_store, "telegram-updates", timedelta(hours=1))

    async def run() -> None:
        assert await ask(first, second, other_work, first) == [True, False, True, True]
        await first.let_go()
        assert await ask(second, first) == [True, False]

    asyncio.run(run())


@pytest.mark.postgres
def test_a_worker_that_died_is_followed_when_its_lease_ends(postgresql_store: JourneyStore) -> None:
    dead, next_one = (SoleWorker(postgresql_store, "outbox", timedelta(hours=1)) for _ in range(2))
    assert asyncio.run(ask(dead, next_one)) == [True, False]
    with postgresql_store.transaction() as session:
        session.execute(leases.update().values(held_until=NOW))
    assert asyncio.run(ask(next_one)) == [True]


def test_the_only_process_of_sqlite_asks_nobody(sqlite_store: JourneyStore) -> None:
    workers = [SoleWorker(sqlite_store, "outbox") for _ in range(2)]
    assert asyncio.run(ask(*workers)) == [True, True]
    asyncio.run(workers[0].let_go())
    with sqlite_store.reading() as session:
        assert session.execute(sa.select(leases)).all() == []
