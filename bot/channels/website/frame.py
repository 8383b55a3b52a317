"""The widget alone on a page, for a frame on a third party's site; only named origins may show it and speak with it."""

from __future__ import annotations

from html import escape

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response

from bot.settings import Settings

PAGE = """<!doctype html>
<html lang="{language}" data-host="{host}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{name}</title>
<script type="module" src="frame.js"></script>
<dong-hanh-chat name="{name}" colour="{colour}"></dong-hanh-chat>
</html>
"""
CSP = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; img-src 'self' https: data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors {host}"
)
HEADERS = {"Referrer-Policy": "no-referrer", "X-Content-Type-Options": "nosniff", "Cache-Control": "no-cache"}


class FramePage:
    """GET /widget/frame?host=<origin of the page around it>&lang=vi"""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._origins = frozenset(settings.embed_origins.split())

    async def get(self, request: Request) -> Response:
        """The page for one named origin, which alone may frame it; 403 for any other."""
        host = request.query_params.get("host", "")
        if host not in self._origins:
            refusal = "This site is not among DONGHANH_EMBED_ORIGINS.\n"
            return PlainTextResponse(refusal, status_code=403, headers={"X-Frame-Options": "DENY"})
        language = "en" if request.query_params.get("lang") == "en" else "vi"
        html = PAGE.format(language=language, host=escape(host), name=escape(self._settings.name), colour=escape(self._settings.colour))
        return HTMLResponse(html, headers={**HEADERS, "Content-Security-Policy": CSP.format(host=host)})
