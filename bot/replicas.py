"""Hears what other replicas wrote: LISTEN on a PostgreSQL connection of its own. SQLite has no replicas."""

from __future__ import annotations

import logging
import threading

import psycopg
from sqlalchemy.engine import make_url

from bot.wakeups import HANDOFFS, Wakeups
from journey_state.conversations import NEWS_CHANNEL

log = logging.getLogger(__name__)

CHECK_STOP_S = 0.5
CONNECT_WITHIN_S = 5
RECONNECT_S = 2.0


class ReplicaListener:
    """A thread that turns PostgreSQL's notifications into wake-ups. Missed ones cost a poll, never a message."""

    def __init__(self, url: str, wakeups: Wakeups) -> None:
        self.conninfo = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
        self.wakeups = wakeups
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="replicas", daemon=True)

    def start(self) -> None:
        """Begin to listen."""
        self._thread.start()

    def stop(self) -> None:
        """End the thread; one that waits for a dead database is left to end with the process."""
        self._stop.set()
        self._thread.join(2 * CHECK_STOP_S)

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self._listen()
            except psycopg.Error as error:
                log.warning("replica listener lost its connection: %s", type(error).__name__)
                self._stop.wait(RECONNECT_S)

    def _listen(self) -> None:
        with psycopg.connect(self.conninfo, autocommit=True, connect_timeout=CONNECT_WITHIN_S) as connection:
            connection.execute(f"LISTEN {NEWS_CHANNEL}")
            while not self._stop.is_set():
                for news in connection.notifies(timeout=CHECK_STOP_S):
                    self.wakeups.notify(news.payload, HANDOFFS)
                    self.wakeups.wake_engine()
