"""Customers' text is cleaned on the way in, the same way on every channel."""

from __future__ import annotations

import re
import unicodedata

_NEWLINES = re.compile(r"\r\n?|[\u0085\u2028\u2029]")
# Marks that reorder or hide text: direction overrides and isolates, invisible operators, byte order mark.
_HIDING = frozenset("\u00ad\u061c\u180e\u200b\u200e\u200f\u2060\u2061\u2062\u2063\u2064\ufeff\ufff9\ufffa\ufffb") | frozenset(
    map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x2070)))
)


def clean_text(raw: str) -> str:
    """Return what a person can see of a text: NFC, no control characters, no direction tricks, no blank ends.

    Line breaks and tabs stay; so do joiners, which emoji need.
    """
    text = _NEWLINES.sub("\n", raw)
    kept = "".join(char for char in text if char in "\n\t" or not _is_hidden(char))
    return unicodedata.normalize("NFC", kept).strip()


def _is_hidden(char: str) -> bool:
    return char in _HIDING or unicodedata.category(char) in ("Cc", "Cs")
