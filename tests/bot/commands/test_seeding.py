"""`donghanh seed`: the same believable month at every run, on both databases."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
import sqlalchemy as sa
from rich.console import Console

from bot.cli import run
from bot.commands.seeding import find_missing, plan_visits, play_visits
from journey_state.handoffs import HandoffRequest, list_handoffs, request_handoff
from journey_state.staff import find_staff_ids
from journey_state.store import JourneyStore
from journey_state.tables import consents, conversations, messages
from tests.fixtures.engines import FakeEngine
from tests.fixtures.journeys import NOW
from tests.fixtures.staff import add_member

OUT = Console(file=StringIO())


def story(store: JourneyStore) -> list[tuple[object, ...]]:
    """Who said what when, in order."""
    query = (
        sa.select(conversations.c.address, messages.c.seq, messages.c.author, messages.c.body, messages.c.at)
        .join(conversations, conversations.c.id == messages.c.conversation_id).order_by(conversations.c.address, messages.c.seq)
    )
    with store.reading() as session:
        return [(address, seq, author, body["text"], at) for address, seq, author, body, at in session.execute(query)]


def test_visits_are_the_same_every_time_and_within_the_month() -> None:
    visits = plan_visits(120, 30, NOW)
    assert visits == plan_visits(120, 30, NOW)
    assert len({visit.address for visit in visits}) == 120
    assert sorted(visit.starts_at for visit in visits) == [visit.starts_at for visit in visits]
    assert all(0 <= (NOW - visit.starts_at).days <= 31 for visit in visits)
    assert {visit.conversation.language for visit in visits} == {"vi", "en"}
    assert 0.7 < sum(visit.is_consenting for visit in visits) / 120 < 0.9


def test_more_visits_than_people_are_planned() -> None:
    assert len(plan_visits(2000, 30, NOW)) == 2000


def test_two_databases_tell_the_same_story(store: JourneyStore, empty_sqlite_url: str, sqlite_store: JourneyStore) -> None:
    visits = plan_visits(4, 30, NOW)
    play_visits(store, FakeEngine(), visits, OUT)  # type: ignore[arg-type]
    told = story(store)
    assert len(told) >= sum(2 * len(visit.conversation.turns) for visit in visits)
    with store.reading() as session:
        granted = session.execute(sa.select(sa.func.count()).select_from(consents).where(consents.c.is_granted)).scalar_one()
    assert granted == sum(visit.is_consenting for visit in visits)

    if store.is_postgresql:
        play_visits(sqlite_store, FakeEngine(), visits, OUT)  # type: ignore[arg-type]
        assert story(sqlite_store) == told


def test_a_second_run_plays_what_an_interrupted_one_left(sqlite_store: JourneyStore) -> None:
    visits = plan_visits(4, 30, NOW)
    play_visits(sqlite_store, FakeEngine(), visits[:3], OUT)  # type: ignore[arg-type]
    assert find_missing(sqlite_store, plan_visits(4, 30, NOW)) == visits[3:]


def test_staff_have_answered_most_handoffs(sqlite_store: JourneyStore) -> None:
    add_member(sqlite_store)
    visits = plan_visits(10, 30, NOW)
    play_visits(sqlite_store, FakeEngine(), visits, OUT)  # type: ignore[arg-type]
    with sqlite_store.transaction() as session:
        assert len(find_staff_ids(session)) == 1
        for conversation_id, contact_id in session.execute(sa.select(conversations.c.id, conversations.c.contact_id)).all():
            request_handoff(session, conversation_id, contact_id, HandoffRequest("asked", NOW))
    play_visits(sqlite_store, FakeEngine(), visits[:1], OUT)  # type: ignore[arg-type]
    with sqlite_store.reading() as session:
        closed, waiting = len(list_handoffs(session, ("released", "closed"))), len(list_handoffs(session, ("requested",)))
    assert closed > waiting > 0


@pytest.mark.slow
def test_the_command_seeds_once(
    tmp_path: Path, model_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DONGHANH_VAR_FOLDER", str(tmp_path))
    monkeypatch.setenv("DONGHANH_MODELS_FOLDER", str(model_path.parent))
    assert run(["seed", "--contacts", "3", "--days", "5"]) == 0
    assert "3 conversations of the last 5 days" in capsys.readouterr().out
    store = JourneyStore(f"sqlite:///{tmp_path / 'donghanh.db'}")
    told = story(store)
    assert run(["seed", "--contacts", "3", "--days", "5"]) == 0
    assert "there already" in capsys.readouterr().out
    assert story(store) == told
    store.close()
