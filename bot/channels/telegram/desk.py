"""The staff's group: shows every open handoff as a card, and what its customer goes on to write."""

from __future__ import annotations

import logging
from datetime import timedelta

from anyio.to_thread import run_sync
from telegram.error import TelegramError

from bot.channels.channel import DeliveryError
from bot.channels.telegram.channel import Part, TelegramChannel
from bot.channels.telegram.desk_cards import card_buttons, render_card, render_news
from bot.channels.telegram.desk_group import DeskGroup
from bot.services import Services
from bot.wakeups import HANDOFFS
from journey_state.desk_cards import DeskCard, list_desk_refs, note_message, release_card, settle_card, take_cards
from journey_state.store import utc_now

log = logging.getLogger(__name__)

LOOK_EVERY_S = 5.0
RETRY_AFTER = timedelta(seconds=10)


class StaffDesk:
    """Keeps the group's cards up to date. Whatever is not told yet is told after a restart."""

    def __init__(self, services: Services, channel: TelegramChannel, group: DeskGroup) -> None:
        self._services = services
        self._channel = channel
        self._group = group
        self._language = services.settings.telegram_staff_language

    async def run(self) -> None:
        """Work for the life of the server."""
        async with self._services.wakeups.watch(HANDOFFS) as bell:
            while True:
                try:
                    while await self.refresh():
                        pass
                except Exception as error:
                    log.error("the staff's group could not be told; it is tried again", exc_info=error)
                await bell.wait(LOOK_EVERY_S)

    async def refresh(self) -> int:
        """Tell the group what it does not know yet; returns how many cards were told of."""
        cards = await run_sync(self._take)
        told = [await self._tell(card) for card in cards]
        return sum(told)

    async def _tell(self, card: DeskCard) -> bool:
        try:
            ref = await self._show(card)
            for said in card.news:
                for text in render_news(card, said, self._language):
                    await self._post(card, text, ref)
        except DeliveryError as error:
            log.warning("the staff's group cannot be reached: %s", error, extra={"handoff": card.handoff_id})
            await run_sync(self._release, card)
            return False
        await run_sync(self._settle, card, ref)
        return True

    async def _show(self, card: DeskCard) -> str | None:
        """Send the card, or let its message show the new state; returns the message's id."""
        if card.handoff is None:
            await self._take_back(card)
            return card.ref
        if card.ref is None:
            text, keyboard = render_card(card, self._language), card_buttons(card, self._language)
            return str(await self._channel.send(card.place, Part(text), keyboard))
        if card.is_changed:
            await self._edit(card)
        return card.ref

    async def _post(self, card: DeskCard, text: str, ref: str | None) -> None:
        reply = {"reply_to_message_id": int(ref), "allow_sending_without_reply": True} if ref else {}
        posted = await self._channel.send(card.place, Part(text), None, **reply)
        await run_sync(self._note, card, str(posted))

    async def _edit(self, card: DeskCard) -> None:
        """Best effort: a message that cannot be edited any more keeps its old words, and its buttons answer what is true now."""
        try:
            await self._channel.bot.edit_message_text(
                render_card(card, self._language), chat_id=int(card.place), message_id=int(card.ref or 0),
                reply_markup=card_buttons(card, self._language),
            )
        except TelegramError as error:
            log.info("a card could not be edited: %s", type(error).__name__)

    async def _take_back(self, card: DeskCard) -> None:
        """The person was erased: what the group shows of them goes too, as far as Telegram lets us."""
        for ref in await run_sync(self._list_refs, card):
            try:
                await self._channel.bot.delete_message(int(card.place), int(ref))
            except TelegramError:
                await self._edit(DeskCard(**{**vars(card), "ref": ref}))

    def _take(self) -> list[DeskCard]:
        with self._services.store.transaction() as session:
            return take_cards(session, str(self._group.find_id(session)), utc_now())

    def _settle(self, card: DeskCard, ref: str | None) -> None:
        with self._services.store.transaction() as session:
            settle_card(session, card, ref, utc_now())

    def _note(self, card: DeskCard, ref: str) -> None:
        with self._services.store.transaction() as session:
            note_message(session, card.place, ref, card.conversation_id)

    def _release(self, card: DeskCard) -> None:
        with self._services.store.transaction() as session:
            release_card(session, card.handoff_id, utc_now() + RETRY_AFTER)

    def _list_refs(self, card: DeskCard) -> list[str]:
        with self._services.store.reading() as session:
            return list_desk_refs(session, card.place, card.conversation_id)
