"""Looks words of data/lexicon/context.yml up in folded words."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from bot.nlu.lexicon import load_lexicon
from bot.nlu.normaliser import NormalText, normalise

Words = Sequence[str]


def has_phrase(words: Words, kind: str) -> bool:
    """True when one of the phrases of a kind stands in the words."""
    return count_phrases(words, kind) > 0


def count_phrases(words: Words, kind: str) -> int:
    """How many phrases of a kind stand in the words; the longest count first, none inside another."""
    return len(_find(words, kind))


def covers(words: Words, *kinds: str) -> bool:
    """True when the words consist of phrases of these kinds alone."""
    left = list(words)
    for kind in kinds:
        for at, size in reversed(_find(left, kind)):
            del left[at:at + size]
    return not left


def starts_after(message: NormalText, start: int, kind: str) -> bool:
    """True when a phrase of a kind ends right before an offset of the original text, no comma between."""
    before = [token for token in message.tokens if token.end <= start]
    if not before or any(mark in message.original[before[-1].end:start] for mark in ",.;!?"):
        return False
    words = tuple(token.folded for token in before)
    # "không lấy gói S": the value is the letter, and one word may name what it is.
    return any(phrase in (words[-len(phrase):], words[-len(phrase) - 1:-1]) for phrase in _phrases(kind))


def _find(words: Words, kind: str) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    at = 0
    while at < len(words):
        size = next((len(phrase) for phrase in _phrases(kind) if tuple(words[at:at + len(phrase)]) == phrase), 0)
        if size:
            found.append((at, size))
        at += size or 1
    return found


@cache
def _phrases(kind: str) -> tuple[tuple[str, ...], ...]:
    spelled = {tuple(token.folded for token in normalise(str(phrase)).tokens) for phrase in load_lexicon("context")[kind]}
    return tuple(sorted(filter(None, spelled), key=len, reverse=True))
