"""Visitors: unguessable tokens, hashed in the store, revocable."""

from __future__ import annotations

import sqlalchemy as sa

from journey_state.conversations import Conversation, load_conversation
from journey_state.handoffs import claim_conversation, release_conversation
from journey_state.store import JourneyStore
from journey_state.tables import staff, visitor_tokens
from journey_state.visitors import find_responder_name, find_visitor, issue_token, revoke_tokens
from tests.fixtures.journeys import NOW, later

STAFF = "5" * 32


def test_a_token_opens_its_own_address_only(store: JourneyStore) -> None:
    with store.transaction() as session:
        one, other = issue_token(session, NOW), issue_token(session, NOW)
        assert (find_visitor(session, one.token), find_visitor(session, other.token)) == (one.address, other.address)
        assert one.address != other.address and len(one.token) >= 43
        assert find_visitor(session, one.address) is None
        assert find_visitor(session, one.token[:-1]) is None
        assert find_visitor(session, "") is None


def test_the_store_never_holds_a_token(store: JourneyStore) -> None:
    with store.transaction() as session:
        issued = issue_token(session, NOW)
        row = session.execute(sa.select(visitor_tokens)).one()
    assert issued.token not in str(tuple(row))


def test_a_revoked_token_opens_nothing_and_others_stay(store: JourneyStore) -> None:
    with store.transaction() as session:
        one, other = issue_token(session, NOW), issue_token(session, NOW)
        assert revoke_tokens(session, one.address, later(minutes=1)) == 1
        assert revoke_tokens(session, one.address, later(minutes=2)) == 0
        assert find_visitor(session, one.token) is None
        assert find_visitor(session, other.token) == other.address


def test_the_responders_name_is_told_while_staff_answer(store: JourneyStore, conversation: Conversation) -> None:
    with store.transaction() as session:
        assert find_responder_name(session, conversation) is None
        row = {"id": STAFF, "email": "lan@example.vn", "name": "Lan", "password_hash": "-", "role": "staff", "created_at": NOW}
        session.execute(staff.insert().values(**row))
        claim_conversation(session, conversation.id, STAFF, NOW)
        assert find_responder_name(session, load_conversation(session, conversation.id)) == "Lan"
        release_conversation(session, conversation.id, STAFF, later(minutes=1))
        assert find_responder_name(session, load_conversation(session, conversation.id)) is None
