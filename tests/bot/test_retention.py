"""The retention job: what was said goes in time, what was agreed stays."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from bot.retention import RetentionJob
from bot.services import Services
from bot.settings import Settings
from bot.wakeups import Wakeups
from journey_state.conversations import accept_message
from journey_state.store import JourneyStore, utc_now
from journey_state.tables import contacts, messages, turns
from tests.fixtures.journeys import inbound


def say(store: JourneyStore, address: str, days_ago: int) -> None:
    with store.transaction() as session:
        accept_message(session, inbound("xin chào", address=address, received_at=utc_now() - timedelta(days=days_ago)))


def test_only_conversations_past_their_days_are_emptied(store: JourneyStore) -> None:
    for number in range(60):  # more than one batch
        say(store, f"old-{number}", days_ago=8)
    say(store, "new", days_ago=6)
    job = RetentionJob(Services(store, Wakeups(), Settings(log_days=7)))

    assert job.purge() == 60
    assert job.purge() == 0
    with store.reading() as session:
        left = [int(session.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()) for table in (messages, turns, contacts)]
    assert left == [1, 1, 61]


def test_a_new_message_keeps_an_old_conversation(store: JourneyStore) -> None:
    say(store, "visitor-1", days_ago=100)
    with store.transaction() as session:
        accept_message(session, inbound("còn đó không", 2, received_at=utc_now()))

    assert RetentionJob(Services(store, Wakeups(), Settings())).purge() == 0
