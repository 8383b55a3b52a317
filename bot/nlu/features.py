"""What the linear models look at: n-grams of words and characters over a message's two streams."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import combinations, pairwise

from bot.nlu.concepts import find_concepts
from bot.nlu.normaliser import NormalText

BLOCKS = {"raw_words": 1.5, "folded_words": 1.5, "folded_chars": 1.0, "concepts": 0.6}
CHARACTERS = (3, 4)  # shorter and longer ones cost time and changed nothing in cross-validation
_NUMBERS = ((0, "<0>"), (5, "<1-5>"), (10, "<6-10>"), (99, "<11-99>"), (10**9, "<100+>"))


@lru_cache(maxsize=64)  # a message is read for its intent and for its stage
def extract_blocks(message: NormalText) -> dict[str, list[str]]:
    """List a message's features by block (BLOCKS: block → weight); a name starts with its block's letter."""
    raw = [token_name(token.kind, token.text) for token in message.tokens]
    folded = [token_name(token.kind, token.folded) for token in message.tokens]
    return {
        "raw_words": list(_word_grams("w", raw)),
        "folded_words": list(_word_grams("f", folded)),
        "folded_chars": list(_char_grams("c", folded)),
        "concepts": list(_concept_grams(find_concepts([token.folded for token in message.tokens]))),
    }


def token_name(kind: str, text: str) -> str:
    """The token itself, or a placeholder for codes, numbers, money and addresses."""
    if kind in ("word", "emoji", "mark"):
        return text
    if kind == "number":
        return _number_name(text)
    if kind == "ratio":
        return "<of10>" if text.endswith("10") else "<of5>"
    return f"<{kind}>"


def _number_name(text: str) -> str:
    if not text.isdigit():
        return "<amount>"
    value = int(text[:9])
    return next(name for most, name in _NUMBERS if value <= most)


def _word_grams(prefix: str, words: list[str]) -> Iterator[str]:
    padded = ["^", *words, "$"]
    for word in words:
        yield f"{prefix}:{word}"
    for left, right in pairwise(padded):
        yield f"{prefix}:{left} {right}"


def _concept_grams(concepts: list[str]) -> Iterator[str]:
    yield from (f"k:{name}" for name in concepts)
    yield from (f"k:{left}>{right}" for left, right in pairwise(concepts))
    yield from (f"k:{left}&{right}" for left, right in combinations(sorted(set(concepts)), 2))


def _char_grams(prefix: str, words: list[str]) -> Iterator[str]:
    text = " " + " ".join(words) + " "
    for size in CHARACTERS:
        for at in range(len(text) - size + 1):
            yield f"{prefix}:{text[at:at + size]}"
