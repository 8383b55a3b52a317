"""Without the engine, as in `rasa shell`: what an action writes reaches the understanding of the next message by a slot."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.local_scope import open_local_store
from actions.referrals import ActionGiveReferral
from actions.turn import TurnScope, open_scope
from journey_state.conversations import Conversation
from journey_state.facts import parse_facts
from journey_state.store import JourneyStore
from tests.fixtures.journeys import NOW


@pytest.fixture(autouse=True)
def _local_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    monkeypatch.chdir(tmp_path)
    open_local_store.cache_clear()
    yield
    open_local_store().close()
    open_local_store.cache_clear()


def give_referral(**slots: Any) -> list[EventType]:
    tracker = Tracker("typist", {"language": "vi", **slots}, {"text": "cho mình mã giới thiệu"}, [], False, None, {}, "action_listen")
    return ActionGiveReferral().run(CollectingDispatcher(), tracker, {})


def told_facts(events: list[EventType]) -> list[Any]:
    return [event["value"] for event in events if event["event"] == "slot" and event["name"] == "facts"]


def test_a_new_fact_is_told_once() -> None:
    [told] = told_facts(give_referral())

    assert parse_facts(told).names == ("referral_code",)
    assert told_facts(give_referral(facts=told)) == []


def test_the_engine_needs_no_slot_and_no_local_store(sqlite_store: JourneyStore, lone_conversation: Conversation, tmp_path: Path) -> None:
    with sqlite_store.transaction() as session:
        scope = TurnScope(session, lone_conversation.contact_id, lone_conversation.id, "m-1", "website", NOW, is_consenting=True)
        with open_scope(scope):
            assert told_facts(give_referral()) == []
    assert not (tmp_path / "var").exists()
