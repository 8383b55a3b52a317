"""Turns: one at a time in a conversation, in order, and open again until they are closed."""

from __future__ import annotations

from datetime import datetime

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from journey_state.conversations import BOT, Accepted, Posting, accept_message, append_reply, read_messages
from journey_state.handoffs import claim_conversation
from journey_state.messages import Reply
from journey_state.store import JourneyStore
from journey_state.tables import trackers, turns
from journey_state.turns import (
    RETRY_AFTER,
    OpenTurn,
    TurnRecord,
    claim_turn,
    close_backlog,
    close_turn,
    count_open_turns,
    drop_tracker,
    fail_turn,
    find_oldest_open,
    has_open_turn,
    is_answered_by_bot,
    list_stuck_conversations,
    read_turn_record,
)
from tests.fixtures.journeys import NOW, inbound, later
from tests.fixtures.threads import run_together

SOON = later(minutes=1)


def test_nothing_to_claim_when_nobody_wrote(store: JourneyStore) -> None:
    with store.transaction() as session:
        assert claim_turn(session, SOON) is None
        assert not has_open_turn(session, SOON)
        assert find_oldest_open(session) is None


def test_claimed_turn_carries_the_message_and_its_conversation(store: JourneyStore) -> None:
    accepted = accept(store, "giá gói M?", number=1)

    with store.transaction() as session:
        turn = claim_turn(session, SOON)

    assert turn is not None
    assert (turn.message_id, turn.seq, turn.attempts, turn.opened_at) == (accepted.message_id, 1, 0, later(seconds=1))
    assert turn.body["text"] == "giá gói M?"
    assert (turn.conversation.id, turn.conversation.address) == (accepted.conversation_id, "visitor-1")
    assert is_answered_by_bot(turn)


def test_turns_of_one_conversation_run_in_order(store: JourneyStore) -> None:
    expected = [accept(store, f"tin {number}", number=number).message_id for number in (3, 1, 2)]

    assert [turn.message_id for turn in close_all(store)] == expected


def test_oldest_turn_of_all_conversations_runs_first(store: JourneyStore) -> None:
    for number, address in enumerate(["a", "b", "a", "c"], start=1):
        accept(store, number=number, address=address)

    assert [turn.conversation.address for turn in close_all(store)] == ["a", "b", "a", "c"]


def test_turn_that_failed_holds_back_the_later_ones_of_its_conversation_alone(store: JourneyStore) -> None:
    failing = accept(store, number=1)
    accept(store, number=2)
    accept(store, number=3, address="visitor-2")
    with store.transaction() as session:
        fail_turn(session, failing.message_id, "RuntimeError", SOON)

    assert [turn.conversation.address for turn in close_all(store, SOON)] == ["visitor-2"]
    with store.reading() as session:
        assert not has_open_turn(session, later(seconds=1))

    assert [turn.seq for turn in close_all(store, SOON + RETRY_AFTER)] == [1, 2]


def test_failures_are_counted_with_their_cause(store: JourneyStore) -> None:
    accepted = accept(store)
    for attempt in range(3):
        with store.transaction() as session:
            turn = claim_turn(session, later(minutes=attempt + 1))
            assert turn is not None
            assert turn.attempts == attempt
            fail_turn(session, turn.message_id, "x" * 500, later(minutes=attempt + 1))

    with store.reading() as session:
        row = session.execute(sa.select(turns).where(turns.c.message_id == accepted.message_id)).one()
    assert (row.state, row.attempts, row.error) == ("open", 3, "x" * 200)


def test_turn_rolled_back_stays_open_and_its_reply_was_never_said(store: JourneyStore) -> None:
    accepted = accept(store)
    with pytest.raises(ZeroDivisionError), store.transaction() as session:
        answer(session, SOON)
        raise ZeroDivisionError

    with store.reading() as session:
        assert [row.direction for row in read_messages(session, accepted.conversation_id)] == ["in"]
        assert count_open_turns(session) == 1
        assert read_turn_record(session, accepted.message_id) == TurnRecord("")
    assert len(close_all(store)) == 1


def test_closed_turn_keeps_what_staff_will_read(store: JourneyStore) -> None:
    accepted = accept(store)
    record = TurnRecord(BOT, {"intent": "ask_price", "stage": {"chosen": "consideration"}}, ("action_answer_price",))
    with store.transaction() as session:
        turn = claim_turn(session, SOON)
        assert turn is not None
        close_turn(session, turn, record, SOON)

    with store.reading() as session:
        assert read_turn_record(session, accepted.message_id) == record
        assert count_open_turns(session) == 0


def test_message_to_a_staff_member_is_not_the_bots_to_answer(store: JourneyStore) -> None:
    accepted = accept(store)
    with store.transaction() as session:
        claim_conversation(session, accepted.conversation_id, "s1", NOW)
        turn = claim_turn(session, SOON)

    assert turn is not None
    assert not is_answered_by_bot(turn)


