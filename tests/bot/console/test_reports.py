"""The reports' page and its CSV."""

from __future__ import annotations

import pytest

from bot.console.reports import render_csv
from journey_state.desk_reports import ReportLine
from journey_state.staff import Role
from journey_state.store import JourneyStore
from tests.fixtures.consoles import Browser, Console
from tests.fixtures.staff import Customer, add_member


@pytest.fixture
def boss(console: Console, sqlite_store: JourneyStore) -> Browser:
    return console.visit(add_member(sqlite_store, "Hoa", Role.SUPERVISOR))


@pytest.mark.parametrize(("by", "said"), [
    ("stage", "Cân nhắc"), ("channel", "Website"), ("intent", "–"), ("staff", "Hoa"),
    ("x", "Cân nhắc"),
])
def test_page_counts_what_was_served(boss: Browser, customer: Customer, by: str, said: str) -> None:
    address = f"/conversations/{customer.conversation_id}"
    boss.send(f"{address}/claim")
    boss.send(f"{address}/reply", text="Chào bạn", key="a" * 32)
    boss.send(f"{address}/release")
    html = boss.open(f"/reports?by={by}&days=7").text

    assert said in html and "17 phút" in html


def test_csv_has_the_same_lines_and_no_formula(boss: Browser, customer: Customer) -> None:
    answer = boss.open("/reports.csv?by=channel")

    assert answer.headers["content-type"].startswith("text/csv") and answer.text.startswith("\ufeffchannel,handoffs,first_response_s")
    assert "Website,1,,,,,0" in answer.text
    assert "'=HYPERLINK" in render_csv([ReportLine("=HYPERLINK(1)", 1, None, None, None, None, 0)], "staff", "vi")


def test_reports_are_for_supervisors(browser: Browser, boss: Browser) -> None:
    assert [browser.open(path).status_code for path in ("/reports", "/reports.csv")] == [403, 403]
    assert "Chưa có lần hỗ trợ nào" in boss.open("/reports?days=999").text
