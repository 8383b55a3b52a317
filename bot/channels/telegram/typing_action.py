"""Shows that an answer is being written, as long as one is."""

from __future__ import annotations

import logging

import anyio
from anyio.to_thread import run_sync
from sqlalchemy.exc import SQLAlchemyError

from bot.channels.telegram.channel import TelegramChannel
from bot.services import Services
from journey_state.turns import is_being_answered

log = logging.getLogger(__name__)

# Telegram takes the sign away by itself after 5 s.
REPEAT_S = 4.0
AT_MOST = 5
MOST_CHATS = 20


class TypingAction:
    """Best effort and at most a few calls for each message: an indicator that nobody ends ends by itself."""

    def __init__(self, services: Services, channel: TelegramChannel) -> None:
        self._services = services
        self._channel = channel
        self._shown: set[str] = set()

    async def show(self, conversation_id: str, address: str) -> None:
        """Show it until the turn is closed; nothing while a staff member answers, or while many wait."""
        if address in self._shown or len(self._shown) >= MOST_CHATS:
            return
        self._shown.add(address)
        try:
            await self._repeat(conversation_id, address)
        except SQLAlchemyError as error:
            log.warning("typing is not shown: %s", type(error).__name__)
        finally:
            self._shown.discard(address)

    async def _repeat(self, conversation_id: str, address: str) -> None:
        for _ in range(AT_MOST):
            if not await run_sync(self._is_being_answered, conversation_id):
                return
            await self._channel.show_typing(address)
            await anyio.sleep(REPEAT_S)

    def _is_being_answered(self, conversation_id: str) -> bool:
        with self._services.store.reading() as session:
            return is_being_answered(session, conversation_id)
