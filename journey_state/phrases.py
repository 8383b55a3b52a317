"""Phrases found in what people write: whole words, longest first, diacritics optional."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from journey_state.texts import fold

# How people write không and được in chat.
_CHAT_WAYS = {"khong": ("ko", "k", "kh", "hông", "hong", "hổng", "hok", "hk", "hem", "kg"), "duoc": ("dc", "đc")}
_MEANT = {written: meant for meant, ways in _CHAT_WAYS.items() for written in ways}
_WORD = re.compile(r"[\w\u0300-\u036f]+")


@dataclass(frozen=True)
class PhraseMatch:
    """One phrase in a text. start, end: its place in the text as it was written."""

    name: str
    start: int
    end: int

    @property
    def length(self) -> int:
        """Characters it covers."""
        return self.end - self.start


@dataclass(frozen=True)
class Word:
    """One word: its bare letters, its marks (none: written without diacritics), its place."""

    bare: str
    marks: str
    start: int = 0
    end: int = 0

    def says(self, wanted: Word) -> bool:
        """True when the word is the wanted one, or the wanted one without its diacritics."""
        return self.bare == wanted.bare and (not self.marks or self.marks == wanted.marks)


class PhraseBook:
    """Names with the phrases that stand for them."""

    def __init__(self, phrases: Iterable[tuple[str, str]]) -> None:
        """phrases: pairs (name, phrase)."""
        self._by_first: dict[str, list[tuple[str, list[Word]]]] = {}
        for name, phrase in phrases:
            words = split_words(phrase)
            self._by_first.setdefault(words[0].bare, []).append((name, words))

    def find(self, text: str) -> list[PhraseMatch]:
        """All phrases of a text that do not overlap; where two do, the longer one stands. Longest first."""
        words, taken, found = split_words(text), set[int](), []
        for first, count, name in sorted(self._candidates(words), key=lambda item: _span(words, item[0], item[1]), reverse=True):
            places = range(first, first + count)
            if taken.isdisjoint(places):
                taken.update(places)
                found.append(PhraseMatch(name, words[first].start, words[first + count - 1].end))
        return found

    def _candidates(self, words: list[Word]) -> list[tuple[int, int, str]]:
        """(index of the first word, number of words, name) of each phrase, overlapping ones included."""
        return [
            (index, len(wanted), name)
            for index, word in enumerate(words)
            for name, wanted in self._by_first.get(word.bare, ())
            if len(wanted) <= len(words) - index and all(map(Word.says, words[index:], wanted))
        ]


def _span(words: list[Word], first: int, count: int) -> int:
    return words[first + count - 1].end - words[first].start


def split_words(text: str) -> list[Word]:
    """The words of a text in order, each with its place in it."""
    return [Word(*_take_apart(found[0]), found.start(), found.end()) for found in _WORD.finditer(text)]


@lru_cache(maxsize=4096)
def _take_apart(word: str) -> tuple[str, str]:
    """Bare letters, and the diacritics in a fixed order, so that "hoà" and "hòa" are one; đ counts as a mark.

    Chat spellings of không and được come out as these words without diacritics.
    """
    lowered = unicodedata.normalize("NFC", word.lower())
    combining = [char for char in unicodedata.normalize("NFD", lowered) if unicodedata.combining(char)]
    if lowered in _MEANT:
        return _MEANT[lowered], ""
    return fold(word), "".join(sorted(combining)) + "đ" * lowered.count("đ")
