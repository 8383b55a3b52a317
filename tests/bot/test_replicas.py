"""Replicas on one PostgreSQL: what one accepts, another may answer, and the streams of all are told."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import islice

import httpx
import pytest
import sqlalchemy as sa

from bot.channels.website.stream import HEARTBEAT_S
from bot.replicas import ReplicaListener
from bot.wakeups import Wakeups
from journey_state.conversations import accept_message
from journey_state.store import JourneyStore
from tests.fixtures.databases import PostgresqlServer
from tests.fixtures.journeys import inbound
from tests.fixtures.servers import Visitor
from tests.fixtures.websites import running_website, wait_until

pytestmark = pytest.mark.postgres
LISTENERS = "pg_stat_activity WHERE starts_with(query, 'LISTEN') AND datname = current_database()"


@contextmanager
def listening(url: str, wakeups: Wakeups) -> Iterator[ReplicaListener]:
    """A listener for the length of a block."""
    listener = ReplicaListener(url, wakeups)
    listener.start()
    try:
        yield listener
    finally:
        listener.stop()


def listeners(store: JourneyStore) -> set[int]:
    """The PostgreSQL processes that serve listeners."""
    with store.reading() as session:
        return set(session.execute(sa.text(f"SELECT pid FROM {LISTENERS}")).scalars())


def accept(store: JourneyStore, number: int) -> None:
    with store.transaction() as session:
        accept_message(session, inbound(number=number))


def test_a_message_that_another_replica_accepted_wakes_the_engine_also_after_a_lost_connection(
    postgresql_store: JourneyStore, postgresql_url: str, postgresql_server: PostgresqlServer
) -> None:
    wakeups, bell = Wakeups(), threading.Event()
    wakeups.set_engine_bell(bell.set)
    with listening(postgresql_url, wakeups):
        wait_until(lambda: len(listeners(postgresql_store)) == 1)
        before = listeners(postgresql_store)
        accept(postgresql_store, 1)
        assert bell.wait(20)

        bell.clear()
        postgresql_server.run(f"SELECT pg_terminate_backend(pid) FROM {LISTENERS}", postgresql_url)
        wait_until(lambda: len(listeners(postgresql_store) - before) == 1)
        accept(postgresql_store, 2)
        assert bell.wait(20)


def test_a_stream_on_one_replica_brings_what_another_answered(postgresql_url: str) -> None:
    with (
        running_website(postgresql_url) as here, running_website(postgresql_url) as there,
        listening(postgresql_url, here.services.wakeups), listening(postgresql_url, there.services.wakeups),
    ):
        wait_until(lambda: len(listeners(here.store)) == 2)
        here.engine.stop()  # only the other replica can answer
        visitor = Visitor(here.url)
        visitor.open()
        with ThreadPoolExecutor(1) as pool, httpx.Client(timeout=30) as http:
            heard = pool.submit(lambda: [event["text"] for event in islice(visitor.events(), 2)])
            wait_until(lambda: here.services.wakeups.count_watches() == 1)
            Visitor(there.url, http, visitor.token).send("message-1", "xin chào").raise_for_status()
            assert heard.result(HEARTBEAT_S - 3) == ["xin chào", "echo: xin chào"]  # woken: nobody waited for the heartbeat's look
        visitor.http.close()


def test_a_database_that_is_not_there_does_not_keep_the_server_from_stopping() -> None:
    with listening("postgresql://nobody@127.0.0.1:1/nowhere", Wakeups()) as listener:
        pass
    assert not listener._thread.is_alive()
