"""Reads promotion codes: those of data/business, and what looks like one right after "mã" or "code"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import yaml

from bot.nlu.syllables import fold

PROMOTIONS = Path(__file__).resolve().parents[2] / "data" / "business" / "promotions.yml"
_WORD = re.compile(r"[A-Za-z0-9]{4,16}")
_NAMED = re.compile(r"\b(?:ma|code|voucher|coupon|promo)\b(?:\W+\w{1,6}){0,3}\W+$", re.IGNORECASE)
_LOOKS = re.compile(r"^(?=.*\d)(?=.*[A-Za-z])[A-Za-z0-9]+$|^[A-Z]{4,}$")


def find_promo_codes(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield (code in upper case, start, end)."""
    for match in _WORD.finditer(text):
        code = match.group().upper()
        if code in known_codes() or (_LOOKS.match(match.group()) and _is_named(text, match)):
            yield code, match.start(), match.end()


@lru_cache(maxsize=1)
def known_codes() -> frozenset[str]:
    """Codes of the promotions on file; none when the business has no such file."""
    if not PROMOTIONS.exists():
        return frozenset()
    content = yaml.safe_load(PROMOTIONS.read_text(encoding="utf-8")) or {}
    return frozenset(str(promotion["code"]).upper() for promotion in content.get("promotions") or [])


def _is_named(text: str, match: re.Match[str]) -> bool:
    before = text[max(0, match.start() - 1): match.start()]
    if before in ("-", "_") or match.group().upper() in ("SEN", "VPS1", "VPS2", "VPS4", "VPS8"):
        return False
    return _NAMED.search(fold(text[: match.start()])) is not None
