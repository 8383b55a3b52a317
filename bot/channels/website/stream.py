"""The event stream of one visitor: messages, typing, responder and place in the queue, resumed by seq."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any

from bot.channels.website.messages import public_message, public_responder
from bot.channels.website.problems import RefusedError
from bot.channels.website.visitors import News, Responder
from bot.wakeups import HANDOFFS, Wakeups, Watch

HEARTBEAT_S = 15.0
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
HEARTBEAT = b": still here\n\n"

ReadNews = Callable[[int], Awaitable[News]]


class VisitorStream:
    """Tells one visitor what happens in their own conversation, from `after` on.

    read_news(after): reads the log off the loop; raises RefusedError for a revoked session.
    """

    def __init__(self, wakeups: Wakeups, address: str, after: int, read_news: ReadNews) -> None:
        self._wakeups = wakeups
        self._address = address
        self._after = after
        self._read_news = read_news
        self._conversation_id: str | None = None
        self._responder: Responder | None = None
        self._place: int | None = None
        self._is_consenting = False
        self._is_typing = False
        self._ended = ""

    async def events(self) -> AsyncIterator[bytes]:
        """Yield the stream's bytes until the server stops, the session is revoked or the visitor leaves."""
        async with self._wakeups.watch(self._address) as watch:
            yield HEARTBEAT
            is_reading = True
            while not self._is_over():
                for event in await self._read(watch) if is_reading else ():
                    yield event
                for event in self._tell_typing():
                    yield event
                if self._is_over():
                    break
                is_rung = await watch.wait(self._patience_s())
                if not is_rung:
                    yield HEARTBEAT
                is_reading = watch.take_news() or not is_rung
            yield _event("end", {"reason": self._ended or "restart"})

    def _is_over(self) -> bool:
        return bool(self._ended) or self._wakeups.is_closed

    async def _read(self, watch: Watch) -> list[bytes]:
        try:
            news = await self._read_news(self._after)
        except RefusedError as refused:
            self._ended = refused.problem.code
            return []
        if news.is_reset:
            self._ended = "reset"
            return [_event("reset", {})]
        return list(self._tell(news, watch))

    def _tell(self, news: News, watch: Watch) -> Iterator[bytes]:
        if news.conversation_id is not None and news.conversation_id != self._conversation_id:
            self._conversation_id = news.conversation_id
            self._wakeups.extend(watch, news.conversation_id)
            # What was written between reading and listening must not wait for the heartbeat.
            watch.ring(is_news=True)
        if news.has_more:
            watch.ring(is_news=True)
        if news.responder != self._responder:
            self._responder = news.responder
            yield _event("responder", public_responder(news.responder))
        if news.place != self._place:
            self._place = news.place
            # The queue moves when others are claimed.
            self._wakeups.extend(watch, HANDOFFS)
            yield _event("waiting", {"position": news.place})
        if news.is_consenting != self._is_consenting:
            self._is_consenting = news.is_consenting
            yield _event("consent", {"is_granted": news.is_consenting})
        for message in news.messages:
            self._after = message.seq
            yield _event("message", public_message(message), seq=message.seq)

    def _tell_typing(self) -> Iterator[bytes]:
        is_typing = self._typing_left_s() > 0
        if is_typing != self._is_typing:
            self._is_typing = is_typing
            yield _event("typing", {"is_typing": is_typing})

    def _patience_s(self) -> float:
        return min(HEARTBEAT_S, self._typing_left_s() or HEARTBEAT_S)

    def _typing_left_s(self) -> float:
        return 0.0 if self._conversation_id is None else self._wakeups.typing_left_s(self._conversation_id)


def _event(name: str, data: dict[str, Any], seq: int | None = None) -> bytes:
    head = "" if seq is None else f"id: {seq}\n"
    return f"{head}event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n".encode()
