"""Concepts of data/lexicon/concepts.yml in a message: words of both languages that mean the same to us."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from bot.nlu.lexicon import load_lexicon
from bot.nlu.normaliser import normalise

LONGEST = 5
_ENDINGS = (("ies", "y"), ("es", ""), ("s", ""), ("ing", ""), ("ing", "e"), ("ed", ""), ("ed", "e"), ("'s", ""))


def find_concepts(words: Sequence[str]) -> list[str]:
    """Names of the concepts in folded words, in order; phrases and the words inside them both count."""
    table = _load_phrases()
    return [name for at in range(len(words)) for size in range(min(LONGEST, len(words) - at), 0, -1)
            for name in _look_up(table, tuple(words[at:at + size]))]


def _look_up(table: Mapping[tuple[str, ...], tuple[str, ...]], phrase: tuple[str, ...]) -> tuple[str, ...]:
    names = table.get(phrase)
    if names is not None or len(phrase[-1]) < 4 or not (len(phrase) == 1 or phrase[:-1] in _load_beginnings()):
        return names or ()
    return next((table[stem] for stem in _stems(phrase) if stem in table), ())


def _stems(phrase: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    word = phrase[-1]
    for ending, instead in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            stem = word[: -len(ending)] + instead
            yield (*phrase[:-1], stem)
            if len(stem) > 3 and stem[-1] == stem[-2]:
                yield (*phrase[:-1], stem[:-1])


@lru_cache(maxsize=1)
def _load_phrases() -> dict[tuple[str, ...], tuple[str, ...]]:
    table: dict[tuple[str, ...], tuple[str, ...]] = {}
    for name, phrases in load_lexicon("concepts").items():
        for phrase in {tuple(token.folded for token in normalise(text).tokens) for text in str(phrases).split(",")}:
            table[phrase] = (*table.get(phrase, ()), str(name))
    return table


@lru_cache(maxsize=1)
def _load_beginnings() -> frozenset[tuple[str, ...]]:
    return frozenset(phrase[:size] for phrase in _load_phrases() for size in range(1, len(phrase)))
