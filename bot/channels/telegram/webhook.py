"""Receives from Telegram by webhook: an update is committed before it is acknowledged."""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
from urllib.parse import urlsplit

import anyio
from anyio.abc import TaskGroup
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from telegram import Update
from telegram.error import InvalidToken, TelegramError

from bot.channels.telegram.updates import KINDS, RETRY_S, WRONG_TOKEN_S, TelegramUpdates
from bot.settings import Settings, ensure_secret_key

log = logging.getLogger(__name__)

HEADER = "X-Telegram-Bot-Api-Secret-Token"
LARGEST_BYTES = 1_000_000
AT_ONCE = 20


def webhook_path(settings: Settings) -> str:
    """The path of our own that Telegram posts to."""
    return urlsplit(settings.telegram_webhook_url).path or "/"


def webhook_secret(settings: Settings) -> str:
    """What Telegram proves itself by: the configured secret, or one made of the signing key."""
    made = hmac.new(ensure_secret_key(settings).encode(), b"telegram-webhook", hashlib.sha256).hexdigest()
    return settings.telegram_webhook_secret or made


class Webhook:
    """POST from Telegram → log. 200 only after the commit; on 503 Telegram sends the update again."""

    def __init__(self, settings: Settings, updates: TelegramUpdates) -> None:
        self._settings = settings
        self._updates = updates
        self._secret = webhook_secret(settings)
        self._tasks: TaskGroup | None = None
        self.route = Route(webhook_path(settings), self.receive, methods=["POST"])

    async def run(self) -> None:
        """Tell Telegram our address, again until it listens; then be there for what follows each update."""
        async with anyio.create_task_group() as self._tasks:
            self._tasks.start_soon(self._updates.introduce)
            while (wait := await self.register()) > 0:
                await anyio.sleep(wait)
            await anyio.sleep_forever()

    async def register(self) -> float:
        """Set the webhook; returns the seconds to wait before trying again, 0 when it stands."""
        try:
            await self._updates.channel.bot.set_webhook(
                self._settings.telegram_webhook_url, secret_token=self._secret, allowed_updates=KINDS, max_connections=AT_ONCE,
            )
        except InvalidToken:
            log.error("Telegram refuses the token; correct DONGHANH_TELEGRAM_TOKEN and restart")
            return WRONG_TOKEN_S
        except TelegramError as error:
            log.warning("the webhook could not be set: %s; `donghanh telegram check` says why", error.message)
            return RETRY_S
        return 0.0

    async def receive(self, request: Request) -> Response:
        """One update. Whoever does not know the secret learns nothing."""
        given = request.headers.get(HEADER, "")
        if not hmac.compare_digest(given.encode(), self._secret.encode()):
            return Response(status_code=401)
        body = bytearray()
        async for chunk in request.stream():
            body += chunk
            if len(body) > LARGEST_BYTES:
                return Response(status_code=413)
        update = _parse(bytes(body))
        return Response(status_code=400) if update is None else await self._commit(update)

    async def _commit(self, update: Update) -> Response:
        try:
            received = await self._updates.commit(update)
        except Exception as error:
            log.error("an update could not be written down; Telegram will send it again", exc_info=error)
            return Response(status_code=503)
        if self._tasks is not None:
            self._tasks.start_soon(self._updates.follow_up, update, received, self._tasks)
        return Response(status_code=200)


def _parse(body: bytes) -> Update | None:
    try:
        raw = json.loads(body)
        return Update.de_json(raw) if isinstance(raw, dict) and isinstance(raw.get("update_id"), int) else None
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
