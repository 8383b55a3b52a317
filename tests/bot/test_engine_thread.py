"""The engine thread: follows the chosen or newest model between turns, and keeps messages when there is none."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.engine.engine import Outcome
from bot.engine.scopes import TurnScope
from bot.engine_thread import EngineThread
from bot.model_files import ModelMissingError, model_version
from bot.turns import TurnRunner
from journey_state.conversations import accept_message
from journey_state.handoffs import list_handoffs
from journey_state.model_choices import NEWEST, append_model_choice
from journey_state.store import JourneyStore, utc_now
from journey_state.tables import messages, turns
from journey_state.turns import OpenTurn
from tests.fixtures.engines import FakeEngine, RecordingWatcher
from tests.fixtures.journeys import inbound
from tests.fixtures.websites import wait_until

Follow = Callable[..., EngineThread]


def load(path: Path) -> FakeEngine:
    """Read a file as if it were a model: what it holds must be whole."""
    if path.read_text() != "whole":
        raise ModelMissingError(f"model {path} cannot be read; run `donghanh train`")
    engine = FakeEngine()
    engine.version = model_version(path)
    return engine


def write_model(folder: Path, version: str, content: str = "whole") -> None:
    (folder / f"{version}.tar.gz").write_text(content)


def choose(store: JourneyStore, version: str) -> None:
    with store.transaction() as session:
        append_model_choice(session, version, by="test", now=utc_now())


def say(store: JourneyStore, text: str = "xin chào", number: int = 1, ago: timedelta = timedelta()) -> None:
    with store.transaction() as session:
        accept_message(session, inbound(text, number, received_at=utc_now() - ago))


def count_open(store: JourneyStore) -> int:
    with store.reading() as session:
        return int(session.execute(sa.select(sa.func.count()).where(turns.c.state == "open")).scalar_one())


@pytest.fixture
def follow(sqlite_store: JourneyStore, tmp_path: Path) -> Iterator[Follow]:
    """Start an engine thread that looks for models in tmp_path all the time."""
    started: list[EngineThread] = []

    def start(engine: FakeEngine | None = None) -> EngineThread:
        runner = TurnRunner(sqlite_store, RecordingWatcher())
        runner.engine = engine
        thread = EngineThread(runner, sqlite_store, tmp_path, load=load, check_every_s=0)
        started.append(thread)
        thread.start()
        return thread

    yield start
    for thread in started:
        thread.stop()


def test_without_a_model_messages_are_kept_and_staff_see_who_waits(follow: Follow, sqlite_store: JourneyStore, tmp_path: Path) -> None:
    thread = follow()
    say(sqlite_store, ago=timedelta(seconds=11))
    thread.wake()

    def has_handoff() -> bool:
        with sqlite_store.reading() as session:
            return [handoff.reason for handoff in list_handoffs(session, ("requested",))] == ["engine_down"]

    wait_until(has_handoff)
    assert "run `donghanh train`" in thread.problem and str(tmp_path) in thread.problem
    assert count_open(sqlite_store) == 1

    write_model(tmp_path, "1")
    wait_until(lambda: count_open(sqlite_store) == 0)
    assert (thread.model_version, thread.problem) == ("1", "")


def test_a_newer_model_is_taken_while_the_server_runs(follow: Follow, tmp_path: Path) -> None:
    write_model(tmp_path, "1")
    thread = follow()
    wait_until(lambda: thread.model_version == "1")
    write_model(tmp_path, "2")
    wait_until(lambda: thread.model_version == "2")
    assert thread.problem == ""


def test_a_chosen_model_answers_until_training_is_followed_again(follow: Follow, sqlite_store: JourneyStore, tmp_path: Path) -> None:
    write_model(tmp_path, "1")
    write_model(tmp_path, "2")
    thread = follow()
    wait_until(lambda: thread.model_version == "2")
    for choice, answering in (("1", "1"), ("2", "2"), ("1", "1"), (NEWEST, "2")):
        choose(sqlite_store, choice)
        wait_until(lambda answering=answering: thread.model_version == answering)  # type: ignore[misc]
    assert thread.model_version == "2"


def test_a_chosen_model_that_is_gone_leaves_the_newest(follow: Follow, sqlite_store: JourneyStore, tmp_path: Path) -> None:
    write_model(tmp_path, "1")
    choose(sqlite_store, "0")
    thread = follow()
    wait_until(lambda: thread.model_version == "1")
    assert thread.problem == ""


def test_a_half_written_model_does_not_replace_the_running_one_and_is_read_again(follow: Follow, tmp_path: Path) -> None:
    write_model(tmp_path, "1")
    thread = follow()
    wait_until(lambda: thread.model_version == "1")
    write_model(tmp_path, "2", "who")
    wait_until(lambda: "2.tar.gz" in thread.problem)
    assert thread.model_version == "1"

    write_model(tmp_path, "2")
    wait_until(lambda: thread.model_version == "2")


def test_a_store_that_fails_for_a_while_does_not_end_the_thread(follow: Follow, sqlite_store: JourneyStore, tmp_path: Path) -> None:
    thread = follow(FakeEngine())
    for statement in ("ALTER TABLE models_in_use RENAME TO elsewhere", "ALTER TABLE elsewhere RENAME TO models_in_use"):
        with sqlite_store.transaction() as session:
            session.execute(sa.text(statement))
        if "TO elsewhere" in statement:
            wait_until(lambda: thread._trouble == "OperationalError")
    say(sqlite_store)
    thread.wake()
    wait_until(lambda: count_open(sqlite_store) == 0)
    assert thread._trouble == ""


class BusyEngine(FakeEngine):
    """Takes its time: begins a turn, and ends it when it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.has_begun, self.may_end = threading.Event(), threading.Event()

    async def respond(self, turn: OpenTurn, scope: TurnScope, metadata: Mapping[str, Any]) -> Outcome:
        """Begin, wait, answer."""
        self.has_begun.set()
        self.may_end.wait(20)
        return await super().respond(turn, scope, metadata)


def test_stopping_finishes_the_running_turn_and_begins_no_other(follow: Follow, sqlite_store: JourneyStore) -> None:
    engine = BusyEngine()
    for number in range(3):
        say(sqlite_store, f"câu {number}", number)
    thread = follow(engine)
    assert engine.has_begun.wait(20)
    thread.stop_claiming()
    engine.may_end.set()
    thread.stop()

    assert len(engine.seen) == 1 and count_open(sqlite_store) == 2
    with sqlite_store.reading() as session:
        answers = session.execute(sa.select(messages.c.body).where(messages.c.direction == "out").order_by(messages.c.seq)).scalars().all()
    assert answers[0]["text"] == "echo: câu 0"
