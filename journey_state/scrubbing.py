"""Takes personal data out of a text that others will read or learn from: each piece becomes a made-up one of its kind."""

from __future__ import annotations

import re
from collections.abc import Iterable

_WORD = r"[^\W\d_]+"
# The first that fits counts. The stand-ins are read as the same kind of thing.
_KINDS = (
    (r"[\w.+\-]+@[\w\-]+(?:\.[\w\-]+)+", "khach@example.com"),
    (r"(?:https?://|www\.)\S+", "example.com"),
    (r"\b[\w\-]+(?:\.[\w\-]+)*\.(?:com|vn|net|org|info|shop|store|io|co|xyz|edu)\b(?:/\S*)?", "example.com"),
    (r"\bsen[\-–_ ]?(?=[a-z]*\d)[a-z0-9]{6}\b|\bsen[\-–_][a-z0-9]{4,8}\b", "SEN-ABC123"),
    (r"\btk[\-–_# ]*\d{3,8}\b", "TK10000"),
    (r"\b[dđ]h[\-–_# ]*\d{3,8}\b", "DH1000"),
    (r"(?<![\w.,])(?:\+?84|0)(?:[\s.\-]?\d){8,10}(?!\w)", "0900000000"),
    (r"\d(?:[\s.\-]?\d){7,}", "12345678"),
    (r"@\w{3,}", "@khach"),
)
_PERSONAL = re.compile("|".join(f"({pattern})" for pattern, _ in _KINDS), re.IGNORECASE)
_NAMED = re.compile(
    rf"(?i:\b(?:tên (?:là|mình là|em là|anh là|chị là|tôi là|mình|em|tôi)|(?:mình|em|tôi|anh|chị) tên(?: là)?|"
    rf"my name is|my name's|this is|i am|i'm))\s+((?-i:[^\W\d_a-zà-ỹ]){_WORD[:-1]}*(?:\s+(?-i:[^\W\d_a-zà-ỹ]){_WORD[:-1]}*){{0,3}})"
)
NAME = "Lan"


def scrub(text: str, names: Iterable[str] = ()) -> str:
    """A text without e-mails, addresses, phones, codes, long numbers and names; names: those known of the person."""
    text = _PERSONAL.sub(lambda match: _KINDS[(match.lastindex or 1) - 1][1], text)
    text = _NAMED.sub(lambda match: match.group().replace(match.group(1), NAME), text)
    for name in sorted({part for whole in names for part in (whole, *whole.split()) if len(part) > 1}, key=len, reverse=True):
        text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", NAME, text)
    return text
