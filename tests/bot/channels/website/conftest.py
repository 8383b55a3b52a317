"""A visitor of the website, without a server between."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from bot.channels.website.routes import website_routes
from bot.services import Services
from bot.settings import Settings
from bot.wakeups import Wakeups
from journey_state.store import JourneyStore

MakeVisitor = Callable[..., TestClient]


@pytest.fixture
def services(sqlite_store: JourneyStore, tmp_path: Path) -> Services:
    """What the channel needs, with limits that no test reaches by accident."""
    return Services(sqlite_store, Wakeups(), Settings(var_folder=tmp_path, messages_per_minute=600, sessions_per_minute=600))


@pytest.fixture
def make_visitor(services: Services) -> Iterator[MakeVisitor]:
    """Browsers on the same site, each with cookies of its own; with_session=False has none yet."""
    app = Starlette(routes=website_routes(services))
    opened: list[TestClient] = []

    def make(*, with_session: bool = True, **headers: str) -> TestClient:
        visitor = TestClient(app, headers=headers)
        opened.append(visitor.__enter__())
        if with_session:
            assert visitor.post("/api/website/session").status_code == 200
        return visitor

    yield make
    for visitor in opened:
        visitor.__exit__(None, None, None)


@pytest.fixture
def visitor(make_visitor: MakeVisitor) -> TestClient:
    """One visitor with a session."""
    return make_visitor()
