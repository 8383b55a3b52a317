"""A console that serves, somebody who is signed in, and a customer who waits."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from journey_state.staff import StaffMember
from journey_state.store import JourneyStore
from tests.fixtures.consoles import Browser, Console, Loopback, open_console, serve_loopback
from tests.fixtures.staff import Customer, add_member


@pytest.fixture(scope="session")
def loopback() -> Iterator[Loopback]:
    """One server for all of these tests."""
    with serve_loopback() as serving:
        yield serving


@pytest.fixture
def console(loopback: Loopback, sqlite_store: JourneyStore, tmp_path: Path) -> Iterator[Console]:
    """A console on SQLite."""
    with open_console(loopback, sqlite_store, tmp_path) as serving:
        yield serving


@pytest.fixture
def stranger(console: Console) -> httpx.Client:
    """A browser in which nobody is signed in."""
    return console.stranger()


@pytest.fixture
def lan(sqlite_store: JourneyStore) -> StaffMember:
    """A staff member."""
    return add_member(sqlite_store, "Lan")


@pytest.fixture
def browser(console: Console, lan: StaffMember) -> Browser:
    """Lan's browser."""
    return console.visit(lan)


@pytest.fixture
def customer(sqlite_store: JourneyStore) -> Customer:
    """A customer who asked a price and then for a human."""
    asking = Customer(sqlite_store)
    asking.say("gói M giá bao nhiêu", "119.000đ mỗi tháng", minute=1)
    asking.write("cho mình gặp nhân viên", minute=2)
    asking.ask_for_human(minute=3)
    return asking
