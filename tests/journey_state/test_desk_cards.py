"""Cards of a staff group elsewhere: one worker each, everything told once, accounts of one member."""

from __future__ import annotations

from journey_state.conversations import Conversation, accept_message
from journey_state.desk_cards import LEASE, find_member_at, map_account, release_card, settle_card, take_cards
from journey_state.handoffs import HandoffRequest, claim_conversation, request_handoff
from journey_state.store import JourneyStore
from tests.fixtures.journeys import NOW, inbound, later
from tests.fixtures.staff import add_member
from tests.fixtures.threads import run_together


def test_a_card_is_taken_by_one_worker_and_again_when_its_lease_ends(store: JourneyStore, conversation: Conversation) -> None:
    with store.transaction() as session:
        request_handoff(session, conversation.id, conversation.contact_id, HandoffRequest("asked", NOW))

    def take(_: int) -> int:
        with store.transaction() as session:
            return len(take_cards(session, "-1", NOW))

    assert sum(run_together(5, take)) == 1
    with store.transaction() as session:
        assert take_cards(session, "-1", later(seconds=30)) == []
        [card] = take_cards(session, "-1", NOW + LEASE)
        release_card(session, card.handoff_id, NOW + LEASE)
        assert len(take_cards(session, "-1", NOW + LEASE)) == 1


def test_what_was_told_is_not_told_again_and_what_comes_is(store: JourneyStore, conversation: Conversation) -> None:
    member = add_member(store)
    with store.transaction() as session:
        accept_message(session, inbound("một", 1))
        request_handoff(session, conversation.id, conversation.contact_id, HandoffRequest("asked", NOW))
        [card] = take_cards(session, "-1", NOW)
        assert (card.ref, list(card.quoted), list(card.news)) == (None, ["một"], [])
        settle_card(session, card, "7", NOW)
        assert take_cards(session, "-1", NOW) == []
        accept_message(session, inbound("hai", 2))
        assert take_cards(session, "-1", NOW) == []
        claim_conversation(session, conversation.id, member.id, NOW)
        [card] = take_cards(session, "-1", NOW)
        assert ([said.text for said in card.news], card.staff_name, card.is_changed) == (["hai"], "Lan", True)
        settle_card(session, card, "7", NOW)
        assert take_cards(session, "-1", NOW) == []


def test_an_account_is_one_members_and_a_member_has_one(store: JourneyStore) -> None:
    lan, minh = add_member(store), add_member(store, "Minh")
    with store.transaction() as session:
        map_account(session, lan.id, "telegram", "71", NOW)
        map_account(session, lan.id, "telegram", "72", NOW)
        map_account(session, minh.id, "telegram", "72", NOW)
        found = {address: find_member_at(session, "telegram", address) for address in ("71", "72")}
    assert found["71"] is None
    assert found["72"] is not None and found["72"].id == minh.id
