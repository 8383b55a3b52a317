"""Reads promotion codes: those on file, and what looks like one right after "mã" or "code"."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from bot.nlu.syllables import fold

_WORD = re.compile(r"(?<![\w@.\-])[A-Za-z0-9]{4,16}(?![\w@\-])")
_NAMED = re.compile(r"\b(?:ma|code|voucher|coupon|promo)\b(?:\W+\w{1,6}){0,3}\W+$", re.IGNORECASE)
_LOOKS = re.compile(r"^(?=.*\d)(?=.*[A-Za-z])[A-Za-z0-9]+$|^[A-Z]{4,}$")
_PLAN = re.compile(r"^vps\d$", re.IGNORECASE)


def find_promo_codes(text: str, known: Collection[str]) -> Iterator[tuple[str, int, int]]:
    """Yield (code in upper case, start, end); known: the codes on file, in upper case."""
    for match in _WORD.finditer(text):
        code = match.group().upper()
        if code in known or (_LOOKS.match(match.group()) and not _PLAN.match(code) and _NAMED.search(fold(text[: match.start()]))):
            yield code, match.start(), match.end()
