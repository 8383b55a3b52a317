"""Scores of an evaluation: pure functions from predictions to the report."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from bot.evaluation import Prediction

OUT_OF_SCOPE = "out_of_scope"
Pairs = list[tuple[str, str]]


def score(predictions: Sequence[Prediction]) -> dict[str, Any]:
    """The whole report, by the shape that `donghanh evaluate --json` prints."""
    languages = sorted({item.language for item in predictions})
    report = _score_group(predictions)
    report["by_language"] = {name: _score_group([p for p in predictions if p.language == name]) for name in languages}
    latencies = [item.latency_ms for item in predictions]
    report["latency_ms"] = {"p50": round(float(np.percentile(latencies, 50)), 2), "p95": round(float(np.percentile(latencies, 95)), 2)}
    return report


def _score_group(predictions: Sequence[Prediction]) -> dict[str, Any]:
    staged = [item for item in predictions if item.expected.stage is not None]
    intents = [(item.expected.intent, item.intent) for item in predictions if item.expected.intent is not None]
    return {"turns": len(predictions), "stage": _score_stages(staged), "intent": _score_intents(intents)}


def _score_stages(staged: Sequence[Prediction]) -> dict[str, Any]:
    pairs = [(str(item.expected.stage), item.stage) for item in staged]
    changing = [item for item in staged if item.expected_before is not None and item.expected.stage != item.expected_before]
    return {
        "accuracy": _accuracy(pairs),
        "macro_f1": _macro_f1(pairs),
        "change_accuracy": _accuracy([(str(item.expected.stage), item.stage) for item in changing]),
        "false_changes_per_100": _false_changes(staged),
        "ece": _calibration_error(staged),
        "per_stage": {name: _f1(pairs, name) for name in sorted({expected for expected, _ in pairs})},
    }


def _score_intents(pairs: Pairs) -> dict[str, Any]:
    return {"accuracy": _accuracy(pairs), "macro_f1": _macro_f1(pairs), OUT_OF_SCOPE: _f1(pairs, OUT_OF_SCOPE)}


def _accuracy(pairs: Pairs) -> float | None:
    return _rounded(sum(expected == found for expected, found in pairs) / len(pairs)) if pairs else None


def _f1(pairs: Pairs, name: str) -> dict[str, float | int]:
    hits = sum(expected == found == name for expected, found in pairs)
    precision = _ratio(hits, sum(found == name for _, found in pairs))
    recall = _ratio(hits, sum(expected == name for expected, _ in pairs))
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    support = sum(expected == name for expected, _ in pairs)
    return {"precision": _rounded(precision), "recall": _rounded(recall), "f1": _rounded(f1), "support": support}


def _macro_f1(pairs: Pairs) -> float | None:
    names = sorted({expected for expected, _ in pairs})
    return _rounded(sum(float(_f1(pairs, name)["f1"]) for name in names) / len(names)) if names else None


def _false_changes(staged: Sequence[Prediction]) -> float | None:
    """Of 100 turns whose labelled stage stays, how often the predicted stage moves."""
    steady = moved = 0
    for before, after in _neighbours(staged):
        if after.expected.stage == before.expected.stage:
            steady += 1
            moved += after.stage != before.stage
    return _rounded(100 * moved / steady) if steady else None


def _neighbours(staged: Sequence[Prediction]) -> Iterable[tuple[Prediction, Prediction]]:
    return [(a, b) for a, b in pairwise(staged) if a.conversation_id == b.conversation_id and b.index == a.index + 1]


def _calibration_error(staged: Sequence[Prediction], bins: int = 10) -> float | None:
    """Expected calibration error of the chosen stage's probability, equal-width bins."""
    if not staged:
        return None
    confidence = np.array([item.probabilities.get(item.stage, 0.0) for item in staged])
    is_hit = np.array([item.stage == item.expected.stage for item in staged], dtype=float)
    which = np.minimum((confidence * bins).astype(int), bins - 1)
    gaps = [abs(is_hit[which == b].mean() - confidence[which == b].mean()) * (which == b).sum() for b in range(bins) if (which == b).any()]
    return _rounded(float(sum(gaps)) / len(staged))


def _ratio(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def _rounded(value: float) -> float:
    return round(value, 4)
