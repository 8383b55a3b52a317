"""Transfers: exactly one responder before and after, and nobody waits unseen for somebody who went home."""

from __future__ import annotations

import pytest

from journey_state.conversations import BOT, Posting, append_reply, load_conversation
from journey_state.errors import NotResponderError
from journey_state.handoffs import claim_conversation, find_open_handoff
from journey_state.messages import Reply
from journey_state.queue import read_queue
from journey_state.store import JourneyStore
from journey_state.takeovers import list_unattended, reopen_latest_turn, requeue_conversation, transfer_conversation
from journey_state.turns import TurnRecord, claim_turn, close_turn, count_open_turns
from tests.fixtures.journeys import later
from tests.fixtures.staff import Customer


@pytest.fixture
def taken(store: JourneyStore) -> Customer:
    """A customer who asked at minute 1, whom s-1 claimed at minute 2."""
    customer = Customer(store)
    customer.write("alo", minute=1)
    with store.transaction() as session:
        turn = claim_turn(session, later(minutes=1))
        assert turn is not None
        close_turn(session, turn, TurnRecord("s-1"), later(minutes=1))
        claim_conversation(session, customer.conversation_id, "s-1", later(minutes=2))
    return customer


def test_colleague_answers_after_a_transfer_and_the_assistant_stays_silent(store: JourneyStore, taken: Customer) -> None:
    with store.transaction() as session:
        transfer_conversation(session, taken.conversation_id, "s-1", "s-2")
        handoff = find_open_handoff(session, taken.conversation_id)

        assert load_conversation(session, taken.conversation_id).responder == "s-2"
        assert handoff is not None and (handoff.state, handoff.claimed_by) == ("claimed", "s-2")
        for pass_on in (
            lambda: transfer_conversation(session, taken.conversation_id, "s-1", "s-3"),
            lambda: requeue_conversation(session, taken.conversation_id, "s-1", "sales", later(minutes=3)),
        ):
            with pytest.raises(NotResponderError):
                pass_on()


def test_teams_queue_keeps_the_time_already_waited(store: JourneyStore, taken: Customer) -> None:
    with store.transaction() as session:
        before = find_open_handoff(session, taken.conversation_id)
        requeue_conversation(session, taken.conversation_id, "s-1", "billing", later(minutes=9))
        [queued] = read_queue(session, "s-2", later(minutes=10))

        assert before is not None and (queued.handoff.requested_at, queued.place) == (before.requested_at, 1)
        assert (queued.service.team.id, queued.handoff.claimed_by) == ("billing", None)
        assert load_conversation(session, taken.conversation_id).responder == BOT


@pytest.mark.parametrize(("answered_at", "asked_again_at", "since"), [
    (None, None, 1), (3, None, None), (3, 4, 4), (3, 15, None),
])
def test_takeover_is_unattended_when_its_customer_waits_too_long(
    store: JourneyStore, taken: Customer, answered_at: int | None, asked_again_at: int | None, since: int | None
) -> None:
    with store.transaction() as session:
        conversation = load_conversation(session, taken.conversation_id)
        if answered_at is not None:
            append_reply(session, conversation, Reply("Dạ"), Posting("staff:s-1", later(minutes=answered_at)))
    if asked_again_at is not None:
        taken.write("sao rồi", minute=asked_again_at)
    with store.reading() as session:
        found = list_unattended(session, later(minutes=10))

    assert [(each.staff_id, each.waiting_since) for each in found] == ([] if since is None else [("s-1", later(minutes=since))])


def test_fresh_claim_of_an_old_request_is_not_unattended(store: JourneyStore, taken: Customer) -> None:
    with store.reading() as session:
        assert list_unattended(session, later(minutes=1.5)) == []


def test_latest_question_goes_back_to_the_assistant(store: JourneyStore, taken: Customer) -> None:
    with store.transaction() as session:
        for _ in range(2):
            reopen_latest_turn(session, taken.conversation_id, later(minutes=9))
        turn = claim_turn(session, later(minutes=9))
        assert turn is not None and (turn.body["text"], turn.opened_at) == ("alo", later(minutes=9))
        close_turn(session, turn, TurnRecord(BOT), later(minutes=9))
        reopen_latest_turn(session, taken.conversation_id, later(minutes=9))
        assert count_open_turns(session) == 0
