"""Pages that a customer opens by an unguessable address, made to be printed."""

from __future__ import annotations

from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse

from bot.settings import Settings
from journey_state.content import get_content
from journey_state.periods import format_date
from journey_state.texts import format_vnd

TEMPLATES = Path(__file__).parent / "templates"
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    ),
    # The address itself is the key: it goes to no other site and into no search engine.
    "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex", "X-Content-Type-Options": "nosniff", "Cache-Control": "no-store",
}


def language_of(request: Request) -> str:
    """The language asked for by ?lang=; Vietnamese otherwise."""
    return "en" if request.query_params.get("lang") == "en" else "vi"


def paper(settings: Settings, template: str, language: str, status: int = 200, **context: Any) -> HTMLResponse:
    """One page; everything in it is escaped by its template."""
    words = {
        "settings": settings, "language": language, "brand": get_content().brand, "t": partial(_choose, language),
        "money": lambda amount: format_vnd(amount, language), "day": lambda moment: format_date(moment, language),
    }
    html = _environment().get_template(template).render(**words, **context)
    return HTMLResponse(html, status_code=status, headers={**HEADERS, "Content-Language": language})


def missing_paper(settings: Settings, language: str) -> HTMLResponse:
    """For an address that leads nowhere (any more)."""
    return paper(settings, "missing.html", language, 404)


def _choose(language: str, vi: str, en: str) -> str:
    return en if language == "en" else vi


@lru_cache(maxsize=1)
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
