"""Pictures of replies: those of our own pages are read here, because Telegram may not reach us; others it fetches itself."""

from __future__ import annotations

import logging

import httpx
from starlette.types import ASGIApp

log = logging.getLogger(__name__)

LARGEST_BYTES = 10_000_000


class Pictures:
    """Reads pictures of our own pages without a network. app: the server's own."""

    def __init__(self, app: ASGIApp | None = None) -> None:
        self.app = app

    async def find(self, link: str) -> bytes | str | None:
        """The picture's bytes, or the address where Telegram may fetch it; None when it cannot be had."""
        if not link.startswith("/"):
            return link if link.startswith(("https://", "http://")) else None
        if self.app is None:
            return None
        transport = httpx.ASGITransport(app=self.app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            answer = await client.get(link)
        is_picture = answer.status_code == 200 and answer.headers.get("content-type", "").startswith("image/")
        if not is_picture or len(answer.content) > LARGEST_BYTES:
            log.warning("a picture of our own could not be read", extra={"status": answer.status_code})
            return None
        return answer.content
