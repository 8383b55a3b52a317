"""Replies as plain Telegram text: no markup, so nothing a customer wrote can break or inject any."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

# Telegram counts as its apps do, in UTF-16: an emoji is two. Some room is left below 4,096 and 1,024.
MOST_UNITS = 4000
MOST_CAPTION_UNITS = 1000
_SENTENCE_END = re.compile(r"(?<=[.!?…\n])\s")


def render_text(body: Mapping[str, Any], public_url: str = "") -> str:
    """The words of a reply and its cards as paragraphs; links to our own pages get our address before them."""
    paragraphs = [str(body.get("text") or "")]
    for card in body.get("cards") or ():
        title = " · ".join(part for part in (card.get("title"), card.get("badge")) if part)
        lines = [f"▪ {title}", *(f"  {line}" for line in card.get("lines") or ()), whole_link(card.get("url"), public_url)]
        paragraphs.append("\n".join(line for line in lines if line))
    return "\n\n".join(part for part in paragraphs if part)


def split_text(text: str, most: int = MOST_UNITS) -> list[str]:
    """Cut a text into parts of at most `most` UTF-16 units, at sentence ends where there are any."""
    parts: list[str] = []
    rest = text.strip()
    while count_units(rest) > most:
        cut = _last_end(rest, _fitting(rest, most))
        parts.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return [*parts, rest] if rest else parts


def count_units(text: str) -> int:
    """The length of a text as Telegram counts it."""
    return len(text) + sum(1 for char in text if ord(char) > 0xFFFF)


def whole_link(link: object, public_url: str) -> str:
    """A link that works outside of our pages."""
    return f"{public_url.rstrip('/')}{link}" if str(link or "").startswith("/") else str(link or "")


def _fitting(text: str, most: int) -> int:
    """How many characters of a text fit into `most` units."""
    units = 0
    for index, char in enumerate(text):
        units += 2 if ord(char) > 0xFFFF else 1
        if units > most:
            return index
    return len(text)


def _last_end(text: str, most: int) -> int:
    ends = [match.end() for match in _SENTENCE_END.finditer(text, 0, most)]
    if ends:
        return ends[-1]
    space = text.rfind(" ", 0, most)
    return space if space > 0 else most
