"""Event streams that tell an open page when to fetch itself again. They carry no data of anybody."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable

import anyio

# The key under which writers of handoffs notify; the streams of the lists listen to it.
from bot.wakeups import Wakeups

HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
# How often to look unasked: whoever forgot to notify, or another replica, costs this long.
CHECK_S = 5.0
# A busy log is told of at most this often.
REST_S = 0.4
STILL_HERE = b": still here\n\n"

ReadVersion = Callable[[], Awaitable[str | None]]


class PageStream:
    """Says `news` whenever the version of what a page shows is another than the one it has.

    seen: the version on the page. read_version: reads the store off the loop; None when the session ended.
    """

    def __init__(self, wakeups: Wakeups, key: str, seen: str, read_version: ReadVersion) -> None:
        self._wakeups = wakeups
        self._key = key
        self._seen = seen
        self._read_version = read_version

    async def events(self) -> AsyncIterator[bytes]:
        """Yield the stream's bytes until the server stops, the session ends or the page is closed."""
        async with self._wakeups.watch(self._key) as watch:
            yield STILL_HERE
            while not self._wakeups.is_closed:
                version = await self._read_version()
                if version is None:
                    break
                yield self._tell(version)
                await anyio.sleep(REST_S)
                await watch.wait(CHECK_S)
        yield b"event: end\ndata: {}\n\n"

    def _tell(self, version: str) -> bytes:
        if version == self._seen:
            return STILL_HERE
        self._seen = version
        return f'event: news\ndata: {{"version": "{version}"}}\n\n'.encode()
