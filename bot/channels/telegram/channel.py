"""Hands replies to Telegram: paced, split, with every outcome named."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import anyio
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, NetworkError, RetryAfter, TelegramError, TimedOut
from telegram.request import HTTPXRequest

from bot.channels.channel import DeliveryError
from bot.channels.telegram.texts import render_text, split_text
from bot.settings import Settings
from journey_state.messages import LoggedMessage

CHAT_INTERVAL_S = 1.05
OVERALL_INTERVAL_S = 1 / 28
DEAD_CHAT = ("chat not found", "user is deactivated", "bot was blocked", "peer_id_invalid", "chat_write_forbidden")


def create_bot(settings: Settings) -> Bot:
    """A Bot API client; the base URL may be a proxy or a test server."""
    base = settings.telegram_base_url.rstrip("/")
    return Bot(
        settings.telegram_token, base_url=f"{base}/bot", base_file_url=f"{base}/file/bot",
        request=HTTPXRequest(connection_pool_size=16, read_timeout=20, connect_timeout=10),
        get_updates_request=HTTPXRequest(connection_pool_size=1, read_timeout=40, connect_timeout=10),
    )


class Pace:
    """Holds Telegram's limits: at most one message a second to a chat and 30 a second overall."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._next_overall = 0.0
        self._next_of_chat: dict[str, float] = {}

    def reserve(self, chat: str) -> float:
        """Take the next place; returns the seconds to wait for it."""
        now = self._clock()
        at = max(now, self._next_overall, self._next_of_chat.get(chat, 0.0))
        self._next_overall = max(self._next_overall, now) + OVERALL_INTERVAL_S
        self._next_of_chat = {key: value for key, value in self._next_of_chat.items() if value > now}
        self._next_of_chat[chat] = at + CHAT_INTERVAL_S
        return at - now


class TelegramChannel:
    """The channel the outbox delivers to. Address = chat id."""

    name = "telegram"

    def __init__(self, settings: Settings) -> None:
        self.bot = create_bot(settings)
        self._pace = Pace()
        self._public_url = settings.public_url

    async def deliver(self, address: str, message: LoggedMessage) -> None:
        """Send one reply, split when it is long. Raises DeliveryError."""
        parts = split_text(render_text(message.body, self._public_url))
        for number, part in enumerate(parts):
            await anyio.sleep(self._pace.reserve(address))
            keyboard = _keyboard(message.body) if number == len(parts) - 1 else None
            await _call(self.bot.send_message, chat_id=int(address), text=part, reply_markup=keyboard)

    async def show_typing(self, address: str) -> None:
        """Say that an answer is being written; best effort."""
        try:
            await self.bot.send_chat_action(chat_id=int(address), action="typing")
        except TelegramError:
            return


async def _call(method: Callable[..., Any], **arguments: Any) -> Any:
    """Call Telegram; every failure becomes a DeliveryError that says what to do."""
    try:
        return await method(**arguments)
    except RetryAfter as error:
        wait = error.retry_after if isinstance(error.retry_after, (int, float)) else error.retry_after.total_seconds()
        raise DeliveryError("Telegram asked to wait", retry_after_s=float(wait)) from error
    except (Forbidden, ChatMigrated, InvalidToken) as error:
        raise DeliveryError(f"Telegram refuses this chat: {error.message}", permanent=True) from error
    except BadRequest as error:
        is_dead = any(sign in error.message.lower() for sign in DEAD_CHAT)
        raise DeliveryError(f"Telegram refused: {error.message}", permanent=is_dead) from error
    except (TimedOut, NetworkError) as error:
        raise DeliveryError(type(error).__name__, is_outcome_unknown=True) from error


def _keyboard(body: Any) -> InlineKeyboardMarkup | None:
    choices = [*(body.get("choices") or ()), *(card["choice"] for card in body.get("cards") or () if card.get("choice"))]
    if not choices:
        return None
    return InlineKeyboardMarkup([[InlineKeyboardButton(choice["label"], callback_data=choice["token"])] for choice in choices])
