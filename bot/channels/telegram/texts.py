"""Replies as plain Telegram text: no markup, so nothing a customer wrote can break or inject any."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

MOST_CHARACTERS = 4000
_SENTENCE_END = re.compile(r"(?<=[.!?…\n])\s")


def render_text(body: Mapping[str, Any], public_url: str = "") -> str:
    """The words of a reply, its cards as paragraphs, its image as a link; links to our own pages get our address before them."""
    paragraphs = [str(body.get("text") or "")]
    for card in body.get("cards") or ():
        title = " · ".join(part for part in (card.get("title"), card.get("badge")) if part)
        lines = [f"▪ {title}", *(f"  {line}" for line in card.get("lines") or ()), _whole(card.get("url"), public_url)]
        paragraphs.append("\n".join(line for line in lines if line))
    if body.get("image_url"):
        paragraphs.append(_whole(body["image_url"], public_url))
    return "\n\n".join(part for part in paragraphs if part) or "…"


def split_text(text: str, most: int = MOST_CHARACTERS) -> list[str]:
    """Cut a text into parts of at most `most` characters, at sentence ends where there are any."""
    parts: list[str] = []
    rest = text.strip()
    while len(rest) > most:
        cut = _last_end(rest, most)
        parts.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return [*parts, rest] if rest else parts


def _whole(link: object, public_url: str) -> str:
    return f"{public_url.rstrip('/')}{link}" if str(link or "").startswith("/") else str(link or "")


def _last_end(text: str, most: int) -> int:
    ends = [match.end() for match in _SENTENCE_END.finditer(text, 0, most)]
    if ends:
        return ends[-1]
    space = text.rfind(" ", 0, most)
    return space if space > 0 else most
