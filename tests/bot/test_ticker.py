"""The ticker on real databases: what is due is written once, by one process, and only to people who want it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.services import Services
from bot.settings import Settings
from bot.ticker import Ticker
from bot.wakeups import Wakeups
from journey_state.consent import append_consent
from journey_state.conversations import Conversation, accept_message, ensure_conversation, load_conversation, read_messages
from journey_state.handoffs import HandoffRequest, claim_conversation, release_conversation, request_handoff
from journey_state.messages import LoggedMessage
from journey_state.nudge_occasions import stop_nudges
from journey_state.orders import cancel_order
from journey_state.store import JourneyStore
from journey_state.tables import choices, nudges, outbox
from journey_state.tickets import TicketKind, TicketRequest, close_ticket, open_ticket
from journey_state.trials import TrialRequest, end_trial, start_trial
from tests.fixtures.customers import buy_plan
from tests.fixtures.journeys import NOW, inbound, later
from tests.fixtures.people import grant_consent
from tests.fixtures.threads import run_together

Prepare = Callable[[Session, Conversation], object]


class Clock:
    """A clock that is set."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    """Stands at NOW, four in the afternoon in Vietnam."""
    return Clock()


def make_ticker(store: JourneyStore, clock: Clock) -> Ticker:
    return Ticker(Services(store, Wakeups(), Settings()), clock=clock)


def begin_trial(session: Session, conversation: Conversation, days: int = 14) -> None:
    """A trial of Hosting M from NOW."""
    start_trial(session, conversation.contact_id, TrialRequest("hosting", days, plan="hosting-m"), NOW)


def read_said(store: JourneyStore, conversation: Conversation) -> list[LoggedMessage]:
    with store.reading() as session:
        return [message for message in read_messages(session, conversation.id) if message.direction == "out"]


def test_a_trial_is_spoken_of_once_before_it_ends(store: JourneyStore, conversation: Conversation, clock: Clock) -> None:
    ticker = make_ticker(store, clock)
    with store.transaction() as session:
        grant_consent(session, conversation.contact_id)
        begin_trial(session, conversation)

    times = (later(days=11), later(days=13), later(days=13, minutes=1), later(days=13, hours=23))
    assert [ticker.tick() for clock.now in times] == [0, 1, 0, 0]
    said = read_said(store, conversation)
    assert len(said) == 1 and "16/03/2026" in said[0].body["text"] and "Web hosting" in said[0].body["text"]
    assert [choice["label"] for choice in said[0].body["choices"]] == ["Đặt Hosting M", "Mình cần hỗ trợ", "Đừng nhắc nữa"]
    with store.reading() as session:
        assert set(session.execute(sa.select(choices.c.intent)).scalars()) == {"order_plan", "open_ticket", "stop_nudges"}


def refuse(session: Session, conversation: Conversation) -> None:
    append_consent(session, conversation.contact_id, False, channel="website", now=later(hours=1))


def want_quiet(session: Session, conversation: Conversation) -> None:
    stop_nudges(session, conversation.contact_id)


def ask_human(session: Session, conversation: Conversation) -> None:
    request_handoff(session, conversation.id, conversation.contact_id, HandoffRequest("asked", NOW))


def complain(session: Session, conversation: Conversation) -> None:
    open_ticket(session, conversation.contact_id, TicketRequest(TicketKind.COMPLAINT, "chậm"), NOW)


def stop_trial(session: Session, conversation: Conversation) -> None:
    end_trial(session, conversation.contact_id, "hosting", later(days=1))


def say_something(session: Session, conversation: Conversation) -> None:
    accept_message(session, inbound(received_at=later(days=13, minutes=-10)))


@pytest.mark.parametrize("silence", [refuse, want_quiet, ask_human, complain, stop_trial, say_something])
def test_nobody_is_reminded_who_should_be_left_alone(
    sqlite_store: JourneyStore, clock: Clock, silence: Prepare,
) -> None:
    with sqlite_store.transaction() as session:
        room = load_conversation(session, ensure_conversation(session, "website", "visitor-1", NOW))
        grant_consent(session, room.contact_id)
        begin_trial(session, room)
        silence(session, room)
    clock.now = later(days=13)

    assert make_ticker(sqlite_store, clock).tick() == 0
    assert read_said(sqlite_store, room) == []


def test_at_night_it_waits_for_the_morning(store: JourneyStore, conversation: Conversation, clock: Clock) -> None:
    with store.transaction() as session:
        grant_consent(session, conversation.contact_id)
        begin_trial(session, conversation)
    ticker = make_ticker(store, clock)

    assert [ticker.tick() for clock.now in (later(days=13, hours=6), later(days=13, hours=17))] == [0, 1]


def close_a_ticket(session: Session, conversation: Conversation) -> None:
    ticket = open_ticket(session, conversation.contact_id, TicketRequest(TicketKind.HOW_TO, "ssl"), NOW)
    close_ticket(session, ticket.number, NOW)


def talk_with_staff(session: Session, conversation: Conversation) -> None:
    claim_conversation(session, conversation.id, "staff-1", NOW)
    release_conversation(session, conversation.id, "staff-1", NOW)


def pay(session: Session, conversation: Conversation) -> None:
    buy_plan(session, conversation.contact_id)


@pytest.mark.parametrize(("prepare", "at", "words", "labels"), [
    (close_a_ticket, {"minutes": 15}, "1 (chưa tốt) đến 5", ["1", "2", "3", "4", "5"]),
    (talk_with_staff, {"minutes": 15}, "1 (chưa tốt) đến 5", ["1", "2", "3", "4", "5"]),
    (pay, {"days": 2}, "bạn biết đến bên mình từ đâu", ["Bạn bè giới thiệu"]),
    (pay, {"days": 15}, "giới thiệu bên mình cho bạn bè", ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10"]),
])
def test_each_moment_has_its_question(
    store: JourneyStore, conversation: Conversation, clock: Clock, prepare: Prepare, at: dict[str, float], words: str, labels: list[str],
) -> None:
    with store.transaction() as session:
        grant_consent(session, conversation.contact_id)
        prepare(session, conversation)
    clock.now = later(**at)

    assert make_ticker(store, clock).tick() == 1
    body = read_said(store, conversation)[0].body
    assert words in body["text"] and [choice["label"] for choice in body["choices"]][:len(labels)] == labels


def test_somebody_who_called_off_the_order_is_not_asked_whether_they_recommend_us(
    store: JourneyStore, conversation: Conversation, clock: Clock,
) -> None:
    with store.transaction() as session:
        grant_consent(session, conversation.contact_id)
        cancel_order(session, conversation.contact_id, buy_plan(session, conversation.contact_id).number, later(days=1))
    clock.now = later(days=15)

    assert make_ticker(store, clock).tick() == 0


def test_a_nudge_on_telegram_goes_through_the_outbox(store: JourneyStore, clock: Clock) -> None:
    with store.transaction() as session:
        room = load_conversation(session, ensure_conversation(session, "telegram", "77", NOW))
        grant_consent(session, room.contact_id)
        begin_trial(session, room)
    clock.now = later(days=13)

    assert make_ticker(store, clock).tick() == 1
    with store.reading() as session:
        assert session.execute(sa.select(outbox.c.state, outbox.c.channel)).one() == ("queued", "telegram")


def test_of_two_processes_one_writes_and_the_other_takes_over_when_it_lets_go(
    store: JourneyStore, conversation: Conversation, clock: Clock,
) -> None:
    with store.transaction() as session:
        grant_consent(session, conversation.contact_id)
        begin_trial(session, conversation)
    first, second = make_ticker(store, clock), make_ticker(store, clock)
    assert [first.tick(), second.tick()] == [0, 0]
    clock.now = later(days=13)
    assert first.tick() == 1
    first.let_go()
    assert second.tick() == 0  # it may work now, but everything was said


def test_the_same_reason_written_by_many_at_once_is_written_once(store: JourneyStore, conversation: Conversation, clock: Clock) -> None:
    with store.transaction() as session:
        grant_consent(session, conversation.contact_id)
        begin_trial(session, conversation)
    clock.now = later(days=13)
    tickers = [make_ticker(store, clock) for _ in range(4)]

    assert sum(run_together(4, lambda number: tickers[number].tick())) == 1
    with store.reading() as session:
        assert session.execute(sa.select(sa.func.count()).select_from(nudges)).scalar_one() == 1


def test_a_plan_that_is_gone_from_the_content_keeps_nobody_else_waiting(
    store: JourneyStore, conversation: Conversation, clock: Clock, caplog: pytest.LogCaptureFixture,
) -> None:
    with store.transaction() as session:
        other = load_conversation(session, ensure_conversation(session, "website", "visitor-2", NOW))
        for room, product in ((other, "gone"), (conversation, "hosting")):
            grant_consent(session, room.contact_id)
            start_trial(session, room.contact_id, TrialRequest(product, 14), NOW)
    clock.now = NOW + timedelta(days=13)

    assert make_ticker(store, clock).tick() == 1
    assert "nudge failed" in caplog.text
