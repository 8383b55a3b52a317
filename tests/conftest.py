"""What all tests share."""

import asyncio
import warnings

import pytest

with warnings.catch_warnings():
    # Rasa and what it imports warn of their own old habits; ours stay errors.
    warnings.simplefilter("ignore")
    import bot.engine.engine
    import bot.nlu.entities  # noqa: F401

# Importing Rasa's web server makes uvloop everybody's event loop; tests use the standard one.
asyncio.set_event_loop_policy(asyncio.DefaultEventLoopPolicy())

pytest_plugins = [
    "tests.fixtures.databases", "tests.fixtures.journeys", "tests.fixtures.engines", "tests.fixtures.websites",
    "tests.fixtures.neighbours", "tests.fixtures.browsers",
    "tests.fixtures.rulebooks", "tests.fixtures.talks", "tests.fixtures.telegram", "tests.fixtures.telegram_sides",
]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Options of the slow tests."""
    parser.addoption("--kills", default="50", help="how often the fault test kills the server, on each database")
