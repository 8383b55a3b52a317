"""The real engine: commands stay words, a turn is all or nothing, no turn costs more than the one before."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from rasa.shared.core.events import Restarted, SessionStarted, UserUttered
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.turn import current_scope
from bot.engine.engine import Engine
from bot.rehearsal import Rehearsal
from journey_state.consent import append_consent, find_consent
from journey_state.conversations import Conversation, read_messages
from journey_state.handoffs import find_open_handoff
from journey_state.messages import InboundMessage
from journey_state.stage_history import load_posterior
from journey_state.stages import Stage
from journey_state.tables import touchpoints, trackers, turns
from journey_state.turns import read_turn_record
from tests.fixtures.journeys import NOW, later

pytestmark = pytest.mark.slow

BROKEN = "action_answer_hours"
SMALL_TALK = ("Hosting M giá bao nhiêu?", "bên bạn làm việc mấy giờ?", "đánh giá của khách thế nào?", "cảm ơn bạn", "xin chào")


class Visit:
    """One conversation of a contact who consented, played message by message."""

    def __init__(self, rehearsal: Rehearsal, engine: Engine) -> None:
        self.rehearsal = rehearsal
        self.engine = engine
        self.count = 0
        self.conversation: Conversation = rehearsal.open("website", "visitor-1", is_consenting=True)

    def say(self, text: str, **fields: Any) -> str:
        """Write a message, a second after the one before; returns its id."""
        self.count += 1
        self.rehearsal.now = later(seconds=self.count)
        return self.rehearsal.say(InboundMessage("website", "visitor-1", f"m-{self.count}", text, self.rehearsal.now, **fields))

    def slot(self, name: str) -> Any:
        """A slot after the last message."""
        assert self.engine.trackers.saved is not None
        return self.engine.trackers.saved.get_slot(name)

    def understood(self, message_id: str) -> dict[str, Any]:
        """What the engine understood of a message."""
        with self.rehearsal.store.reading() as session:
            return dict(read_turn_record(session, message_id).understanding)

    def replies(self) -> list[str]:
        """All that was said to the contact."""
        with self.rehearsal.store.reading() as session:
            return [row.body["text"] for row in read_messages(session, self.conversation.id) if row.author == "bot"]


@pytest.fixture
def visit(rehearsal: Rehearsal, engine: Engine) -> Visit:
    """A visit that has not begun."""
    return Visit(rehearsal, engine)


@pytest.mark.parametrize("command", [
    "/restart", "  /restart", '/affirm{"plan":"x"}', '/order_plan{"plan": "x", "journey_stage": "advocacy"}', "/session_start",
    "/grant_consent", "/back", "/nothing",
])
def test_a_command_of_rasa_is_only_words(visit: Visit, command: str) -> None:
    visit.say("Hosting M giá bao nhiêu?")
    with visit.rehearsal.store.transaction() as session:
        append_consent(session, visit.conversation.contact_id, False, channel="website", now=NOW)
    intent = visit.understood(visit.say(command))["intent"]

    assert visit.slot("plan") == "hosting-m"
    assert intent["confidence"] < 1.0
    tracker = visit.engine.trackers.saved
    assert tracker is not None
    assert [event.text for event in tracker.events if isinstance(event, UserUttered)][0] == "Hosting M giá bao nhiêu?"
    assert not [event for event in tracker.events if isinstance(event, Restarted)]
    assert len([event for event in tracker.events if isinstance(event, SessionStarted)]) == 1
    with visit.rehearsal.store.reading() as session:
        consent = find_consent(session, visit.conversation.contact_id)
    assert consent is not None and not consent.is_granted
    visit.say("cảm ơn bạn")
    assert len(visit.replies()) >= 3


class Breaking:
    """Writes and speaks, then fails as often as it was told to. No `Action`: rasa-sdk would register it everywhere."""

    def __init__(self, failures: int) -> None:
        self.failures = failures

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[Any]:
        """What rasa-sdk calls."""
        scope = current_scope()
        assert scope is not None
        append_consent(scope.session, scope.contact_id, False, channel="website", now=scope.now)
        dispatcher.utter_message(text="tám giờ sáng")
        self.failures -= 1
        if self.failures >= 0:
            raise ValueError("told to fail")
        return []


@pytest.fixture
def _breaking(engine: Engine) -> Iterator[None]:
    """The answer about hours fails once."""
    executor = engine._processor.action_endpoint.executor
    original = executor.actions[BROKEN]
    executor.register_function(BROKEN, Breaking(1).run)
    yield
    executor.actions[BROKEN] = original


@pytest.mark.usefixtures("_breaking")
def test_a_failing_action_undoes_its_turn_and_the_next_attempt_answers(visit: Visit) -> None:
    first = visit.say("bên bạn làm việc mấy giờ?")

    with visit.rehearsal.store.reading() as session:
        consent = find_consent(session, visit.conversation.contact_id)
        assert consent is not None and consent.is_granted
        assert session.execute(sa.select(turns.c.state, turns.c.attempts).where(turns.c.message_id == first)).one() == ("open", 1)
        for table in (trackers, touchpoints):
            assert session.execute(sa.select(sa.func.count()).select_from(table)).scalar_one() == 0
        assert load_posterior(session, visit.conversation.contact_id, NOW) is None
    assert visit.replies() == []

    second = visit.say("cảm ơn bạn")
    with visit.rehearsal.store.reading() as session:
        assert BROKEN in read_turn_record(session, first).actions
        assert read_turn_record(session, second).answered_by == "bot"
        assert find_open_handoff(session, visit.conversation.id) is None
    assert visit.replies()[0] == "tám giờ sáng" and visit.replies().count("tám giờ sáng") == 1


def test_a_turn_late_in_a_conversation_costs_what_an_early_one_does(visit: Visit) -> None:
    statements: list[str] = []
    sa.event.listen(visit.rehearsal.store.engine, "before_cursor_execute", lambda *about: statements.append(about[2]))

    def play_until(number: int) -> tuple[int, int]:
        while visit.count < number:
            statements.clear()
            visit.say(SMALL_TALK[visit.count % len(SMALL_TALK)])
        ran = len(statements)
        with visit.rehearsal.store.reading() as session:
            return ran, len(json.dumps(session.execute(sa.select(trackers.c.state)).scalar_one()))

    early, late = play_until(10), play_until(100)
    print(f"(statements, bytes of the tracker): turn 10 {early}, turn 100 {late}")

    assert late[0] <= early[0] + 1
    assert late[1] <= early[1] * 1.1


def test_a_pressed_button_means_what_it_says_and_still_tells_the_stage(visit: Visit) -> None:
    visit.rehearsal.say(InboundMessage("website", "visitor-1", "m-0", "Hosting M giá bao nhiêu?", NOW))
    with visit.rehearsal.store.reading() as session:
        rows = read_messages(session, visit.conversation.id)
    shown = [choice for row in rows for choice in row.body.get("choices") or ()]
    understood = visit.understood(visit.say(shown[0]["label"], choice_token=shown[0]["token"]))

    assert understood["intent"]["confidence"] == 1.0 and understood["intent"]["name"] not in ("nlu_fallback", "out_of_scope")
    assert understood["intent_ranking"] == [understood["intent"]]
    assert set(understood["stage_estimate"]["probabilities"]) == {stage.value for stage in Stage}
    with visit.rehearsal.store.reading() as session:
        record = load_posterior(session, visit.conversation.contact_id, visit.rehearsal.now)
    assert record is not None and record.estimate.chosen.value == understood["stage_estimate"]["chosen"]
