"""What tests of actions share."""

from __future__ import annotations

import pytest

from journey_state.conversations import Conversation, ensure_conversation, load_conversation
from journey_state.store import JourneyStore
from tests.fixtures.journeys import NOW


@pytest.fixture
def lone_conversation(sqlite_store: JourneyStore) -> Conversation:
    """A conversation of a contact nobody knows anything of, on SQLite."""
    with sqlite_store.transaction() as session:
        return load_conversation(session, ensure_conversation(session, "website", "visitor-1", NOW))
