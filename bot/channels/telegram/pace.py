"""Telegram's limits: 1 message a second to a chat, 20 a minute to a group, 30 a second overall."""

from __future__ import annotations

import time
from bisect import insort
from collections.abc import Callable

CHAT_INTERVAL_S = 1.05
GROUP_INTERVAL_S = 3.05
OVERALL_INTERVAL_S = 1 / 28


class Pace:
    """Gives every message its moment: never two of one chat, nor any two at all, closer than the limits allow."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._taken: list[float] = []
        self._next_of_chat: dict[str, float] = {}

    def reserve(self, chat: str) -> float:
        """Take the next free moment; returns the seconds to wait for it."""
        now = self._clock()
        self._forget_before(now)
        at = self._find_gap(max(now, self._next_of_chat.get(chat, 0.0)))
        insort(self._taken, at)
        self._next_of_chat[chat] = at + (GROUP_INTERVAL_S if chat.startswith("-") else CHAT_INTERVAL_S)
        return at - now

    def hold(self, chat: str, wait_s: float) -> None:
        """Telegram asked to wait: nothing goes to this chat meanwhile."""
        self._next_of_chat[chat] = max(self._next_of_chat.get(chat, 0.0), self._clock() + wait_s)

    def _find_gap(self, at: float) -> float:
        for taken in self._taken:
            if taken >= at + OVERALL_INTERVAL_S:
                break
            if taken > at - OVERALL_INTERVAL_S:
                at = taken + OVERALL_INTERVAL_S
        return at

    def _forget_before(self, now: float) -> None:
        self._taken = [at for at in self._taken if at > now - OVERALL_INTERVAL_S]
        self._next_of_chat = {chat: at for chat, at in self._next_of_chat.items() if at > now}
