"""Tickets on the desk: pressing ones first, handed out, merged, reopened; the first answer counts."""

from __future__ import annotations

from datetime import timedelta

import pytest

from journey_state.conversations import Conversation
from journey_state.errors import UnknownTicketError
from journey_state.store import JourneyStore
from journey_state.ticket_desk import (
    CLOSED,
    TicketFilter,
    TicketMergeError,
    assign_ticket,
    find_conversation_of,
    list_siblings,
    list_ticket_cards,
    load_ticket_card,
    merge_tickets,
    note_answer,
    reopen_ticket,
)
from journey_state.tickets import TicketKind, TicketRequest, close_ticket, open_ticket
from tests.fixtures.journeys import NOW, later
from tests.fixtures.people import link_contacts, make_contact
from tests.fixtures.staff import add_member


def request(subject: str = "web hỏng", minutes: int | None = 60) -> TicketRequest:
    return TicketRequest(TicketKind.OUTAGE, subject, "chi tiết", answer_within=None if minutes is None else timedelta(minutes=minutes))


def test_open_tickets_come_by_their_time_and_closed_ones_by_their_end(store: JourneyStore, contact: str) -> None:
    with store.transaction() as session:
        slow, never, soon = (open_ticket(session, contact, request(minutes=minutes), NOW).number for minutes in (90, None, 15))
        assert [card.ticket.number for card in list_ticket_cards(session, TicketFilter())] == [soon, slow, never]
        for minute, number in enumerate((slow, soon)):
            close_ticket(session, number, later(minutes=minute))
        assert [card.ticket.number for card in list_ticket_cards(session, TicketFilter(CLOSED))] == [soon, slow]


def test_ticket_is_handed_out_and_answered_once(store: JourneyStore, contact: str) -> None:
    lan = add_member(store)
    with store.transaction() as session:
        number = open_ticket(session, contact, request(), NOW).number
        assert load_ticket_card(session, number).is_due(later(minutes=61)) and not load_ticket_card(session, number).is_due(NOW)
        assign_ticket(session, number, ("support", lan.id))
        for minute in (5, 9):
            note_answer(session, number, later(minutes=minute))
        card = load_ticket_card(session, number)

        assert (card.team, card.staff_name, card.answered_at) == ("support", "Lan", later(minutes=5))
        assert not card.is_due(later(minutes=61))
        for chosen, count in ((TicketFilter(team="support"), 1), (TicketFilter(team="sales"), 0), (TicketFilter(staff_id=lan.id), 1)):
            assert len(list_ticket_cards(session, chosen)) == count


def test_reopening_is_counted_and_only_of_closed_tickets(store: JourneyStore, contact: str) -> None:
    with store.transaction() as session:
        number = open_ticket(session, contact, request(), NOW).number
        reopen_ticket(session, number)
        close_ticket(session, number, NOW)
        reopen_ticket(session, number)
        card = load_ticket_card(session, number)

        assert (card.reopened, card.ticket.is_open, card.ticket.closed_at) == (1, True, None)


def test_merged_ticket_leaves_its_words_to_the_other_one_of_the_same_person(store: JourneyStore, contact: str) -> None:
    with store.transaction() as session:
        linked, stranger = make_contact(session, "42", channel="telegram"), make_contact(session, "v-9")
        link_contacts(session, contact, linked)
        first, second = (open_ticket(session, who, request(f"của {who}"), NOW).number for who in (contact, linked))
        foreign = open_ticket(session, stranger, request(), NOW).number
        assert list_siblings(session, load_ticket_card(session, first).ticket) == [second]
        merge_tickets(session, second, first, NOW)
        merged, target = load_ticket_card(session, second), load_ticket_card(session, first)

        assert (merged.ticket.is_open, merged.merged_into) == (False, first) and f"[{second}] của {linked}" in target.ticket.details
        for number, into in ((first, first), (first, second), (first, foreign)):
            with pytest.raises(TicketMergeError):
                merge_tickets(session, number, into, NOW)
        with pytest.raises(UnknownTicketError):
            merge_tickets(session, first, "TK-1", NOW)


def test_person_is_answered_where_the_ticket_came_from_or_where_they_are(store: JourneyStore, conversation: Conversation) -> None:
    with store.transaction() as session:
        ticket = open_ticket(session, conversation.contact_id, request(), NOW)
        assert find_conversation_of(session, ticket) == conversation.id
        assert find_conversation_of(session, open_ticket(session, make_contact(session, "v-7"), request(), NOW)) is None
