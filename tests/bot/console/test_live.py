"""Live pages: told when to look again, told nothing else, and ended with the session."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import anyio
import pytest

from bot.console.live import PageStream
from bot.wakeups import HANDOFFS, Wakeups
from journey_state.conversations import append_note
from journey_state.staff import StaffMember, disable_staff
from journey_state.store import JourneyStore
from journey_state.transcripts import conversation_version, queue_version
from tests.fixtures.consoles import CLOCK, Browser, Console
from tests.fixtures.staff import Customer


@contextmanager
def listening(browser: Browser, query: str = "") -> Iterator[Iterator[str]]:
    """The names of the events of a page's stream, as they come."""
    with browser.http.stream("GET", f"/console/events?{query}") as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        yield (line.removeprefix("event: ") for line in stream.iter_lines() if line.startswith("event: "))


def version_of(store: JourneyStore, customer: Customer | None = None) -> str:
    with store.reading() as session:
        return conversation_version(session, customer.conversation_id) if customer else queue_version(session)


def test_page_that_is_out_of_date_is_told_at_once(browser: Browser) -> None:
    with listening(browser, "seen=old") as events:
        assert next(events) == "news"


def test_list_hears_of_a_claim(browser: Browser, console: Console, customer: Customer, sqlite_store: JourneyStore) -> None:
    with listening(browser, f"seen={version_of(sqlite_store)}") as events:
        browser.send(f"/conversations/{customer.conversation_id}/claim")

        assert next(events) == "news"


def test_conversation_hears_of_what_is_said_in_it(
    browser: Browser, console: Console, customer: Customer, sqlite_store: JourneyStore
) -> None:
    query = f"conversation={customer.conversation_id}&seen={version_of(sqlite_store, customer)}"
    with listening(browser, query) as events:
        customer.write("còn đó không", minute=9)
        console.services.wakeups.notify(customer.conversation_id)

        assert next(events) == "news"


def test_stream_notices_what_nobody_told_it(browser: Browser, customer: Customer, sqlite_store: JourneyStore) -> None:
    with listening(browser, f"conversation={customer.conversation_id}&seen={version_of(sqlite_store, customer)}") as events:
        with sqlite_store.transaction() as session:
            append_note(session, customer.conversation_id, "x", author="staff:s", now=CLOCK)

        assert next(events) == "news"


def disable(console: Console, browser: Browser, lan: StaffMember) -> None:
    with console.services.store.transaction() as session:
        disable_staff(session, lan.email, CLOCK)


ENDINGS: list[Callable[[Console, Browser, StaffMember], object]] = [
    lambda console, browser, lan: browser.send("/sign-out"),
    disable,
    lambda console, browser, lan: console.services.wakeups.close(),
]


@pytest.mark.parametrize("end", ENDINGS, ids=["sign-out", "disabled", "server stops"])
def test_stream_ends_with_the_session_or_the_server(
    browser: Browser, console: Console, lan: StaffMember, sqlite_store: JourneyStore, end: Callable[[Console, Browser, StaffMember], object]
) -> None:
    with listening(browser, f"seen={version_of(sqlite_store)}") as events:
        end(console, browser, lan)
        console.services.wakeups.notify(HANDOFFS)

        assert list(events) == ["end"]


def test_stream_carries_nothing_of_anybody(browser: Browser, customer: Customer) -> None:
    with browser.http.stream("GET", f"/console/events?conversation={customer.conversation_id}&seen=old") as stream:
        received = next(part for part in stream.iter_text() if "news" in part)

    assert "nhân viên" not in received and customer.conversation_id not in received


def test_closed_page_leaves_no_watch_behind() -> None:
    wakeups = Wakeups()

    async def read_version() -> str:
        return "v1"

    async def open_and_close() -> int:
        events = PageStream(wakeups, HANDOFFS, "v1", read_version).events()
        await anext(events)
        watched = wakeups.count_watches()
        await events.aclose()  # type: ignore[attr-defined]
        return watched

    assert anyio.run(open_and_close) == 1
    assert wakeups.count_watches() == 0
