"""The first page: clock, unread, filters, assignment, who is there."""

from __future__ import annotations

import re

import pytest

from bot.console.queue import parse_target
from journey_state.desk_settings import load_default_settings
from journey_state.presence import Availability
from journey_state.staff import StaffMember
from journey_state.store import JourneyStore
from tests.fixtures.consoles import Browser, Console
from tests.fixtures.staff import Customer, add_member, make_understanding


def words(html: str) -> str:
    """What a person reads of some HTML."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_card_tells_clock_unread_mood_and_team(browser: Browser, sqlite_store: JourneyStore) -> None:
    customer = Customer(sqlite_store)
    customer.say("sao mãi chưa xong", "Dạ", understanding={**make_understanding(), "emotion": -0.7})
    customer.ask_for_human(minute=5.5)
    html = words(browser.open("/").text)

    for said in ("1 tin chưa đọc", "còn 15 phút", "Đang bực", "Kinh doanh"):
        assert said in html
    browser.open(f"/conversations/{customer.conversation_id}")
    assert "tin chưa đọc" not in words(browser.open("/").text)


def test_broken_promise_is_called_late(browser: Browser, sqlite_store: JourneyStore) -> None:
    customer = Customer(sqlite_store)
    customer.write("alo")
    customer.ask_for_human(minute=0, stage="decision")

    assert "quá hẹn 5 phút" in words(browser.open("/").text)


@pytest.mark.parametrize(("query", "is_shown"), [
    ("", True), ("team=sales", True), ("team=support", False), ("stage=consideration", True), ("channel=telegram", False),
    ("mine=1", False), ("team=<script>", False),
])
def test_filters_are_kept_in_the_address(browser: Browser, customer: Customer, query: str, is_shown: bool) -> None:
    html = browser.open(f"/?{query}").text

    assert ("cho mình gặp nhân viên" in html) is is_shown and "<script>" not in html.replace("<script src", "")
    assert "1 khách đang chờ" in html


def test_handoff_is_assigned_to_a_person_and_to_a_team(browser: Browser, customer: Customer, lan: StaffMember) -> None:
    address = f"/conversations/{customer.conversation_id}/assign"
    assert browser.send(address, to=f"staff:{lan.id}", next="/console/?mine=1").headers["location"] == "/console/?mine=1"
    assert "giao cho Lan" in words(browser.open("/?mine=1").text)
    browser.send(address, to="team:billing")
    assert "Thanh toán và gia hạn Website" in words(browser.open("/").text)
    browser.send(address, to="staff:nobody")
    assert "Thanh toán và gia hạn Website" in words(browser.open("/").text)


def test_assigning_what_was_handed_back_changes_nothing(browser: Browser, sqlite_store: JourneyStore) -> None:
    customer = Customer(sqlite_store)
    customer.write("alo")

    assert browser.send(f"/conversations/{customer.conversation_id}/assign", to="team:sales").status_code == 303


def test_target_of_a_form_must_exist() -> None:
    desk, people = load_default_settings(), [Availability("s-1", "Lan", "online")]

    assert parse_target(desk, people, "team:sales") == ("sales", "")
    assert parse_target(desk, people, "staff:s-1") == ("", "s-1")
    assert [parse_target(desk, people, raw) for raw in ("team:x", "staff:x", "", "sales")] == [None] * 4


def test_away_is_said_and_taken_back(browser: Browser) -> None:
    assert browser.send("/away", away="1", next="/console/").status_code == 303
    assert "Bạn đang vắng mặt" in browser.open("/").text and "Lan vắng mặt" in words(browser.open("/").text)
    browser.send("/away", away="0")
    assert "Bạn đang vắng mặt" not in browser.open("/").text


def test_open_page_makes_its_reader_online_and_learns_who_waits(browser: Browser, customer: Customer) -> None:
    answer = browser.send("/presence")

    assert len(answer.json()["waiting"]) == 1
    assert "Lan đang trực" in words(browser.open("/").text)


def test_colleagues_see_who_views_and_types(browser: Browser, console: Console, customer: Customer, sqlite_store: JourneyStore) -> None:
    minh, address = console.visit(add_member(sqlite_store, "Minh")), f"/conversations/{customer.conversation_id}"
    assert "đang xem" not in browser.open(address).text
    minh.send("/presence", conversation=customer.conversation_id)
    assert "Minh đang xem" in browser.open(address).text
    minh.send("/presence", conversation=customer.conversation_id, typing="1")
    assert "Minh đang viết" in browser.open(address).text
    assert "Minh đang viết" not in minh.open(address).text
    assert minh.send("/presence", conversation="nowhere").status_code == 404
