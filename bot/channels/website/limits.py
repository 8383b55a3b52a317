"""Rate limits by token buckets, keyed on session and address: one flood does not lock an office out."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic

from bot.channels.website.problems import TOO_MANY_MESSAGES, TOO_MANY_REQUESTS, Problem, RefusedError

# An office behind one address may hold this many busy visitors.
VISITORS_AN_ADDRESS = 40
READS_A_MESSAGE = 8
MAX_STREAMS = 8


@dataclass(frozen=True)
class Rate:
    """burst requests at once, then per_s more each second."""

    burst: float
    per_s: float

    @classmethod
    def per_minute(cls, count: float) -> Rate:
        """count requests in any minute, all at once if need be."""
        return cls(burst=count, per_s=count / 60)


class TokenBuckets:
    """One bucket a key; the keys longest unused are forgotten when there are too many. For one thread."""

    def __init__(self, rate: Rate, clock: Callable[[], float] = monotonic, max_keys: int = 50_000) -> None:
        self._rate = rate
        self._clock = clock
        self._max_keys = max_keys
        self._buckets: OrderedDict[Hashable, tuple[float, float]] = OrderedDict()

    def take(self, key: Hashable) -> float:
        """Take one token; returns 0.0, or the seconds until there is one."""
        now = self._clock()
        tokens, filled_at = self._buckets.pop(key, (self._rate.burst, now))
        tokens = min(self._rate.burst, tokens + (now - filled_at) * self._rate.per_s)
        is_allowed = tokens >= 1
        self._buckets[key] = (tokens - 1 if is_allowed else tokens, now)
        if len(self._buckets) > self._max_keys:
            self._buckets.popitem(last=False)
        return 0.0 if is_allowed else (1 - tokens) / self._rate.per_s


class Limits:
    """All limits of the website channel."""

    def __init__(self, messages_per_minute: int, sessions_per_minute: int, clock: Callable[[], float] = monotonic) -> None:
        self._messages = TokenBuckets(Rate.per_minute(messages_per_minute), clock)
        self._messages_of_address = TokenBuckets(Rate.per_minute(messages_per_minute * VISITORS_AN_ADDRESS), clock)
        self._reads = TokenBuckets(Rate.per_minute(messages_per_minute * READS_A_MESSAGE), clock)
        self._sessions = TokenBuckets(Rate.per_minute(sessions_per_minute), clock)
        self._streams: dict[str, int] = {}

    def check_message(self, token: str, address: str) -> None:
        """Raises RefusedError when this session writes too fast."""
        _refuse_after(self._messages_of_address.take(address), TOO_MANY_REQUESTS)
        _refuse_after(self._messages.take((token, address)), TOO_MANY_MESSAGES)

    def check_read(self, token: str, address: str) -> None:
        """Raises RefusedError when this session asks for the log too often."""
        _refuse_after(self._reads.take((token, address)), TOO_MANY_REQUESTS)

    def check_session(self, address: str) -> None:
        """Raises RefusedError when one address opens too many sessions."""
        _refuse_after(self._sessions.take(address), TOO_MANY_REQUESTS)

    def check_stream(self, token: str) -> None:
        """Raises RefusedError when this session holds too many streams."""
        if self._streams.get(token, 0) >= MAX_STREAMS:
            raise RefusedError(TOO_MANY_REQUESTS, retry_after_s=15)

    @contextmanager
    def open_stream(self, token: str) -> Iterator[None]:
        """Count a stream of this session for as long as the block lasts."""
        self._streams[token] = self._streams.get(token, 0) + 1
        try:
            yield
        finally:
            self._streams[token] -= 1
            if self._streams[token] == 0:
                del self._streams[token]


def _refuse_after(wait_s: float, problem: Problem) -> None:
    if wait_s > 0:
        raise RefusedError(problem, wait_s)
