"""The live path without a network: messages go through log, turn and engine, one after another, on a set clock."""

from __future__ import annotations

import asyncio
from datetime import datetime

from bot.engine.engine import Engine
from bot.turns import TurnRunner
from journey_state.consent import append_consent, mark_consent_asked
from journey_state.conversations import Conversation, accept_message, ensure_conversation, load_conversation
from journey_state.messages import InboundMessage
from journey_state.store import JourneyStore


class Rehearsal:
    """Plays conversations; `now` is the time of everything that happens and is set by the caller."""

    def __init__(self, store: JourneyStore, engine: Engine, now: datetime) -> None:
        self.store = store
        self.now = now
        self._runner = TurnRunner(store, _Nobody(), clock=lambda: self.now)
        self._runner.engine = engine
        self._runner.mailboxes = frozenset({"website", "telegram"})  # nothing leaves the log
        self._loop = asyncio.SelectorEventLoop()

    def open(self, channel: str, address: str, is_consenting: bool | None) -> Conversation:
        """Open a conversation of a new contact, with consent given, refused, or (None) undecided."""
        with self.store.transaction() as session:
            opened = load_conversation(session, ensure_conversation(session, channel, address, self.now))
            if is_consenting is not None:
                append_consent(session, opened.contact_id, is_consenting, channel=channel, now=self.now)
                mark_consent_asked(session, opened.id, self.now)
            return opened

    def say(self, inbound: InboundMessage) -> str:
        """Write a message down and run its turn; returns the message's id in the log."""
        with self.store.transaction() as session:
            accepted = accept_message(session, inbound)
        while self._loop.run_until_complete(self._runner.run_next()):
            pass
        return accepted.message_id

    def close(self) -> None:
        """End the event loop; the store stays open."""
        self._loop.close()


class _Nobody:
    """Nobody watches a rehearsal."""

    def notify(self, *keys: str) -> None:
        """Tell nobody."""

    def set_typing(self, conversation_id: str, is_typing: bool) -> None:
        """Tell nobody."""
