"""Tickets: numbered, with a priority and a time to answer by, seen by their own person only."""

from __future__ import annotations

from datetime import timedelta

import pytest

from journey_state.errors import UnknownTicketError
from journey_state.store import JourneyStore
from journey_state.tickets import (
    Priority,
    TicketKind,
    TicketRequest,
    append_detail,
    choose_priority,
    close_ticket,
    list_tickets,
    load_ticket,
    open_ticket,
)
from tests.fixtures.journeys import NOW, later
from tests.fixtures.people import link_contacts, make_contact
from tests.fixtures.threads import run_together

OUTAGE = TicketRequest(
    TicketKind.OUTAGE, "Web báo lỗi 500", "từ sáng nay", Priority.URGENT, timedelta(minutes=15), conversation_id="c-1", message_id="m-1",
)
QUESTION = TicketRequest(TicketKind.HOW_TO, "Đổi phiên bản PHP")


def test_ticket_holds_what_was_asked_and_by_when_it_is_answered(store: JourneyStore, contact: str) -> None:
    with store.transaction() as session:
        ticket = open_ticket(session, contact, OUTAGE, NOW)

    assert ticket.number == "TK-10001"
    assert (ticket.kind, ticket.priority, ticket.state) == ("outage", "urgent", "open")
    assert (ticket.subject, ticket.details, ticket.conversation_id) == ("Web báo lỗi 500", "từ sáng nay", "c-1")
    assert ticket.due_at == later(minutes=15)
    assert not ticket.is_late(later(minutes=15))
    assert ticket.is_late(later(minutes=16))


def test_ticket_without_a_promise_is_never_late(store: JourneyStore, contact: str) -> None:
    with store.transaction() as session:
        ticket = open_ticket(session, contact, QUESTION, NOW)

    assert ticket.due_at is None
    assert not ticket.is_late(later(days=400))


def test_same_message_opens_one_ticket(store: JourneyStore, contact: str) -> None:
    with store.transaction() as session:
        assert open_ticket(session, contact, OUTAGE, NOW) == open_ticket(session, contact, OUTAGE, later(seconds=9))
        assert open_ticket(session, contact, QUESTION, NOW).number == "TK-10002"


def test_long_subject_is_cut_not_refused(store: JourneyStore, contact: str) -> None:
    with store.transaction() as session:
        assert len(open_ticket(session, contact, TicketRequest(TicketKind.OTHER, "ố" * 500), NOW).subject) == 200


@pytest.mark.parametrize("kind, plan, priority", [
    (TicketKind.OUTAGE, {}, Priority.URGENT),
    (TicketKind.OUTAGE, {"has_free_plan": True}, Priority.URGENT),
    (TicketKind.COMPLAINT, {}, Priority.HIGH),
    (TicketKind.BILLING, {"has_free_plan": True}, Priority.HIGH),
    (TicketKind.HOW_TO, {"has_priority_plan": True}, Priority.HIGH),
    (TicketKind.HOW_TO, {}, Priority.NORMAL),
    (TicketKind.HOW_TO, {"has_free_plan": True}, Priority.LOW),
])
def test_priority_follows_kind_and_plan(kind: TicketKind, plan: dict[str, bool], priority: Priority) -> None:
    assert choose_priority(kind, **plan) is priority


def test_ticket_is_found_by_its_own_person_in_any_spelling(store: JourneyStore, contact: str) -> None:
    with store.transaction() as session:
        telegram = make_contact(session, "42", channel="telegram")
        link_contacts(session, telegram, contact)
        ticket = open_ticket(session, contact, QUESTION, NOW)

        assert load_ticket(session, telegram, ticket.number.lower()) == ticket


def test_ticket_of_somebody_else_reads_like_none_at_all(store: JourneyStore, contact: str) -> None:
    with store.transaction() as session:
        ticket = open_ticket(session, contact, QUESTION, NOW)
        stranger = make_contact(session, "visitor-2")

        for number in (ticket.number, "TK-99999"):
            with pytest.raises(UnknownTicketError, match=f"has no ticket {number}"):
                load_ticket(session, stranger, number)
        assert list_tickets(session, stranger) == []


def test_tickets_are_listed_newest_first_and_open_ones_alone(store: JourneyStore, contact: str) -> None:
    with store.transaction() as session:
        first = open_ticket(session, contact, QUESTION, NOW)
        second = open_ticket(session, contact, OUTAGE, later(hours=1))
        close_ticket(session, first.number, later(hours=2))

        assert [ticket.number for ticket in list_tickets(session, contact)] == [second.number, first.number]
        assert [ticket.number for ticket in list_tickets(session, contact, only_open=True)] == [second.number]


def test_closing_twice_keeps_the_first_time(store: JourneyStore, contact: str) -> None:
    with store.transaction() as session:
        ticket = open_ticket(session, contact, QUESTION, NOW)
        close_ticket(session, ticket.number, later(hours=1))

        assert close_ticket(session, ticket.number, later(hours=5)).closed_at == later(hours=1)
        with pytest.raises(UnknownTicketError):
            close_ticket(session, "TK-1", NOW)


def test_new_detail_opens_a_closed_ticket_again(store: JourneyStore, contact: str) -> None:
    with store.transaction() as session:
        ticket = open_ticket(session, contact, OUTAGE, NOW)
        close_ticket(session, ticket.number, later(hours=1))
        again = append_detail(session, contact, ticket.number, "vẫn lỗi như cũ")

        assert again.is_open
        assert again.closed_at is None
        assert again.details == "từ sáng nay\nvẫn lỗi như cũ"
        with pytest.raises(UnknownTicketError):
            append_detail(session, make_contact(session, "visitor-2"), ticket.number, "x")


def test_twenty_people_at_once_get_twenty_numbers(store: JourneyStore) -> None:
    with store.transaction() as session:
        people = [make_contact(session, f"visitor-{number}") for number in range(20)]

    def ask(number: int) -> str:
        with store.transaction() as session:
            return open_ticket(session, people[number], TicketRequest(TicketKind.OTHER, "?", message_id=f"r-{number}"), NOW).number

    assert len(set(run_together(20, ask))) == 20


def test_message_that_arrives_in_ten_replicas_opens_one_ticket(store: JourneyStore, contact: str) -> None:
    def ask(_: int) -> str:
        with store.transaction() as session:
            return open_ticket(session, contact, OUTAGE, NOW).number

    assert len(set(run_together(10, ask))) == 1
