"""Handoffs: asked for once, claimed by one, given back by the same one."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from journey_state.conversations import BOT, Conversation, Posting, accept_message, append_reply, ensure_conversation, load_conversation
from journey_state.errors import HandoffTakenError, NotResponderError
from journey_state.handoffs import (
    Handoff,
    HandoffRequest,
    check_responder,
    claim_conversation,
    find_open_handoff,
    find_place,
    list_handoffs,
    queue_position,
    release_conversation,
    request_handoff,
)
from journey_state.messages import Reply
from journey_state.store import JourneyStore
from journey_state.tables import handoffs, outbox
from tests.fixtures.journeys import NOW, inbound, later
from tests.fixtures.threads import run_together


def test_request_says_reason_stage_and_place(store: JourneyStore, conversation: Conversation) -> None:
    with store.transaction() as session:
        request = HandoffRequest("asked", NOW, stage="service", message_id="m1", priority=2)
        handoff, place = request_handoff(session, conversation.id, conversation.contact_id, request)

        assert find_open_handoff(session, conversation.id) == handoff
    assert (handoff.state, handoff.reason, handoff.stage, handoff.priority, place) == ("requested", "asked", "service", 2, 1)


def test_second_request_finds_the_first_still_open(store: JourneyStore, conversation: Conversation) -> None:
    with store.transaction() as session:
        first, _ = request_handoff(session, conversation.id, conversation.contact_id, HandoffRequest("asked", NOW))
        again, place = request_handoff(session, conversation.id, conversation.contact_id, HandoffRequest("failed_turn", later(minutes=5)))

    assert (again, place) == (first, 1)


def test_fifty_requests_at_once_open_one_handoff(store: JourneyStore, conversation: Conversation) -> None:
    def request(_: int) -> str:
        with store.transaction() as session:
            return request_handoff(session, conversation.id, conversation.contact_id, HandoffRequest("asked", NOW))[0].id

    assert len(set(run_together(50, request))) == 1


def test_request_alone_does_not_silence_the_bot(store: JourneyStore, conversation: Conversation) -> None:
    with store.transaction() as session:
        request_handoff(session, conversation.id, conversation.contact_id, HandoffRequest("asked", NOW))

        assert load_conversation(session, conversation.id).responder == BOT


def test_queue_goes_by_priority_then_waiting_time(store: JourneyStore) -> None:
    opened = {
        name: open_handoff(store, name, minute, priority)
        for name, minute, priority in [("early", 1, 0), ("late", 9, 0), ("urgent", 20, 5), ("middle", 5, 0)]
    }
    with store.reading() as session:
        places = {name: queue_position(session, handoff) for name, handoff in opened.items()}
        listed = [handoff.id for handoff in list_handoffs(session, ("requested",))]

    assert places == {"urgent": 1, "early": 2, "middle": 3, "late": 4}
    assert listed == [opened[name].id for name in sorted(places, key=places.__getitem__)]


def test_place_is_known_only_while_somebody_waits(store: JourneyStore, conversation: Conversation) -> None:
    with store.transaction() as session:
        other = ensure_conversation(session, "website", "visitor-2", NOW)
        request_handoff(session, other, load_conversation(session, other).contact_id, HandoffRequest("asked", NOW))
        places = [find_place(session, conversation.id)]
        request_handoff(session, conversation.id, conversation.contact_id, HandoffRequest("asked", later(minutes=1)))
        places.append(find_place(session, conversation.id))
        claim_conversation(session, other, "s-1", later(minutes=2))
        places.append(find_place(session, conversation.id))
        claim_conversation(session, conversation.id, "s-1", later(minutes=3))

        assert [*places, find_place(session, conversation.id)] == [None, 2, 1, None]


def test_claimed_handoffs_leave_the_queue(store: JourneyStore) -> None:
    first, second = open_handoff(store, "a", 1), open_handoff(store, "b", 2)
    with store.transaction() as session:
        claim_conversation(session, first.conversation_id, "s1", later(minutes=3))

        assert queue_position(session, second) == 1


def test_fifty_staff_claim_one_conversation_and_one_wins(store: JourneyStore, conversation: Conversation) -> None:
    with store.transaction() as session:
        request_handoff(session, conversation.id, conversation.contact_id, HandoffRequest("asked", NOW))

    def claim(number: int) -> str | None:
        try:
            with store.transaction() as session:
                return claim_conversation(session, conversation.id, f"s{number}", NOW).claimed_by
        except HandoffTakenError:
            return None

    winners = [winner for winner in run_together(50, claim) if winner]

    assert len(winners) == 1
    with store.reading() as session:
        assert load_conversation(session, conversation.id).responder == winners[0]
        [handoff] = list_handoffs(session, ("claimed",))
        assert handoff.claimed_by == winners[0]
        assert session.execute(sa.select(sa.func.count()).select_from(handoffs)).scalar_one() == 1


def test_claim_names_who_may_release(store: JourneyStore, conversation: Conversation) -> None:
    with store.transaction() as session:
        claim_conversation(session, conversation.id, "s1", NOW)

    with pytest.raises(HandoffTakenError, match="ask them to release it"), store.transaction() as session:
        claim_conversation(session, conversation.id, "s2", NOW)


def test_claim_unasked_opens_a_handoff_and_again_by_the_same_changes_nothing(store: JourneyStore, conversation: Conversation) -> None:
    with store.transaction() as session:
        claimed = claim_conversation(session, conversation.id, "s1", NOW)
        again = claim_conversation(session, conversation.id, "s1", later(minutes=5))

    assert (claimed.reason, claimed.state, claimed.claimed_by, claimed.claimed_at) == ("taken_over", "claimed", "s1", NOW)
    assert again == claimed


def test_claim_cancels_what_the_bot_has_not_yet_delivered(store: JourneyStore, conversation: Conversation) -> None:
    with store.transaction() as session:
        said = [
            append_reply(session, conversation, Reply("a"), Posting(BOT, NOW, is_mailbox=True)),
            append_reply(session, conversation, Reply("b"), Posting(BOT, NOW, is_mailbox=False)),
            append_reply(session, conversation, Reply("c"), Posting("staff:s1", NOW, is_mailbox=False)),
            append_reply(session, other_conversation(session), Reply("d"), Posting(BOT, NOW, is_mailbox=False)),
        ]
        claim_conversation(session, conversation.id, "s1", NOW)
        states = dict(session.execute(sa.select(outbox.c.message_id, outbox.c.state)).all())

    assert [states[message_id] for message_id in said] == ["sent", "cancelled", "queued", "queued"]


def test_released_conversation_is_the_bots_again_and_can_be_claimed_anew(store: JourneyStore, conversation: Conversation) -> None:
    with store.transaction() as session:
        first = claim_conversation(session, conversation.id, "s1", NOW)
        release_conversation(session, conversation.id, "s1", later(minutes=10))
        assert load_conversation(session, conversation.id).responder == BOT
        assert find_open_handoff(session, conversation.id) is None
        second = claim_conversation(session, conversation.id, "s2", later(minutes=20))

        (closed,) = list_handoffs(session, ("released",))
    assert (closed.id, closed.state, closed.released_at, closed.claimed_by) == (first.id, "released", later(minutes=10), "s1")
    assert second.id != first.id


@pytest.mark.parametrize("staff_id", ["s2", BOT])
def test_only_the_responder_may_release_or_answer(store: JourneyStore, conversation: Conversation, staff_id: str) -> None:
    with store.transaction() as session:
        claim_conversation(session, conversation.id, "s1", NOW)
        claimed = load_conversation(session, conversation.id)

    check_responder(claimed, "s1")
    with pytest.raises(NotResponderError, match="claim it first"):
        check_responder(claimed, staff_id)
    with pytest.raises(NotResponderError, match="claim it first"), store.transaction() as session:
        release_conversation(session, conversation.id, staff_id, NOW)


def test_closed_handoffs_are_listed_newest_first(store: JourneyStore) -> None:
    opened = [open_handoff(store, str(minute), minute) for minute in (3, 1, 2)]
    with store.transaction() as session:
        for handoff in opened:
            claim_conversation(session, handoff.conversation_id, "s1", later(minutes=30))
            release_conversation(session, handoff.conversation_id, "s1", later(minutes=40))

        assert [handoff.requested_at for handoff in list_handoffs(session, ("released",))] == [later(minutes=m) for m in (3, 2, 1)]
        assert len(list_handoffs(session, ("released",), limit=2)) == 2
        assert list_handoffs(session, ("requested", "claimed")) == []


def open_handoff(store: JourneyStore, address: str, minute: int, priority: int = 0) -> Handoff:
    with store.transaction() as session:
        accepted = accept_message(session, inbound(address=address))
        contact_id = load_conversation(session, accepted.conversation_id).contact_id
        request = HandoffRequest("asked", later(minutes=minute), priority=priority)
        return request_handoff(session, accepted.conversation_id, contact_id, request)[0]


def other_conversation(session: sa.orm.Session) -> Conversation:
    return load_conversation(session, ensure_conversation(session, "telegram", "42", NOW))
