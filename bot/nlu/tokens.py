"""Cuts a chat message into tokens that remember where they stood in the original text."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from bot.nlu.syllables import fold

_KINDS = (
    ("email", r"[\w.+\-]+@[\w\-]+(?:\.[\w\-]+)+"),
    ("url", r"(?:https?://|www\.)\S+|\b[\w\-]+(?:\.[\w\-]+)*\.(?:com|vn|net|org|info|shop|store|io|co|xyz|edu)\b(?:/\S*)?"),
    ("referral", r"\bsen[\-–_ ]?(?=[a-z]*\d)[a-z0-9]{6}\b|\bsen[\-–_][a-z0-9]{4,8}\b"),
    ("ticket", r"\btk[\-–_# ]*\d{3,8}\b|#tk\d+"),
    ("order", r"\bdh[\-–_# ]*\d{3,8}\b|\bđh[\-–_# ]*\d{3,8}\b"),
    ("phone", r"(?<![\w.,])(?:\+?84|0)(?:[\s.\-]?\d){8,10}(?!\w)|(?<!\w)(?:\+\s?|00)[1-9](?:[\s.\-()]{0,2}\d){6,13}(?!\w)"),
    ("ratio", r"\b\d{1,2}\s?(?:/|trên|tren|out of)\s?(?:5|10)\b(?![/.,]\d)"),
    ("date", r"\b\d{4}-\d{1,2}-\d{1,2}\b|\b\d{1,2}[/\-.]\d{1,2}[/\-.](?:20)?\d\d\b|\b\d{1,2}/\d{1,2}\b"),
    ("number", r"\d+(?:[.,]\d+)*"),
    ("word", r"[^\W\d_]+(?:['’][^\W\d_]+)*"),
    ("emoji", r"[\U0001F000-\U0001FAFF\u2600-\u27BF\u2B00-\u2BFF❤️]"),
    ("mark", r"[?!.]"),
)
_SCANNER = re.compile("|".join(f"(?P<{kind}>{pattern})" for kind, pattern in _KINDS))


@dataclass(frozen=True)
class Token:
    """One piece of a message.

    text: normalised, lower case; folded: the same without diacritics; start, end: offsets in
    the ORIGINAL text (several tokens of one expanded abbreviation share them).
    """

    text: str
    folded: str
    kind: str
    start: int
    end: int


@dataclass(frozen=True)
class CleanText:
    """A message in NFC and lower case without invisible characters; origin[i]: where character i stood."""

    text: str
    origin: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Offsets in the original text of a slice of the clean one."""
        return self.origin[start], self.origin[end]


def clean(original: str) -> CleanText:
    """Compose letters (NFC), lower the case and drop zero-width and control characters."""
    letters: list[str] = []
    origin: list[int] = []
    for start, cluster in _clusters(original):
        for letter in unicodedata.normalize("NFC", cluster):
            letters.append(letter.lower()[0] if letter.isprintable() else " ")
            origin.append(start)
    return CleanText("".join(letters), (*origin, len(original)))


def scan(message: CleanText) -> list[Token]:
    """List the tokens of a clean message, left to right."""
    return [_token(message, match) for match in _SCANNER.finditer(message.text)]


def _token(message: CleanText, match: re.Match[str]) -> Token:
    start, end = message.span(*match.span())
    text = match.group().replace("’", "'")
    return Token(text, fold(text), match.lastgroup or "word", start, end)


def _clusters(original: str) -> list[tuple[int, str]]:
    found: list[tuple[int, str]] = []
    for at, letter in enumerate(original):
        if unicodedata.category(letter) in ("Cf", "Cs", "Co"):
            continue
        if found and unicodedata.combining(letter):
            found[-1] = (found[-1][0], found[-1][1] + letter)
        else:
            found.append((at, letter))
    return found
