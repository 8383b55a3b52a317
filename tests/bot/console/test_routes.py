"""Routes: whatever goes wrong inside becomes a calm page, and the log keeps the words of customers to itself."""

from __future__ import annotations

import pytest

from bot.logs import JsonFormatter
from journey_state.store import JourneyStore
from journey_state.tables import outbox, turns
from tests.fixtures.consoles import Browser
from tests.fixtures.staff import Customer


def test_failure_is_a_calm_page_and_its_log_has_no_words(
    browser: Browser, customer: Customer, sqlite_store: JourneyStore, caplog: pytest.LogCaptureFixture
) -> None:
    turns.drop(sqlite_store.engine)
    answers = [
        browser.open(f"/conversations/{customer.conversation_id}"),
        browser.send(f"/conversations/{customer.conversation_id}/note", text=""),
    ]

    for answer in answers:
        assert answer.status_code == 500 and "Hệ thống gặp lỗi" in answer.text and "sqlite" not in answer.text.lower()
    logged = [JsonFormatter().format(record) for record in caplog.records if record.name == "bot.console.routes"]
    assert len(logged) == 2 and "OperationalError" in logged[0] and "nhân viên" not in "".join(logged)


def test_page_that_fails_hurts_no_other(browser: Browser, customer: Customer, sqlite_store: JourneyStore) -> None:
    outbox.drop(sqlite_store.engine)
    browser.open(f"/conversations/{customer.conversation_id}")

    assert browser.open("/").status_code == 200
