"""The webhook: only Telegram is heard, and only what is committed is acknowledged."""

from __future__ import annotations

from typing import Any

import anyio
import httpx
import pytest
from sqlalchemy.exc import OperationalError
from starlette.applications import Starlette

from bot.channels.telegram import updates
from bot.channels.telegram.updates import MOST_FAILURES
from bot.channels.telegram.webhook import HEADER, LARGEST_BYTES, Webhook, webhook_secret
from bot.settings import Settings
from tests.fixtures.telegram import FakeTelegram
from tests.fixtures.telegram_sides import CHAT, TelegramSide

ADDRESS = "https://chat.example/hooks/telegram"


class Hooked:
    """A server with a webhook, without a network between."""

    def __init__(self, side: TelegramSide) -> None:
        self.side = side
        self.settings = Settings(**{**vars(side.services.settings), "telegram_webhook_url": ADDRESS})
        self.webhook = Webhook(self.settings, side.updates)
        self.app = Starlette(routes=[self.webhook.route])

    def post(self, content: Any, secret: str | None = None) -> int:
        async def run() -> int:
            headers = {HEADER: webhook_secret(self.settings) if secret is None else secret}
            async with httpx.AsyncClient(transport=httpx.ASGITransport(app=self.app)) as client:
                kind = {"content": content} if isinstance(content, bytes) else {"json": content}
                return (await client.post(ADDRESS, headers=headers, **kind)).status_code

        return self.side.loop.run_until_complete(run())


@pytest.fixture
def hooked(side: TelegramSide) -> Hooked:
    """The Telegram side, posted to."""
    return Hooked(side)


def update_of(telegram: FakeTelegram, text: str) -> dict[str, Any]:
    telegram.write(CHAT, text)
    return telegram.written[-1]


def test_telegram_is_told_our_address_and_posts_there(hooked: Hooked, telegram: FakeTelegram) -> None:
    side = hooked.side

    async def run() -> list[int]:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(hooked.webhook.run)
            while not telegram.webhook["url"] or not any(method == "setMyCommands" for method, _ in telegram.calls):
                await anyio.sleep(0.01)
            telegram.write(CHAT, "chào qua webhook")
            statuses = await telegram.post_updates(hooked.app)
            tasks.cancel_scope.cancel()
        return statuses

    assert side.loop.run_until_complete(run()) == [200]
    assert telegram.webhook["url"] == ADDRESS
    assert set(telegram.webhook["allowed_updates"]) == {"message", "edited_message", "callback_query", "my_chat_member"}
    assert [row.body["text"] for row in side.inbound] == ["chào qua webhook"]


@pytest.mark.parametrize("secret", ["", "wrong", "0" * 64])
def test_nobody_but_telegram_is_heard(hooked: Hooked, telegram: FakeTelegram, secret: str) -> None:
    assert hooked.post(update_of(telegram, "giả mạo"), secret) == 401
    assert hooked.side.rows == []


def test_a_repeated_update_is_acknowledged_and_changes_nothing(hooked: Hooked, telegram: FakeTelegram) -> None:
    update = update_of(telegram, "một lần thôi")
    assert [hooked.post(update) for _ in range(3)] == [200, 200, 200]
    assert len(hooked.side.inbound) == 1


def test_updates_out_of_order_are_all_kept(hooked: Hooked, telegram: FakeTelegram) -> None:
    found = [update_of(telegram, text) for text in ("một", "hai", "ba")]
    assert [hooked.post(update) for update in reversed(found)] == [200, 200, 200]
    assert sorted(row.body["text"] for row in hooked.side.inbound) == ["ba", "hai", "một"]


@pytest.mark.parametrize("content, status", [
    (b"{", 400), (b"[]", 400), (b'{"update_id": "x"}', 400), (b'{"update_id": 1, "message": 5}', 400), (b"[" * 100_000, 400),
    (b" " * (LARGEST_BYTES + 1), 413), (b'{"update_id": 1}', 200),
])
def test_what_is_no_update_is_refused_and_breaks_nothing(hooked: Hooked, content: bytes, status: int) -> None:
    assert hooked.post(content) == status


def test_an_update_is_sent_again_until_the_database_takes_it(
    hooked: Hooked, telegram: FakeTelegram, monkeypatch: pytest.MonkeyPatch,
) -> None:
    update, real, failures = update_of(telegram, "kiên trì"), updates.write_down, [OperationalError("", {}, Exception())] * 5

    def fail_first(*given: Any, **fields: Any) -> Any:
        if failures:
            raise failures.pop()
        return real(*given, **fields)

    monkeypatch.setattr(updates, "write_down", fail_first)
    assert [hooked.post(update) for _ in range(6)] == [503] * 5 + [200]
    assert len(hooked.side.inbound) == 1


def test_an_update_that_never_works_is_passed_over(hooked: Hooked, telegram: FakeTelegram, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*given: Any, **fields: Any) -> Any:
        raise ValueError("poison")

    monkeypatch.setattr(updates, "write_down", fail)
    update = update_of(telegram, "độc")
    assert [hooked.post(update) for _ in range(MOST_FAILURES)] == [503] * (MOST_FAILURES - 1) + [200]


def test_polling_takes_away_a_webhook_that_was_left(side: TelegramSide, telegram: FakeTelegram) -> None:
    telegram.webhook["url"] = "https://old.example/"
    telegram.write(CHAT, "không mất")

    async def poll() -> None:
        async with anyio.create_task_group() as tasks:
            await side.updates.poll_or_wait(tasks, 0)
            await side.updates.poll_or_wait(tasks, 0)
            tasks.cancel_scope.cancel()

    side.loop.run_until_complete(poll())
    assert [row.body["text"] for row in side.inbound] == ["không mất"]


def test_the_secret_is_the_configured_one_or_made_of_the_key(side: TelegramSide) -> None:
    settings = side.services.settings
    made = webhook_secret(settings)
    assert made == webhook_secret(settings) and len(made) == 64
    assert webhook_secret(Settings(var_folder=settings.var_folder, telegram_webhook_secret="my-own-secret-123")) == "my-own-secret-123"


def test_a_refused_registration_is_tried_again(hooked: Hooked, telegram: FakeTelegram) -> None:
    telegram.refused = {"setWebhook": "Bad Request: bad webhook: HTTPS url must be provided for webhook"}
    assert hooked.side.loop.run_until_complete(hooked.webhook.register()) > 0
    telegram.refused = {}
    assert hooked.side.loop.run_until_complete(hooked.webhook.register()) == 0
