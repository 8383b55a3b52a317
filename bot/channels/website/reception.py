"""What every handler of the website's API needs: the store in a few threads, the limits, who is asking."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import anyio
import anyio.to_thread
from starlette.requests import Request

from bot.channels.website import problems
from bot.channels.website.limits import Limits
from bot.channels.website.problems import RefusedError
from bot.channels.website.requests import find_token
from bot.services import Services

COOKIE = "donghanh_visitor"
THREADS = 8

T = TypeVar("T")


class Reception:
    """Shared by all handlers of one server."""

    def __init__(self, services: Services) -> None:
        self.services = services
        self.limits = Limits(services.settings.messages_per_minute, services.settings.sessions_per_minute)
        self._threads = anyio.CapacityLimiter(THREADS)

    async def run(self, work: Callable[..., T], *arguments: Any) -> T:
        """Do a piece of database work off the event loop: work(store, *arguments)."""
        return await anyio.to_thread.run_sync(work, self.services.store, *arguments, limiter=self._threads)

    def require_token(self, request: Request) -> str:
        """The visitor's token. Raises RefusedError."""
        token = find_token(request, COOKIE)
        if not token:
            raise RefusedError(problems.UNKNOWN_SESSION)
        return token
