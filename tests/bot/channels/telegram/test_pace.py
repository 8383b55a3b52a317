"""The limits, on a clock that stands still until it is moved."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise

from bot.channels.telegram.pace import Pace


class Clock:
    """Seconds, as tests set them."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_chat_gets_at_most_one_a_second_and_a_group_twenty_a_minute() -> None:
    pace = Pace(Clock())
    for chat, least in (("42", 1.0), ("-1005", 3.0)):
        waits = [pace.reserve(chat) for _ in range(5)]
        assert all(later - earlier >= least for earlier, later in pairwise(waits))


def test_never_more_than_thirty_in_any_second_whoever_writes() -> None:
    clock, moments, of_chat = Clock(), [], defaultdict(list)
    pace = Pace(clock)
    for number in range(600):
        chat = str(number % 7 if number % 3 else number)
        at = clock.now + pace.reserve(chat)
        moments.append(at)
        of_chat[chat].append(at)
        clock.now += 0.013
    moments.sort()
    assert all(moments[index + 30] - moments[index] > 1.0 for index in range(len(moments) - 30))
    assert all(later - earlier >= 1.0 for ats in of_chat.values() for earlier, later in pairwise(ats))


def test_a_busy_chat_does_not_hold_up_another() -> None:
    pace = Pace(Clock())
    for _ in range(20):
        pace.reserve("42")
    assert pace.reserve("43") < 0.1


def test_what_telegram_asks_to_wait_holds_that_chat_alone() -> None:
    clock = Clock()
    pace = Pace(clock)
    pace.hold("42", 17)
    assert pace.reserve("42") == 17
    assert pace.reserve("43") == 0
    clock.now += 30
    assert pace.reserve("42") == 0
