"""Tells Vietnamese, with or without diacritics, from English in short chat messages."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from bot.nlu.lexicon import word_set
from bot.nlu.syllables import decode_telex, fold, is_syllable

STRONG, LEANING, SHAPE = 1.0, 0.35, 0.25
SURE, FLIP, FIRST = 0.5, 1.3, 0.3


def weigh_language(words: Sequence[str]) -> float:
    """Sum what lower-case words say of their language: above 0 Vietnamese, below 0 English."""
    return sum(_lean(word) for word in words)


def guess_language(words: Sequence[str]) -> str | None:
    """Say "vi", "en", or None when the lower-case words leave it open."""
    return _read(weigh_language(words), SURE)


def choose_language(words: Sequence[str], known: str | None) -> str:
    """Choose the language to answer in.

    known: the conversation's language so far; a few doubtful words do not change it.
    Without anything to go by: Vietnamese.
    """
    return _read(weigh_language(words), FLIP if known else FIRST) or known or "vi"


def is_known(word: str) -> bool:
    """Tell whether a word without diacritics stands in one of the word lists."""
    return any(word in word_set("languages", name) for name in _LISTS)


def _read(weight: float, least: float) -> str | None:
    if abs(weight) < least:
        return None
    return "vi" if weight > 0 else "en"


@lru_cache(maxsize=4096)
def _lean(word: str) -> float:
    plain = fold(word)
    if plain != word:
        return STRONG
    for name, weight in _LISTS.items():
        if plain in word_set("languages", name):
            return weight
    return _lean_by_shape(plain)


_LISTS = {"english": -STRONG, "vietnamese": STRONG, "leaning_english": -LEANING, "leaning_vietnamese": LEANING, "neutral": 0.0}


def _lean_by_shape(word: str) -> float:
    if len(word) < 3:
        return 0.0
    if is_syllable(word):
        return SHAPE
    return LEANING if decode_telex(word) else -SHAPE
