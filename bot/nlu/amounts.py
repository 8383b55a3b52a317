"""Reads sums of money in đồng, in digits or in words: "1tr2", "500k", "hai trăm nghìn", "1.190.000đ"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.nlu.tokens import Token

_DIGITS = {
    "khong": 0, "mot": 1, "hai": 2, "ba": 3, "bon": 4, "tu": 4, "nam": 5, "lam": 5, "sau": 6, "bay": 7, "tam": 8, "chin": 9, "muoi": 10,
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "twenty": 20, "thirty": 30, "fifty": 50,
}
_TENS, _HUNDREDS, _FILLERS = frozenset(("muoi", "chuc")), frozenset(("tram", "hundred")), frozenset(("linh", "le", "and"))
_UNITS = {"nghin": 1_000, "ngan": 1_000, "thousand": 1_000, "k": 1_000, "trieu": 1_000_000, "tr": 1_000_000, "cu": 1_000_000,
          "million": 1_000_000, "mil": 1_000_000, "ty": 1_000_000_000}
_CURRENCY = frozenset("dong d vnd vnđ đ dongs".split())
_PLAIN_MONEY = re.compile(r"^\d{1,3}([.,]\d{3})+$")


@dataclass(frozen=True)
class Amount:
    """A sum in đồng and the tokens that say it (first, past the last)."""

    value: int
    first: int
    last: int


def find_amounts(tokens: Sequence[Token]) -> list[Amount]:
    """List the sums of money, left to right."""
    found: list[Amount] = []
    at = 0
    while at < len(tokens):
        amount = _read_amount(tokens, at)
        if amount is not None:
            found.append(amount)
        at = amount.last if amount is not None else at + 1
    return found


def _read_amount(tokens: Sequence[Token], at: int) -> Amount | None:
    number, last = _read_number(tokens, at)
    if number is None:
        return None
    factor = _UNITS.get(_word(tokens, last))
    if factor is None:
        return _plain_amount(tokens, at, (number, last))
    rest, last = _read_rest(tokens, last + 1, factor)
    return _close(tokens, Amount(round(number * factor) + rest, at, last))


def _plain_amount(tokens: Sequence[Token], at: int, number: tuple[float, int]) -> Amount | None:
    value, last = number
    is_money = _word(tokens, last) in _CURRENCY or (_PLAIN_MONEY.match(tokens[at].text) is not None and value >= 5_000)
    return _close(tokens, Amount(round(value), at, last)) if is_money and value >= 100 else None


def _close(tokens: Sequence[Token], amount: Amount) -> Amount:
    has_currency = _word(tokens, amount.last) in _CURRENCY
    return Amount(amount.value, amount.first, amount.last + has_currency)


def _read_rest(tokens: Sequence[Token], at: int, factor: int) -> tuple[int, int]:
    """What follows the unit: "1tr2" is 1.2 million, "2 triệu rưỡi" 2.5, "1 triệu 250 nghìn" 1.25."""
    word = _word(tokens, at)
    if word == "ruoi":
        return factor // 2, at + 1
    smaller = _UNITS.get(_word(tokens, at + 1))
    if word.isdigit() and smaller is not None and smaller < factor:
        return int(word) * smaller, at + 2
    is_joined = at < len(tokens) and factor >= 1_000_000 and tokens[at].start == tokens[at - 1].end
    return (int(word) * factor // 10 ** len(word), at + 1) if word.isdigit() and is_joined else (0, at)


def _read_number(tokens: Sequence[Token], at: int) -> tuple[float | None, int]:
    if tokens[at].kind == "number":
        return _parse_number(tokens[at].text), at + 1
    return _read_number_words(tokens, at)


def _parse_number(text: str) -> float:
    if _PLAIN_MONEY.match(text):
        return float(re.sub(r"[.,]", "", text))
    whole, _, part = text.replace(",", ".").partition(".")
    return float(f"{whole}.{part.replace('.', '') or '0'}")


def _read_number_words(tokens: Sequence[Token], at: int) -> tuple[float | None, int]:
    total, current, start = 0, -1, at
    while at < len(tokens):
        word = _word(tokens, at)
        if current >= 0 and word in _HUNDREDS:
            total, current = total + current * 100, 0
        elif current > 0 and word in _TENS:
            total, current = total + current * 10, 0
        elif word in _DIGITS:
            current = max(current, 0) + _DIGITS[word]
        elif at == start or word not in _FILLERS:
            break
        at += 1
    return (float(total + max(current, 0)), at) if at > start and current >= 0 else (None, at)


def _word(tokens: Sequence[Token], at: int) -> str:
    return tokens[at].folded if 0 <= at < len(tokens) else ""
