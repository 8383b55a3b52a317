"""Receives from Telegram by polling: every update is committed before the offset advances past it."""

from __future__ import annotations

import logging
from collections import Counter
from datetime import timedelta
from functools import partial

import anyio
from anyio.abc import TaskGroup
from anyio.to_thread import run_sync
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from telegram import Update
from telegram.error import Conflict, InvalidToken, TelegramError

from bot.channels.channel import DeliveryError
from bot.channels.telegram.channel import Part, TelegramChannel
from bot.channels.telegram.commands import set_menu
from bot.channels.telegram.desk_group import DeskGroup
from bot.channels.telegram.receiver import Received, skip, write_down
from bot.channels.telegram.typing_action import TypingAction
from bot.channels.telegram.words import say
from bot.services import Services
from bot.sole_worker import SoleWorker
from bot.wakeups import HANDOFFS
from journey_state.conversations import load_cursor
from journey_state.identity_links import save_account
from journey_state.store import utc_now

log = logging.getLogger(__name__)

LONG_POLL_S = 25
RETRY_S = 3.0
CONFLICT_S = 12.0
OTHER_POLLS_S = 5.0
INTRODUCE_S = 60.0
WRONG_TOKEN_S = 300.0
KINDS = ("message", "edited_message", "callback_query", "my_chat_member")
# Longer words need a box that stays.
SHORT_WORDS = 60
# An update that fails this often for another reason than the database is skipped: it would hold up all that follow.
MOST_FAILURES = 3


class TelegramUpdates:
    """What happens to every update, however it came; polls unless a webhook brings them.

    One replica polls; another program with the same token gets 409 from Telegram, as we may: then we wait and try again.
    """

    def __init__(self, services: Services, channel: TelegramChannel) -> None:
        self.services = services
        self.channel = channel
        self.group = DeskGroup(services.settings.telegram_staff_group, services.settings.telegram_staff_language)
        self._typing = TypingAction(services, channel)
        self._failures: Counter[int] = Counter()
        self._sole = SoleWorker(services.store, "telegram-updates", timedelta(seconds=3 * LONG_POLL_S))

    async def run(self) -> None:
        """Poll for the life of the server."""
        try:
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(self.introduce)
                while True:
                    await anyio.sleep(await self.poll_or_wait(tasks))
        finally:
            await self._sole.let_go()

    async def introduce(self) -> None:
        """Once Telegram can be reached: set the menu of commands, and remember our name there for links."""
        while True:
            try:
                await set_menu(self.channel.bot)
                await run_sync(self._save_name, str((await self.channel.bot.get_me()).username))
                return
            except TelegramError as error:
                log.warning("the menu of commands could not be set: %s", type(error).__name__)
            except SQLAlchemyError as error:
                log.warning("the bot's name could not be kept: %s", type(error).__name__)
            await anyio.sleep(INTRODUCE_S)

    async def poll_or_wait(self, tasks: TaskGroup, timeout_s: int = LONG_POLL_S) -> float:
        """Poll once; returns the seconds to wait before the next time."""
        try:
            if not await self._sole.is_mine():
                return OTHER_POLLS_S
            await self.poll_once(timeout_s, tasks)
        except Conflict as error:
            if "webhook" in error.message.lower():
                await self._drop_webhook()
            return CONFLICT_S
        except InvalidToken:
            log.error("Telegram refuses the token; correct DONGHANH_TELEGRAM_TOKEN and restart")
            return WRONG_TOKEN_S
        except TelegramError as error:
            log.warning("Telegram cannot be reached: %s", type(error).__name__)
        except Exception as error:
            log.error("an update could not be written down; it will be fetched again", exc_info=error)
        else:
            return 0.0
        return RETRY_S

    async def poll_once(self, timeout_s: int, tasks: TaskGroup | None = None) -> int:
        """Fetch one batch and write it down; returns how many updates it had. tasks: where typing is shown from."""
        offset = await run_sync(self._load_offset)
        updates = await self.channel.bot.get_updates(offset=offset, timeout=timeout_s, allowed_updates=KINDS)
        for update in updates:
            received = await self.commit(update, cursor=str(update.update_id + 1))
            await self.follow_up(update, received, tasks)
        return len(updates)

    async def follow_up(self, update: Update, received: Received, tasks: TaskGroup | None) -> None:
        """After the commit: wake whoever answers, show typing, stop the button's spinner. Nothing here may be lost."""
        if received.changed:
            self.services.wakeups.wake_engine()
            self.services.wakeups.notify(received.changed, received.told, HANDOFFS)
        if received.answering and tasks:
            tasks.start_soon(self._typing.show, *received.answering)
        if received.pointed:
            await self._point(*received.pointed)
        words = received.done.words if received.done else ""
        if update.callback_query:
            await self._stop_spinner(update.callback_query.id, words)
        elif received.done and words and received.done.reply_to:
            await self._reply(words, *received.done.reply_to)

    async def commit(self, update: Update, cursor: str | None = None) -> Received:
        """Write an update down; one that can never be written down is passed over. Raises what may pass."""
        try:
            return await run_sync(partial(write_down, self.services.store, update, utc_now(), self.group, cursor=cursor))
        except OperationalError:
            raise
        except Exception as error:
            self._failures[update.update_id] += 1
            if self._failures[update.update_id] < MOST_FAILURES:
                raise
            log.error("update %s is skipped", update.update_id, exc_info=error)
        del self._failures[update.update_id]
        if cursor is not None:
            await run_sync(skip, self.services.store, cursor)
        return Received()

    async def _drop_webhook(self) -> None:
        """A webhook that was set before keeps us from polling; the updates that wait stay."""
        log.warning("a webhook was set for this bot; it is taken away, because we poll")
        try:
            await self.channel.bot.delete_webhook(drop_pending_updates=False)
        except TelegramError as error:
            log.warning("the webhook could not be taken away: %s", type(error).__name__)

    def _save_name(self, name: str) -> None:
        with self.services.store.transaction() as session:
            save_account(session, self.channel.name, name)

    def _load_offset(self) -> int | None:
        with self.services.store.reading() as session:
            cursor = load_cursor(session, self.channel.name)
        return int(cursor) if cursor else None

    async def _point(self, chat_id: int, language: str) -> None:
        """Show a group our private chat; best effort, and never twice."""
        try:
            bot = await self.channel.bot.get_me()
            await self.channel.bot.send_message(chat_id, say(language, "group_pointer", link=bot.link))
        except TelegramError as error:
            log.info("a group could not be shown the private chat: %s", type(error).__name__)

    async def _stop_spinner(self, query_id: str, words: str) -> None:
        try:
            await self.channel.bot.answer_callback_query(query_id, words[:200] or None, show_alert=len(words) > SHORT_WORDS)
        except TelegramError:
            return

    async def _reply(self, words: str, chat_id: int, message_id: int) -> None:
        """Tell staff what became of their message; best effort."""
        try:
            await self.channel.send(str(chat_id), Part(words), reply_to_message_id=message_id, allow_sending_without_reply=True)
        except DeliveryError as error:
            log.info("staff could not be answered: %s", error)
