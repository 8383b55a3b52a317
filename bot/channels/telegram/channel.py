"""Hands replies to Telegram: paced, split, with every outcome named."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import anyio
import httpx
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions
from telegram.error import BadRequest, ChatMigrated, Forbidden, NetworkError, RetryAfter, TelegramError
from telegram.request import HTTPXRequest

from bot.channels.channel import DeliveryError
from bot.channels.telegram.pace import Pace
from bot.channels.telegram.pictures import Pictures
from bot.channels.telegram.texts import MOST_CAPTION_UNITS, count_units, render_text, split_text, whole_link
from bot.settings import Settings
from journey_state.messages import LoggedMessage

CONNECTIONS = 64
WRONG_TOKEN_S = 60.0
DEAD_CHAT = ("chat not found", "user is deactivated", "bot was blocked", "peer_id_invalid", "chat_write_forbidden", "not enough rights")
# The request never left: nothing can arrive twice.
_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


@dataclass(frozen=True)
class Part:
    """One call: a text, or a picture with its caption. link: what is sent instead of a picture that Telegram refuses."""

    text: str
    picture: bytes | str | None = None
    link: str = ""


def create_bot(settings: Settings) -> Bot:
    """A Bot API client; the base URL may be a mirror or a test server."""
    base, proxy = settings.telegram_base_url.rstrip("/"), settings.telegram_proxy or None
    return Bot(
        settings.telegram_token, base_url=f"{base}/bot", base_file_url=f"{base}/file/bot",
        request=HTTPXRequest(connection_pool_size=CONNECTIONS, read_timeout=20, connect_timeout=10, pool_timeout=30, proxy=proxy),
        get_updates_request=HTTPXRequest(connection_pool_size=1, read_timeout=40, connect_timeout=10, proxy=proxy),
    )


class TelegramChannel:
    """The channel the outbox delivers to. Address = chat id."""

    name = "telegram"

    def __init__(self, settings: Settings, pictures: Pictures | None = None) -> None:
        self.bot = create_bot(settings)
        self.pace = Pace()
        self._pictures = pictures or Pictures()
        self._public_url = settings.public_url
        # Of a reply in several parts, how many arrived: a refused part does not bring the ones before it again.
        self._arrived: dict[str, int] = {}

    async def deliver(self, address: str, message: LoggedMessage) -> None:
        """Send one reply, in as many parts as it takes, the buttons below the last. Raises DeliveryError."""
        parts, keyboard = await self._compose(message.body), _keyboard(message.body)
        for number in range(self._arrived.get(message.id, 0), len(parts)):
            is_last = number == len(parts) - 1
            await self.send(address, parts[number], keyboard if is_last else None)
            self._arrived[message.id] = number + 1
        self._arrived.pop(message.id, None)

    async def send(self, address: str, part: Part, keyboard: InlineKeyboardMarkup | None = None, **fields: Any) -> int:
        """Make one call when the limits allow it; returns Telegram's id of the message. Raises DeliveryError."""
        await anyio.sleep(self.pace.reserve(address))
        try:
            return await self._send(int(address), part, {"reply_markup": keyboard, **fields})
        except DeliveryError as error:
            if error.retry_after_s is not None:
                self.pace.hold(address, error.retry_after_s)
            raise

    async def show_typing(self, address: str) -> None:
        """Say that an answer is being written; best effort."""
        try:
            await self.bot.send_chat_action(chat_id=int(address), action="typing")
        except TelegramError:
            return

    async def _send(self, chat_id: int, part: Part, fields: Mapping[str, Any]) -> int:
        if part.picture is None:
            return await _call(self.bot.send_message, chat_id=chat_id, text=part.text, link_preview_options=_NO_PREVIEW, **fields)
        try:
            return await _call(self.bot.send_photo, chat_id=chat_id, photo=part.picture, caption=part.text or None, **fields)
        except DeliveryError as error:
            if not error.is_refused:
                raise
            words = "\n\n".join(words for words in (part.text, part.link) if words)
            return await _call(self.bot.send_message, chat_id=chat_id, text=words, link_preview_options=_NO_PREVIEW, **fields)

    async def _compose(self, body: Mapping[str, Any]) -> list[Part]:
        text, image = render_text(body, self._public_url), str(body.get("image_url") or "")
        picture = await self._pictures.find(image) if image else None
        link = whole_link(image, self._public_url)
        if picture is None:
            words = "\n\n".join(words for words in (text, link) if words) or "…"
            return [Part(part) for part in split_text(words)]
        if count_units(text) <= MOST_CAPTION_UNITS:
            return [Part(text, picture, link)]
        return [*(Part(part) for part in split_text(text)), Part("", picture, link)]


async def _call(method: Callable[..., Any], **arguments: Any) -> int:
    """Call Telegram; every failure becomes a DeliveryError that says what to do."""
    try:
        return int((await method(**arguments)).message_id)
    except RetryAfter as error:
        wait = error.retry_after if isinstance(error.retry_after, (int, float)) else error.retry_after.total_seconds()
        raise DeliveryError("Telegram asked to wait", retry_after_s=float(wait)) from error
    except (Forbidden, ChatMigrated) as error:
        # Where a network blocks Telegram, a page of its own may say 403: that is no word about the chat.
        is_telegrams = not isinstance(error.__cause__, TelegramError)
        raise DeliveryError(f"Telegram refuses this chat: {error.message}"[:200], permanent=is_telegrams) from error
    except BadRequest as error:
        is_dead = any(sign in error.message.lower() for sign in DEAD_CHAT)
        raise DeliveryError(f"Telegram refused: {error.message}", permanent=is_dead, is_refused=not is_dead) from error
    except NetworkError as error:
        was_sent = not isinstance(error.__cause__, _NOT_SENT)
        raise DeliveryError(type(error.__cause__ or error).__name__, is_outcome_unknown=was_sent) from error
    except TelegramError as error:  # a revoked token, above all: what waits is delivered once it is corrected
        raise DeliveryError(type(error).__name__, retry_after_s=WRONG_TOKEN_S) from error


def _keyboard(body: Mapping[str, Any]) -> InlineKeyboardMarkup | None:
    choices = [*(body.get("choices") or ()), *(card["choice"] for card in body.get("cards") or () if card.get("choice"))]
    if not choices:
        return None
    return InlineKeyboardMarkup([[InlineKeyboardButton(choice["label"], callback_data=choice["token"])] for choice in choices])
