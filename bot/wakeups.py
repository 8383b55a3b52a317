"""Wakes whoever waits for the conversation log: the engine thread and the open event streams."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from threading import RLock
from time import monotonic

TYPING_LASTS_S = 20.0
# The key that rings when the list of handoffs may have changed.
HANDOFFS = "handoffs"


class Watch:
    """One open stream's bell. Only its own event loop touches its state."""

    def __init__(self) -> None:
        self.keys: set[str] = set()
        self._has_news = False
        self._event = asyncio.Event()
        self._loop = asyncio.get_running_loop()

    def ring(self, *, is_news: bool) -> None:
        """Ring, from any thread; is_news: the log changed, not only who is typing."""
        # A loop that has closed has nobody left to wake.
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._hear, is_news)

    async def wait(self, timeout_s: float) -> bool:
        """True when it rang, False when the time ran out first."""
        try:
            await asyncio.wait_for(self._event.wait(), timeout_s)
        except asyncio.TimeoutError:
            return False
        self._event.clear()
        return True

    def take_news(self) -> bool:
        """True when the log may have changed since the last call; ask before reading the log."""
        had_news, self._has_news = self._has_news, False
        return had_news

    def _hear(self, is_news: bool) -> None:
        self._has_news = self._has_news or is_news
        self._event.set()


class Wakeups:
    """In-process notifier; every method but `watch` may be called from any thread.

    Only a hint: whoever is woken reads the log, and reads it from time to time unwoken.
    A key is a conversation's id, or a visitor's address while there is no conversation.
    """

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self.is_closed = False
        self._clock = clock
        # Re-entrant: `close` is called by a signal handler, which may interrupt any line of the others.
        self._lock = RLock()
        self._watches: dict[str, set[Watch]] = {}
        self._typing: dict[str, float] = {}
        self._engine_bell: Callable[[], None] | None = None

    def set_engine_bell(self, ring: Callable[[], None] | None) -> None:
        """Name what wakes the engine thread (callable from any thread); None when it is gone."""
        self._engine_bell = ring

    def wake_engine(self) -> None:
        """Say that a turn was opened."""
        ring = self._engine_bell
        if ring is not None:
            ring()

    @asynccontextmanager
    async def watch(self, *keys: str) -> AsyncIterator[Watch]:
        """Hear of news under these keys until the block ends."""
        watch = Watch()
        try:
            for key in keys:
                self.extend(watch, key)
            yield watch
        finally:
            self._remove(watch)

    def extend(self, watch: Watch, key: str) -> None:
        """Let a watch hear of a further key."""
        with self._lock:
            watch.keys.add(key)
            self._watches.setdefault(key, set()).add(watch)

    def notify(self, *keys: str) -> None:
        """Say that a conversation's log or responder changed; call after the commit."""
        self._ring(keys, is_news=True)

    def set_typing(self, conversation_id: str, is_typing: bool) -> None:
        """Say whether an answer is being written; forgotten after TYPING_LASTS_S unless repeated."""
        with self._lock:
            self._forget_stale_typing()
            was_typing = self._typing.pop(conversation_id, None) is not None
            if is_typing:
                self._typing[conversation_id] = self._clock() + TYPING_LASTS_S
        if is_typing != was_typing:
            self._ring((conversation_id,), is_news=False)

    def typing_left_s(self, conversation_id: str) -> float:
        """Seconds for which an answer still counts as being written; 0 when none is."""
        with self._lock:
            ends_at = self._typing.get(conversation_id)
        return 0.0 if ends_at is None else max(0.0, ends_at - self._clock())

    def count_watches(self) -> int:
        """How many streams are open."""
        with self._lock:
            return len({watch for watches in self._watches.values() for watch in watches})

    def close(self) -> None:
        """End all streams for good: the server is stopping. Call on SIGTERM, before the server waits for them."""
        self.is_closed = True
        with self._lock:
            keys = tuple(self._watches)
        self._ring(keys, is_news=False)

    def _ring(self, keys: tuple[str, ...], *, is_news: bool) -> None:
        with self._lock:
            rung = {watch for key in keys for watch in self._watches.get(key, ())}
        for watch in rung:
            watch.ring(is_news=is_news)

    def _remove(self, watch: Watch) -> None:
        with self._lock:
            for key in watch.keys:
                others = self._watches.get(key, set())
                others.discard(watch)
                if not others:
                    self._watches.pop(key, None)

    def _forget_stale_typing(self) -> None:
        now = self._clock()
        for conversation_id in [key for key, ends_at in self._typing.items() if ends_at <= now]:
            del self._typing[conversation_id]
