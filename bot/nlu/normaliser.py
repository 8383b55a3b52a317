"""The normal form of a chat message: what every other part of the understanding reads."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache, lru_cache

from bot.nlu.language_guess import guess_language, is_known
from bot.nlu.lexicon import load_lexicon
from bot.nlu.syllables import decode_telex, fold, place_tone
from bot.nlu.tokens import Token, clean, scan

_REPEATS = re.compile(r"(\w)\1{2,}")
MAX_LENGTH = 2000


@dataclass(frozen=True)
class NormalText:
    """One message in normal form.

    tokens: with offsets in the original; language: "vi", "en" or None when it cannot be told.
    """

    original: str
    language: str | None
    tokens: tuple[Token, ...]

    @property
    def raw(self) -> str:
        """The tokens with diacritics, one space between."""
        return " ".join(token.text for token in self.tokens)

    @property
    def folded(self) -> str:
        """The tokens without diacritics, one space between."""
        return " ".join(token.folded for token in self.tokens)


@lru_cache(maxsize=64)
def normalise(text: str) -> NormalText:
    """Bring a message into normal form: NFC, lower case, abbreviations spelled out, Telex decoded,
    one place for tone marks, letters repeated for effect taken back. Only the first 2,000 characters count.
    """
    message = clean(text[:MAX_LENGTH])
    found = scan(message)
    language = guess_language([token.text for token in found if token.kind == "word"])
    tokens: list[Token] = []
    for token in found:
        tokens += _spell_out(token, language, tokens[-1] if tokens else None)
    return NormalText(text, language, tuple(tokens))


def _spell_out(token: Token, language: str | None, before: Token | None) -> list[Token]:
    if token.kind != "word":
        return [token]
    word = _REPEATS.sub(r"\1", token.text)
    spelled = _find_spelling(word, language, before is not None and before.kind == "number" and before.end == token.start)
    if spelled is None:
        spelled = _respell(word, language)
    return [replace(token, text=part, folded=fold(part)) for part in spelled.split()]


def _find_spelling(word: str, language: str | None, is_unit: bool) -> str | None:
    if is_unit:
        return _table("after_number").get(word, word)
    for name in ("always", language_table(language), "dialect"):
        spelled = _table(name).get(word)
        if spelled is not None:
            return spelled
    return None


def language_table(language: str | None) -> str:
    """Name the abbreviation table of a language; Vietnamese when in doubt."""
    return "english" if language == "en" else "vietnamese"


def _respell(word: str, language: str | None) -> str:
    if not word.isascii():
        return place_tone(word)
    if language == "en" or is_known(word):
        return word
    return decode_telex(word) or word


@cache
def _table(name: str) -> dict[str, str]:
    return {str(key): str(value) for key, value in load_lexicon("teencode")[name].items()}