def test_eight_workers_answer_every_turn_once_and_in_order(store: JourneyStore) -> None:
    for number in range(24):
        accept(store, number=number, address=f"visitor-{number % 6}")

    def work(_: int) -> list[str]:
        answered = []
        while (message_id := answer_one(store)) is not None:
            answered.append(message_id)
        return answered

    answered = [message_id for ids in run_together(8, work) for message_id in ids]
    # A worker may find all conversations locked and go home before the others are done.
    answered += work(0)

    assert len(answered) == len(set(answered)) == 24
    with store.reading() as session:
        rows = session.execute(sa.select(turns.c.conversation_id, turns.c.message_id, turns.c.seq)).all()
    order = {row.message_id: (row.conversation_id, row.seq) for row in rows}
    for conversation_id in {row.conversation_id for row in rows}:
        replies = said_by_bot(store, conversation_id)
        assert replies == sorted(replies, key=lambda message_id: order[message_id][1])


@pytest.mark.postgres
def test_locked_conversation_is_skipped_for_another_one(postgresql_store: JourneyStore) -> None:
    first = accept(postgresql_store, number=1)
    second = accept(postgresql_store, number=2, address="visitor-2")

    with postgresql_store.transaction() as one, postgresql_store.transaction() as other:
        mine, theirs = claim_turn(one, SOON), claim_turn(other, SOON)
        assert mine is not None
        assert theirs is not None
        with postgresql_store.transaction() as third:
            assert claim_turn(third, SOON) is None
    assert [mine.message_id, theirs.message_id] == [first.message_id, second.message_id]


def test_counts_and_ages_of_waiting_turns(store: JourneyStore) -> None:
    accept(store, number=30)
    accept(store, number=10, address="visitor-2")

    with store.reading() as session:
        assert count_open_turns(session) == 2
        assert find_oldest_open(session) == later(seconds=10)
        assert has_open_turn(session, later(seconds=10))
        assert not has_open_turn(session, later(seconds=9))


def test_stuck_conversations_are_listed_once_each(store: JourneyStore, contact: str) -> None:
    stuck = accept(store, number=1)
    accept(store, number=2)
    accept(store, number=40, address="visitor-2")

    with store.reading() as session:
        assert list_stuck_conversations(session, later(seconds=30)) == [(stuck.conversation_id, contact)]


def test_backlog_is_closed_up_to_the_moment_given(store: JourneyStore) -> None:
    old = [accept(store, number=number) for number in (1, 2)]
    fresh = accept(store, number=40)
    other = accept(store, number=3, address="visitor-2")
    with store.transaction() as session:
        close_backlog(session, old[0].conversation_id, later(seconds=30), SOON)

    assert {turn.message_id for turn in close_all(store)} == {fresh.message_id, other.message_id}


def test_dropped_tracker_is_forgotten(store: JourneyStore) -> None:
    accepted = accept(store)
    with store.transaction() as session:
        session.execute(trackers.insert().values(conversation_id=accepted.conversation_id, state={}, saved_at=NOW))
        drop_tracker(session, accepted.conversation_id)

        assert session.execute(sa.select(trackers)).all() == []


def test_claim_in_a_long_conversation_reads_only_its_open_turns(sqlite_store: JourneyStore) -> None:
    with sqlite_store.reading() as session:
        plan = session.execute(
            sa.text("EXPLAIN QUERY PLAN SELECT 1 FROM turns WHERE conversation_id = 'c' AND state = 'open' AND seq < 1000")
        ).all()

    assert "(conversation_id=? AND state=? AND seq<?)" in plan[0].detail


def accept(store: JourneyStore, text: str = "xin chào", *, number: int = 1, address: str = "visitor-1") -> Accepted:
    with store.transaction() as session:
        return accept_message(session, inbound(text, number, address=address))


def answer(session: Session, now: datetime) -> OpenTurn | None:
    turn = claim_turn(session, now)
    if turn is not None:
        append_reply(session, turn.conversation, Reply("Dạ"), Posting(BOT, now, answers_id=turn.message_id))
        close_turn(session, turn, TurnRecord(BOT), now)
    return turn


def answer_one(store: JourneyStore) -> str | None:
    with store.transaction() as session:
        turn = answer(session, SOON)
    return None if turn is None else turn.message_id


def close_all(store: JourneyStore, now: datetime = SOON) -> list[OpenTurn]:
    closed = []
    while True:
        with store.transaction() as session:
            turn = answer(session, now)
        if turn is None:
            return closed
        closed.append(turn)


def said_by_bot(store: JourneyStore, conversation_id: str) -> list[str]:
    """Ids of the messages that the bot answered, in the order of its replies."""
    statement = sa.text("SELECT answers_id FROM messages WHERE conversation_id = :id AND direction = 'out' ORDER BY seq")
    with store.reading() as session:
        return list(session.execute(statement, {"id": conversation_id}).scalars())
