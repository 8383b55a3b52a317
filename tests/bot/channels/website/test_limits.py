"""Token buckets: bursts pass, floods wait, forgotten keys cost no memory."""

from __future__ import annotations

import pytest

from bot.channels.website.limits import MAX_STREAMS, VISITORS_AN_ADDRESS, Limits, Rate, TokenBuckets
from bot.channels.website.problems import RefusedError


class Clock:
    """Seconds, as tests set them."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_a_bucket_gives_a_burst_then_a_steady_rate(clock: Clock) -> None:
    buckets = TokenBuckets(Rate(burst=3, per_s=0.5), clock)
    assert [buckets.take("a") for _ in range(4)] == [0, 0, 0, 2]
    clock.now = 2
    assert [buckets.take("a") for _ in range(2)] == [0, 2]
    clock.now = 1000
    assert [buckets.take("a") for _ in range(4)] == [0, 0, 0, 2]


def test_keys_do_not_share_a_bucket(clock: Clock) -> None:
    buckets = TokenBuckets(Rate(burst=1, per_s=1), clock)
    assert (buckets.take("a"), buckets.take("b"), buckets.take("a")) == (0, 0, 1)


def test_the_keys_longest_unused_are_forgotten(clock: Clock) -> None:
    buckets = TokenBuckets(Rate(burst=1, per_s=1), clock, max_keys=2)
    for key in "abc":
        buckets.take(key)
    assert buckets.take("a") == 0
    assert buckets.take("c") > 0


def test_an_office_behind_one_address_is_not_locked_out_by_one_of_them(clock: Clock) -> None:
    limits = Limits(messages_per_minute=10, sessions_per_minute=10, clock=clock)
    for _ in range(10):
        limits.check_message("flooder", "10.0.0.1")
    with pytest.raises(RefusedError):
        limits.check_message("flooder", "10.0.0.1")
    limits.check_message("colleague", "10.0.0.1")


def test_changing_the_session_does_not_escape_the_limit_of_the_address(clock: Clock) -> None:
    limits = Limits(messages_per_minute=1, sessions_per_minute=10, clock=clock)
    for number in range(VISITORS_AN_ADDRESS):
        limits.check_message(f"made-up-{number}", "10.0.0.1")
    with pytest.raises(RefusedError):
        limits.check_message("one-more", "10.0.0.1")
    limits.check_message("one-more", "10.0.0.2")


def test_streams_of_a_session_are_counted_while_they_are_open(clock: Clock) -> None:
    limits = Limits(messages_per_minute=10, sessions_per_minute=10, clock=clock)
    opened = [limits.open_stream("token") for _ in range(MAX_STREAMS)]
    for stream in opened:
        limits.check_stream("token")
        stream.__enter__()
    with pytest.raises(RefusedError):
        limits.check_stream("token")
    limits.check_stream("other")
    for stream in opened:
        stream.__exit__(None, None, None)
    limits.check_stream("token")
