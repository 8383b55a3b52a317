"""What trial fits of the intent model learn, and what is kept back from each to judge it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from bot.nlu.examples import Example
from bot.nlu.syllables import fold

PARTS = (2, 5)  # which eighth of each intent's examples outside conversations each fold keeps back


@dataclass(frozen=True)
class Fold:
    """learned: all but what is kept back; turns: of conversations kept back whole; others: single examples kept back."""

    learned: tuple[Example, ...]
    turns: tuple[Example, ...]
    others: tuple[Example, ...]


def split_examples(examples: Sequence[Example]) -> list[Fold]:
    """Two folds: each keeps back every other conversation and, of each intent, an eighth of the other examples.

    The eighth stands next to each other and so is often of one writer; texts alike but for diacritics stay together.
    """
    eighths = _number_eighths(examples)
    return [_keep_back(examples, [_is_back(example, eighths, left) for example in examples]) for left in range(len(PARTS))]


def _is_back(example: Example, eighths: dict[tuple[str, str], int], left: int) -> bool:
    if example.told is not None:
        return example.told % len(PARTS) == left
    return eighths[example.intent, fold(example.text)] == PARTS[left]


def _keep_back(examples: Sequence[Example], is_back: Sequence[bool]) -> Fold:
    pairs = list(zip(examples, is_back, strict=True))
    back = [example for example, kept in pairs if kept]
    return Fold(
        tuple(example for example, kept in pairs if not kept),
        tuple(example for example in back if example.told is not None),
        tuple(example for example in back if example.told is None),
    )


def _number_eighths(examples: Sequence[Example]) -> dict[tuple[str, str], int]:
    groups: dict[str, dict[str, None]] = defaultdict(dict)
    for example in examples:
        if example.told is None:
            groups[example.intent].setdefault(fold(example.text))
    return {(intent, text): 8 * at // len(texts) for intent, texts in groups.items() for at, text in enumerate(texts)}
