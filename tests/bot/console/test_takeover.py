"""Takeovers are passed on, handed back with a promise, and answered by canned replies."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from bot.console.takeover import parse_day
from journey_state.conversations import BOT, load_conversation, read_messages
from journey_state.promises import list_promises
from journey_state.staff import StaffMember
from journey_state.store import JourneyStore
from tests.fixtures.consoles import CLOCK, Browser, Console
from tests.fixtures.staff import Customer, add_member


@pytest.fixture
def minh(sqlite_store: JourneyStore) -> StaffMember:
    return add_member(sqlite_store, "Minh")


@pytest.fixture
def address(browser: Browser, customer: Customer) -> str:
    """A conversation that Lan has taken over."""
    browser.send(f"/conversations/{customer.conversation_id}/claim")
    return f"/conversations/{customer.conversation_id}"


def said_last(customer: Customer) -> list[str]:
    with customer.store.reading() as session:
        return [str(row.body["text"]) for row in read_messages(session, customer.conversation_id, with_notes=True)][-2:]


def responder_of(customer: Customer) -> str:
    with customer.store.reading() as session:
        return load_conversation(session, customer.conversation_id).responder


def test_colleague_gets_the_conversation_with_a_word_about_why(
    browser: Browser, console: Console, customer: Customer, address: str, minh: StaffMember
) -> None:
    answer = browser.send(f"{address}/transfer", to=f"staff:{minh.id}", why="cần hoá đơn")

    assert answer.headers["location"] == "/console/" and responder_of(customer) == minh.id
    assert said_last(customer) == ["Minh đã vào hỗ trợ bạn.", "cần hoá đơn"]
    assert "Bạn đang trả lời" in console.visit(minh).open(address).text
    assert browser.send(f"{address}/transfer", to="team:sales").status_code == 409


def test_team_gets_the_conversation_into_its_queue(browser: Browser, customer: Customer, address: str) -> None:
    browser.send(f"{address}/transfer", to="team:billing")

    assert responder_of(customer) == BOT and "chuyển yêu cầu của bạn" in said_last(customer)[1]
    assert "cho mình gặp nhân viên" in browser.open("/?team=billing").text


@pytest.mark.parametrize("to", ["", "staff:nobody", "team:nobody"])
def test_transfer_to_nobody_changes_nothing(browser: Browser, customer: Customer, address: str, lan: StaffMember, to: str) -> None:
    assert browser.send(f"{address}/transfer", to=to).status_code == 303
    assert responder_of(customer) == lan.id


def test_promise_is_kept_shown_and_ended(browser: Browser, customer: Customer, address: str) -> None:
    browser.send(f"{address}/release", promise="giảm 10%", topic="nonsense", until="2026-03-06")
    with customer.store.reading() as session:
        [promise] = list_promises(session, customer.contact_id, CLOCK)
    assert (promise.text, promise.topic, promise.staff_name) == ("giảm 10%", "other", "Lan")
    assert "giảm 10%" in browser.open(f"{address}?view=profile").text

    browser.send(f"{address}/withdraw", promise=promise.id)
    assert "giảm 10%" not in browser.open(address).text


def test_release_without_words_promises_nothing(browser: Browser, customer: Customer, address: str) -> None:
    browser.send(f"{address}/release", promise="  ")
    with customer.store.reading() as session:
        assert list_promises(session, customer.contact_id, CLOCK) == []


@pytest.mark.parametrize(("raw", "expected"), [
    ("2026-03-06", datetime(2026, 3, 6, 16, 59, 59, tzinfo=timezone.utc)), ("", None), ("06/03/2026", None), ("2026-02-30", None),
])
def test_day_of_a_form_ends_at_midnight_in_vietnam(raw: str, expected: datetime | None) -> None:
    assert parse_day(raw) == expected


def test_canned_reply_fills_the_box_without_a_script(browser: Browser, address: str) -> None:
    assert "Dạ em chào bạn, em là Lan bên Sen Cloud." in browser.open(f"{address}?canned=hello").text.split("</textarea>")[0]
    assert browser.open(f"{address}?canned=nothing").status_code == 200


def test_customer_sees_the_member_who_answers_typing_and_nobody_else(
    browser: Browser, console: Console, customer: Customer, address: str, minh: StaffMember
) -> None:
    for visitor, seconds in ((console.visit(minh), 0), (browser, 1)):
        visitor.send("/presence", conversation=customer.conversation_id, typing="1")
        assert (console.services.wakeups.typing_left_s(customer.conversation_id) > 0) is bool(seconds)
