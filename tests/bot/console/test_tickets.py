"""Tickets' pages: list, one ticket, hand out, answer, merge, close, reopen."""

from __future__ import annotations

from datetime import timedelta

import pytest

from journey_state.conversations import read_messages
from journey_state.handoffs import claim_conversation
from journey_state.staff import StaffMember
from journey_state.store import JourneyStore
from journey_state.ticket_desk import load_ticket_card
from journey_state.tickets import Ticket, TicketKind, TicketRequest, open_ticket
from tests.fixtures.consoles import CLOCK, Browser, key_of
from tests.fixtures.journeys import NOW
from tests.fixtures.staff import Customer, add_member


@pytest.fixture
def ticket(customer: Customer) -> Ticket:
    """A ticket that was to be answered five minutes ago."""
    with customer.store.transaction() as session:
        wanted = TicketRequest(
            TicketKind.OUTAGE, "web <b>hỏng</b>", answer_within=timedelta(minutes=15), conversation_id=customer.conversation_id
        )
        return open_ticket(session, customer.contact_id, wanted, NOW)


def texts(customer: Customer) -> list[str]:
    with customer.store.reading() as session:
        return [str(row.body["text"]) for row in read_messages(session, customer.conversation_id)]


def test_list_tells_what_is_late_and_who_has_it(browser: Browser, ticket: Ticket, lan: StaffMember) -> None:
    html = browser.open("/tickets").text
    assert ticket.number in html and "quá hẹn 5 phút" in html and "web &lt;b&gt;hỏng" in html
    browser.send(f"/tickets/{ticket.number}/assign", to=f"staff:{lan.id}")
    assert ticket.number in browser.open("/tickets?mine=1").text and ticket.number not in browser.open("/tickets?team=sales").text


def test_answer_reaches_the_customer_once_and_stops_the_clock(browser: Browser, ticket: Ticket, customer: Customer) -> None:
    key = key_of(browser.open(f"/tickets/{ticket.number}").text)
    for _ in range(2):
        assert browser.send(f"/tickets/{ticket.number}/answer", text="Đã sửa xong ạ", key=key).status_code == 303

    assert texts(customer).count(f"[{ticket.number}] Đã sửa xong ạ") == 1
    assert "đã trả lời" in browser.open("/tickets").text
    assert browser.send(f"/tickets/{ticket.number}/answer", text=" ").status_code == 422


def test_answer_waits_while_a_colleague_talks_with_the_customer(browser: Browser, ticket: Ticket, customer: Customer) -> None:
    minh = add_member(customer.store, "Minh")
    with customer.store.transaction() as session:
        claim_conversation(session, customer.conversation_id, minh.id, CLOCK)
    answer = browser.send(f"/tickets/{ticket.number}/answer", text="Đã sửa")

    assert answer.status_code == 409 and "Đã sửa</textarea>" in answer.text and not any("Đã sửa" in text for text in texts(customer))


def test_ticket_is_closed_reopened_and_merged(browser: Browser, ticket: Ticket, customer: Customer, sqlite_store: JourneyStore) -> None:
    address = f"/tickets/{ticket.number}"
    browser.send(f"{address}/close")
    assert ticket.number in browser.open("/tickets?state=closed").text
    browser.send(f"{address}/reopen")
    assert "mở lại 1 lần" in browser.open(address).text
    with sqlite_store.transaction() as session:
        other = open_ticket(session, customer.contact_id, TicketRequest(TicketKind.OTHER, "chuyện khác"), NOW)
    assert other.number in browser.open(address).text
    assert browser.send(f"{address}/merge", into=other.number).headers["location"] == f"/console/tickets/{other.number}"
    assert browser.send(f"{address}/merge", into="TK-1").status_code == 422
    with sqlite_store.reading() as session:
        assert load_ticket_card(session, ticket.number).merged_into == other.number


@pytest.mark.parametrize("path", ["", "/close", "/answer", "/assign"])
def test_ticket_there_is_not_is_said_so(browser: Browser, path: str) -> None:
    answer = browser.send(f"/tickets/TK-1{path}", text="x", to="team:sales") if path else browser.open("/tickets/TK-1")

    assert answer.status_code == 404
