"""Measures an intent model on labelled texts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from bot.nlu.examples import Example
from bot.nlu.intent_model import IntentModel, Ranking

BINS = 10


@dataclass(frozen=True)
class IntentScores:
    """accuracy, macro_f1, first_two (the truth is among the likeliest two), sure_ratio: 0..1.

    ece: expected calibration error over ten bins; confusions: (truth, guess) → how often, commonest first.
    """

    n: int
    accuracy: float
    macro_f1: float
    first_two: float
    sure_ratio: float
    ece: float
    confusions: tuple[tuple[tuple[str, str], int], ...]


def score_intents(model: IntentModel, examples: Sequence[Example]) -> IntentScores:
    """Rank every text and compare; a turn of a conversation is ranked after the guess for the turn before it."""
    rankings: list[Ranking] = []
    for example in examples:
        previous = rankings[-1].best if example.previous is not None and rankings else None
        rankings.append(model.rank(example.text, previous))
    return compare_rankings(rankings, [example.intent for example in examples])


def compare_rankings(rankings: Sequence[Ranking], truth: Sequence[str]) -> IntentScores:
    """Score rankings against the true intents, one each; raises ValueError when their numbers differ."""
    pairs = list(zip(truth, (ranking.best for ranking in rankings), strict=True))
    n = max(len(pairs), 1)
    return IntentScores(
        n=len(pairs),
        accuracy=sum(true == guess for true, guess in pairs) / n,
        macro_f1=_macro_f1(pairs),
        first_two=sum(true in (name for name, _ in ranking.intents[:2]) for true, ranking in zip(truth, rankings, strict=True)) / n,
        sure_ratio=sum(ranking.is_sure for ranking in rankings) / n,
        ece=_calibration_error([(ranking.intents[0][1], true == ranking.best) for true, ranking in zip(truth, rankings, strict=True)]),
        confusions=tuple(Counter(pair for pair in pairs if pair[0] != pair[1]).most_common()),
    )


def _macro_f1(pairs: Sequence[tuple[str, str]]) -> float:
    truths, guesses, hits = Counter(t for t, _ in pairs), Counter(g for _, g in pairs), Counter(t for t, g in pairs if t == g)
    return sum(2 * hits[name] / (truths[name] + guesses[name]) for name in truths) / max(len(truths), 1)


def _calibration_error(rows: Sequence[tuple[float, bool]]) -> float:
    bins: dict[int, list[tuple[float, bool]]] = {}
    for chance, is_right in rows:
        bins.setdefault(min(int(chance * BINS), BINS - 1), []).append((chance, is_right))
    gaps = (abs(sum(chance for chance, _ in own) - sum(is_right for _, is_right in own)) for own in bins.values())
    return sum(gaps) / max(len(rows), 1)
