"""The checkout without a server between."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from bot.checkout.routes import checkout_routes
from bot.services import Services
from bot.settings import Settings
from bot.wakeups import Wakeups
from journey_state.store import JourneyStore
from tests.fixtures.shops import Shop


@pytest.fixture
def services(store: JourneyStore) -> Services:
    """A business at an address of its own, on both databases."""
    return Services(store, Wakeups(), replace(Settings(), public_url="https://chat.example"))


@pytest.fixture
def shop(services: Services) -> Shop:
    """Customers who order."""
    return Shop(services.store)


@pytest.fixture
def browser(services: Services) -> Iterator[TestClient]:
    """A browser of somebody who was given a link."""
    with TestClient(Starlette(routes=checkout_routes(services))) as client:
        yield client
