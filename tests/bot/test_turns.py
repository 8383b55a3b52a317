"""Turns: once, in order, all or nothing, and never over a staff member's head."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from actions.turn import TurnScope
from bot.engine.engine import Outcome
from bot.turns import TurnRunner
from journey_state.conversations import accept_message, load_conversation, read_messages
from journey_state.handoffs import claim_conversation, find_open_handoff, list_handoffs
from journey_state.promises import NewPromise, append_promise, list_promises
from journey_state.store import JourneyStore
from journey_state.tables import messages, turns
from journey_state.turns import OpenTurn
from tests.fixtures.engines import FakeEngine, RecordingWatcher
from tests.fixtures.journeys import NOW, inbound, later
from tests.fixtures.people import grant_consent
from tests.fixtures.staff import add_member

STAFF = "5" * 32


class Clock:
    """A clock that tests set."""

    def __init__(self) -> None:
        self.now = later(minutes=1)

    def __call__(self) -> object:
        return self.now


def make_runner(store: JourneyStore, engine: FakeEngine | None) -> tuple[TurnRunner, Clock]:
    clock = Clock()
    runner = TurnRunner(store, RecordingWatcher(), clock)  # type: ignore[arg-type]
    runner.engine = engine
    return runner, clock


def run_all(runner: TurnRunner) -> int:
    async def loop() -> int:
        count = 0
        while await runner.run_next():
            count += 1
        return count

    return asyncio.run(loop())


def say(store: JourneyStore, text: str, number: int) -> str:
    with store.transaction() as session:
        return accept_message(session, inbound(text, number)).conversation_id


def texts(store: JourneyStore, conversation_id: str) -> list[str]:
    with store.reading() as session:
        return [str(row.body["text"]) for row in read_messages(session, conversation_id)]


def test_messages_are_answered_once_and_in_order(store: JourneyStore) -> None:
    runner, _ = make_runner(store, FakeEngine())
    conversation_id = [say(store, f"câu {n}", n) for n in range(3)][0]
    assert run_all(runner) == 3
    answers = [text for text in texts(store, conversation_id) if text.startswith("echo")]
    assert answers == ["echo: câu 0", "echo: câu 1", "echo: câu 2"]
    assert run_all(runner) == 0


def test_the_consent_question_is_asked_once(store: JourneyStore) -> None:
    runner, _ = make_runner(store, FakeEngine())
    conversation_id = [say(store, f"câu {n}", n) for n in range(3)][0]
    run_all(runner)
    with store.reading() as session:
        asked = [row for row in read_messages(session, conversation_id) if row.direction == "out" and row.body["choices"]]
    assert len(asked) == 1
    assert len(asked[0].body["choices"]) == 2


def test_a_failed_turn_leaves_nothing_and_runs_again(store: JourneyStore) -> None:
    runner, clock = make_runner(store, FakeEngine(failures=1))
    conversation_id = say(store, "thử lại", 1)
    assert run_all(runner) == 1
    assert texts(store, conversation_id) == ["thử lại"]
    clock.now += timedelta(seconds=5)
    assert run_all(runner) == 1
    assert "echo: thử lại" in texts(store, conversation_id)


def test_the_third_failure_apologises_and_opens_a_handoff(store: JourneyStore) -> None:
    runner, clock = make_runner(store, FakeEngine(failures=9))
    conversation_id = say(store, "hỏng rồi", 1)
    for _ in range(4):
        run_all(runner)
        clock.now += timedelta(seconds=5)
    with store.reading() as session:
        handoff = find_open_handoff(session, conversation_id)
        state = session.execute(sa.select(turns.c.state)).scalar_one()
    assert handoff is not None and handoff.reason == "engine_failed"
    assert state == "closed"
    assert [text[:7] for text in texts(store, conversation_id)] == ["hỏng rồ", "Xin lỗi"]


def test_the_bot_is_silent_while_staff_answer(store: JourneyStore) -> None:
    engine = FakeEngine()
    runner, _ = make_runner(store, engine)
    conversation_id = say(store, "gặp nhân viên", 1)
    with store.transaction() as session:
        claim_conversation(session, conversation_id, STAFF, NOW)
    assert run_all(runner) == 1
    assert engine.seen == []
    assert texts(store, conversation_id) == ["gặp nhân viên"]


def test_a_conversation_without_engine_gets_one_handoff(store: JourneyStore) -> None:
    runner, clock = make_runner(store, None)
    for number in range(3):
        say(store, "có ai không", number)
    clock.now = later(seconds=30)
    run_all(runner)
    run_all(runner)
    with store.reading() as session:
        found = list_handoffs(session, ("requested",))
    assert [handoff.reason for handoff in found] == ["engine_down"]


def test_an_old_backlog_gets_one_apology(store: JourneyStore) -> None:
    runner, clock = make_runner(store, FakeEngine())
    conversation_id = [say(store, "alo", number) for number in range(3)][0]
    clock.now = later(minutes=20)
    run_all(runner)
    assert [text[:7] for text in texts(store, conversation_id)] == ["alo", "alo", "alo", "Xin lỗi"]


@pytest.mark.parametrize("crash", [RuntimeError, KeyError])
def test_what_the_engine_wrote_is_rolled_back_with_the_turn(store: JourneyStore, crash: Callable[..., Exception]) -> None:
    class WritingEngine(FakeEngine):
        async def respond(self, turn, scope, metadata):  # type: ignore[no-untyped-def]
            scope.session.execute(messages.update().values(author="changed"))
            raise crash("after writing")

    runner, _ = make_runner(store, WritingEngine())
    say(store, "xin chào", 1)
    run_all(runner)
    with store.reading() as session:
        assert session.execute(sa.select(messages.c.author)).scalars().all() == ["contact"]


def test_what_staff_promised_is_told_to_the_customer_who_asks_and_not_to_others(store: JourneyStore) -> None:
    runner, _ = make_runner(store, FakeEngine())
    conversation_id = say(store, "xin chào", 1)
    run_all(runner)
    lan = add_member(store)
    with store.transaction() as session:
        contact_id = load_conversation(session, conversation_id).contact_id
        append_promise(session, NewPromise(contact_id, conversation_id, "price", "giảm 10% đến thứ Sáu", lan.id), NOW)
    for number, text in enumerate(("web chậm quá", "hôm trước bên mình hứa giảm 10% mà"), 2):
        say(store, text, number)
    run_all(runner)

    assert texts(store, conversation_id)[-4:] == [
        "hôm trước bên mình hứa giảm 10% mà", "echo: web chậm quá", "Nhân viên Lan đã hẹn với bạn: giảm 10% đến thứ Sáu",
        "echo: hôm trước bên mình hứa giảm 10% mà",
    ]
    with store.reading() as session:
        assert list_promises(session, contact_id, NOW)[0].said_at is not None


def test_emotion_is_read_only_of_somebody_who_consented(store: JourneyStore) -> None:
    asked: list[bool] = []

    class NotingEngine(FakeEngine):
        async def respond(self, turn: OpenTurn, scope: TurnScope, metadata: Mapping[str, Any]) -> Outcome:
            asked.append(metadata["keeps_emotion"])
            return await super().respond(turn, scope, metadata)

    runner, _ = make_runner(store, NotingEngine())
    conversation_id = say(store, "bực quá", 1)
    run_all(runner)
    with store.transaction() as session:
        grant_consent(session, load_conversation(session, conversation_id).contact_id)
    say(store, "bực quá", 2)
    run_all(runner)
    assert asked == [False, True]
