"""Vietnamese tax codes of businesses: ten digits with a check digit, or thirteen for a branch."""

from __future__ import annotations

import re

WEIGHTS = (31, 29, 23, 19, 17, 13, 7, 5, 3)


def parse_tax_code(raw: str) -> str | None:
    """A tax code as it is written, 0101248141 or 0101248141-001; None when it cannot be one.

    The tenth digit is 10 less the weighted sum of the nine before it modulo 11; a branch has its own three digits, never 000.
    Source: Circular 105/2020/TT-BTC, article 5, and the tax authority's check-digit rule.
    """
    digits = re.sub(r"[\s.\-]", "", raw)
    if not re.fullmatch(r"[0-9]{10}(?:[0-9]{3})?", digits) or digits[10:] == "000":
        return None
    if int(digits[9]) != check_digit(digits[:9]):
        return None
    return digits[:10] + (f"-{digits[10:]}" if digits[10:] else "")


def check_digit(nine: str) -> int:
    """What the tenth digit must be; 10 stands for codes that are never issued."""
    return 10 - sum(weight * int(digit) for weight, digit in zip(WEIGHTS, nine, strict=True)) % 11
