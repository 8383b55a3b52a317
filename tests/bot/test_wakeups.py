"""Wake-ups: heard by whoever listens, from any thread; typing always ends."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable

from bot.wakeups import TYPING_LASTS_S, Wakeups, Watch

SOON_S = 10.0


class Clock:
    """Seconds, as tests set them."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def in_loop(work: Callable[[], Awaitable[None]]) -> None:
    async def run() -> None:
        await work()

    asyncio.run(run())


def test_a_watch_hears_of_its_own_keys_from_another_thread() -> None:
    wakeups = Wakeups()

    async def work() -> None:
        async with wakeups.watch("mine") as watch:
            threading.Thread(target=wakeups.notify, args=("other",)).start()
            assert not await watch.wait(0.05)
            threading.Thread(target=wakeups.notify, args=("mine",)).start()
            assert await watch.wait(SOON_S)
            assert watch.take_news() and not watch.take_news()

    in_loop(work)


def test_news_before_the_wait_are_not_lost() -> None:
    wakeups = Wakeups()

    async def work() -> None:
        async with wakeups.watch("a") as watch:
            wakeups.notify("a")
            wakeups.notify("a")
            assert await watch.wait(SOON_S)
            assert not await watch.wait(0.01)

    in_loop(work)


def test_a_watch_may_listen_to_a_further_key() -> None:
    wakeups = Wakeups()

    async def work() -> None:
        async with wakeups.watch("address") as watch:
            wakeups.extend(watch, "conversation")
            wakeups.notify("conversation")
            assert await watch.wait(SOON_S)
            assert wakeups.count_watches() == 1
        assert wakeups.count_watches() == 0

    in_loop(work)


def test_typing_rings_without_news_and_only_when_it_changes() -> None:
    wakeups = Wakeups()

    async def work() -> None:
        async with wakeups.watch("a") as watch:
            wakeups.set_typing("a", True)
            assert await watch.wait(SOON_S) and not watch.take_news()
            wakeups.set_typing("a", True)
            assert not await watch.wait(0.01)
            wakeups.set_typing("a", False)
            assert await watch.wait(SOON_S)

    in_loop(work)


def test_typing_is_forgotten_when_nobody_ends_it() -> None:
    clock = Clock()
    wakeups = Wakeups(clock)
    wakeups.set_typing("a", True)
    clock.now = TYPING_LASTS_S - 1
    assert wakeups.typing_left_s("a") == 1
    clock.now = TYPING_LASTS_S + 1
    assert wakeups.typing_left_s("a") == 0
    wakeups.set_typing("b", True)
    assert wakeups.typing_left_s("a") == 0 and wakeups.typing_left_s("b") == TYPING_LASTS_S


def test_closing_wakes_everybody() -> None:
    wakeups = Wakeups()

    async def work() -> None:
        async with wakeups.watch("a") as one, wakeups.watch("b") as other:
            wakeups.close()
            assert await one.wait(SOON_S) and await other.wait(SOON_S)
            assert wakeups.is_closed

    in_loop(work)


def test_a_loop_that_is_gone_is_no_error() -> None:
    watches = []

    async def work() -> None:
        watches.append(Watch())

    in_loop(work)
    watches[0].ring(is_news=True)
    assert not watches[0].take_news()


def test_the_engine_is_woken_while_it_listens() -> None:
    wakeups, rung = Wakeups(), []
    wakeups.wake_engine()
    wakeups.set_engine_bell(lambda: rung.append(1))
    wakeups.wake_engine()
    wakeups.set_engine_bell(None)
    wakeups.wake_engine()
    assert rung == [1]
