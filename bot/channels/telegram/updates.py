"""Receives from Telegram by polling: every update is committed before the offset advances past it."""

from __future__ import annotations

import logging
from datetime import datetime

import anyio
from anyio.to_thread import run_sync
from sqlalchemy.orm import Session
from telegram import Message, Update
from telegram.error import Conflict, InvalidToken, TelegramError

from bot.channels.inbound_text import clean_text
from bot.channels.telegram.channel import TelegramChannel
from bot.services import Services
from journey_state.conversations import accept_message, accept_wordless, load_cursor, save_cursor
from journey_state.errors import UnknownChoiceError
from journey_state.messages import InboundMessage, Reply
from journey_state.store import utc_now

log = logging.getLogger(__name__)

LONG_POLL_S = 25
RETRY_S = 3.0
WRONG_TOKEN_S = 300.0
KINDS = ["message", "callback_query"]
# What a command means in words: it is answered as if the contact had typed them.
COMMANDS = {
    "/start": "xin chào", "/help": "bên mình có những dịch vụ gì", "/staff": "cho mình gặp nhân viên", "/language": "đổi ngôn ngữ",
    "/privacy": "shop lưu những dữ liệu gì của tôi", "/forget": "xoá dữ liệu của tôi",
}
KNOWN_KINDS = ("text", "photo", "voice", "video", "video_note", "audio", "sticker", "document", "location", "contact")
NO_WORDS = {
    "vi": "Mình đã nhận được, nhưng chỉ đọc được chữ thôi ạ. Bạn nhắn bằng chữ giúp mình, hoặc gõ \"gặp nhân viên\" để có người xem nhé.",
    "en": "I've received it, but I can only read text. Please describe it in words, or type \"human\" to have someone look at it.",
}


class TelegramUpdates:
    """One poller. Two at once get 409 from Telegram; the one refused waits and tries again."""

    def __init__(self, services: Services, channel: TelegramChannel) -> None:
        self.services = services
        self.channel = channel

    async def run(self) -> None:
        """Poll for the life of the server."""
        while True:
            wait = 0.0
            try:
                await self.poll_once(LONG_POLL_S)
            except Conflict:
                wait = RETRY_S * 4
            except InvalidToken:
                log.error("Telegram refuses the token; correct DONGHANH_TELEGRAM_TOKEN and restart")
                wait = WRONG_TOKEN_S
            except TelegramError as error:
                log.warning("Telegram cannot be reached: %s", type(error).__name__)
                wait = RETRY_S
            except Exception as error:
                log.error("an update could not be written down; it will be fetched again", exc_info=error)
                wait = RETRY_S
            await anyio.sleep(wait)

    async def poll_once(self, timeout_s: int) -> int:
        """Fetch one batch and write it down; returns how many updates it had."""
        offset = await run_sync(self._load_offset)
        updates = await self.channel.bot.get_updates(offset=offset, timeout=timeout_s, allowed_updates=KINDS)
        for update in updates:
            address = await run_sync(self._write_down, update)
            self.services.wakeups.wake_engine()
            if address:
                await self.channel.show_typing(address)
            await self._acknowledge(update)
        return len(updates)

    def _load_offset(self) -> int | None:
        with self.services.store.reading() as session:
            cursor = load_cursor(session, self.channel.name)
        return int(cursor) if cursor else None

    def _write_down(self, update: Update) -> str | None:
        """Write an update and the offset after it in one transaction; returns the chat to answer."""
        inbound = read_update(update, utc_now())
        with self.services.store.transaction() as session:
            if inbound is not None:
                _accept(session, inbound)
            save_cursor(session, self.channel.name, str(update.update_id + 1))
        return inbound.address if inbound else None

    async def _acknowledge(self, update: Update) -> None:
        """Stop the button's spinner; best effort."""
        if update.callback_query is None:
            return
        try:
            await self.channel.bot.answer_callback_query(update.callback_query.id)
        except TelegramError:
            return


def read_update(update: Update, now: datetime) -> InboundMessage | None:
    """Turn an update into an inbound message; None for what we do not answer (groups, other kinds)."""
    query = update.callback_query
    message = query.message if query else update.message
    if message is None or message.chat.type != "private":
        return None
    sender = query.from_user if query else update.message.from_user if update.message else None
    details = {"language": (sender.language_code or "")[:2] if sender else "", "kind": _kind(message) if not query else "button"}
    text = "" if query or not isinstance(message, Message) else _words(message)
    return InboundMessage(
        channel="telegram", address=str(message.chat.id), channel_message_id=f"u{update.update_id}", text=text,
        received_at=now, choice_token=query.data if query else None, details=details,
    )


def _words(message: Message) -> str:
    text = clean_text(message.text or message.caption or "")
    return COMMANDS.get(text.split("@")[0].split(" ")[0].lower(), text) if text.startswith("/") else text


def _kind(message: object) -> str:
    return next((kind for kind in KNOWN_KINDS if getattr(message, kind, None)), "other")


def _accept(session: Session, inbound: InboundMessage) -> None:
    """Write a message down; one without words is answered by a request for some, a dead button by nothing."""
    if not inbound.text and not inbound.choice_token:
        language = "en" if inbound.details.get("language") == "en" else "vi"
        accept_wordless(session, inbound, Reply(NO_WORDS[language], language=language))
        return
    try:
        accept_message(session, inbound)
    except UnknownChoiceError:
        log.info("a button of an erased conversation was pressed")
