"""The check: a blocked network, a wrong token and a wrong webhook are told apart."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from bot.channels.telegram.check import Finding, examine
from bot.settings import Settings
from tests.fixtures.servers import find_free_port
from tests.fixtures.telegram import TOKEN, FakeTelegram

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=timezone.utc)
HOOK = "https://chat.example/telegram"


def look(telegram: FakeTelegram, **settings: Any) -> list[Finding]:
    values = {"telegram_token": TOKEN, "telegram_base_url": telegram.url, **settings}
    return asyncio.run(examine(Settings(**values), NOW))


def test_all_is_well_with_polling(telegram: FakeTelegram) -> None:
    found = look(telegram)
    assert all(finding.is_ok for finding in found)
    assert "@sen_bot" in found[0].what and "polling" in found[1].what


def test_all_is_well_with_a_webhook(telegram: FakeTelegram) -> None:
    telegram.webhook["url"] = HOOK
    assert all(finding.is_ok for finding in look(telegram, telegram_webhook_url=HOOK))


def test_without_a_token_it_says_where_to_get_one() -> None:
    [found] = asyncio.run(examine(Settings(), NOW))
    assert "BotFather" in found.remedy


def test_a_wrong_token_is_told_from_a_blocked_network(telegram: FakeTelegram) -> None:
    [found] = look(telegram, telegram_token="123456:other")
    assert "token" in found.what and "BotFather" in found.remedy


def test_an_unreachable_host_is_a_blocked_network(telegram: FakeTelegram) -> None:
    [found] = look(telegram, telegram_base_url=f"http://127.0.0.1:{find_free_port()}")
    assert "cannot be reached (ConnectError)" in found.what
    assert "DONGHANH_TELEGRAM_PROXY" in found.remedy


@pytest.mark.parametrize("status", [200, 403, 404, 502])
def test_a_page_of_the_network_is_not_taken_for_telegram(telegram: FakeTelegram, status: int) -> None:
    telegram.status = status
    [found] = look(telegram)
    assert "does not answer as Telegram does" in found.what
    assert "BotFather" not in found.remedy


@pytest.mark.parametrize("trouble, remedy", [
    ("Wrong response from the webhook: 401 Unauthorized", "secret"),
    ("Wrong response from the webhook: 404 Not Found", "proxy"),
    ("Wrong response from the webhook: 503 Service Unavailable", "database"),
    ("SSL error {error:0A000086:SSL routines::certificate verify failed}", "certificate"),
    ("Failed to resolve host: Name or service not known", "DNS"),
    ("Connection timed out", "443"), ("Connection refused", "nobody listens"), ("Something new", "log"),
])
def test_what_telegram_says_of_the_webhook_has_a_remedy(telegram: FakeTelegram, trouble: str, remedy: str) -> None:
    at = int((NOW - timedelta(minutes=5)).timestamp())
    telegram.webhook = {**telegram.webhook, "url": HOOK, "last_error_message": trouble, "last_error_date": at}
    found = look(telegram, telegram_webhook_url=HOOK)
    assert remedy in found[1].remedy


@pytest.mark.parametrize("webhook, settings, is_ok", [
    ({"url": HOOK, "last_error_message": "Connection refused", "last_error_date": int((NOW - timedelta(days=2)).timestamp())},
     {"telegram_webhook_url": HOOK}, True),
    ({"url": HOOK, "pending_update_count": 500}, {"telegram_webhook_url": HOOK}, False),
    ({"url": "https://old.example/"}, {"telegram_webhook_url": HOOK}, False),
    ({"url": "https://old.example/"}, {}, False),
])
def test_old_troubles_are_forgotten_and_other_programs_noticed(
    telegram: FakeTelegram, webhook: dict[str, Any], settings: dict[str, str], is_ok: bool,
) -> None:
    telegram.webhook = {**telegram.webhook, **webhook}
    assert look(telegram, **settings)[1].is_ok is is_ok
