"""How good stage beliefs are: the figures that `donghanh evaluate`, the benchmarks and the training report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

from journey_state.stages import STAGES

Floats = NDArray[np.float64]
Places = NDArray[np.int64]
BINS = 10


@dataclass(frozen=True)
class StageScores:
    """All shares are 0..1. change_accuracy: on turns whose labelled stage differs from the turn before; false_changes_per_100:
    turns whose labelled stage stays and whose estimate moved; ece: expected calibration error over ten bins.
    """

    turns: int
    accuracy: float
    macro_f1: float
    change_accuracy: float
    false_changes_per_100: float
    ece: float

    def to_dict(self) -> dict[str, float]:
        """JSON form."""
        return asdict(self)


def score_beliefs(beliefs: Floats, truth: Places, is_first: NDArray[np.bool_]) -> StageScores:
    """Compare beliefs float (n, 6) with true stages (n,); is_first marks the first turn of each conversation."""
    chosen = beliefs.argmax(axis=1)
    moved = ~is_first & (np.roll(truth, 1) != truth)
    stayed = ~is_first & ~moved
    told = ~is_first & (np.roll(chosen, 1) != chosen)
    return StageScores(
        turns=len(truth), accuracy=_mean(chosen == truth), macro_f1=macro_f1(chosen, truth),
        change_accuracy=_mean((chosen == truth)[moved]), false_changes_per_100=100 * _mean(told[stayed]),
        ece=measure_ece(beliefs.max(axis=1), chosen == truth),
    )


def macro_f1(chosen: Places, truth: Places) -> float:
    """Mean F1 over the stages that occur."""
    scores: list[float] = []
    for place in range(len(STAGES)):
        hits, total = ((chosen == place) & (truth == place)).sum(), (chosen == place).sum() + (truth == place).sum()
        if total:
            scores.append(2 * float(hits) / float(total))
    return float(np.mean(scores)) if scores else 0.0


def measure_ece(confidence: Floats, is_right: NDArray[np.bool_]) -> float:
    """Expected calibration error: mean gap between confidence and accuracy over ten equal bins."""
    bins = np.minimum((confidence * BINS).astype(int), BINS - 1)
    gaps = [(bins == b).mean() * abs(confidence[bins == b].mean() - is_right[bins == b].mean()) for b in range(BINS) if (bins == b).any()]
    return float(sum(gaps))


def mark_first_turns(lengths: Sequence[int]) -> NDArray[np.bool_]:
    """True at the first turn of each conversation, for conversations of these lengths in a row."""
    marks = np.zeros(sum(lengths), dtype=bool)
    marks[np.cumsum([0, *lengths[:-1]])] = True
    return marks


def _mean(values: NDArray[np.bool_]) -> float:
    return float(values.mean()) if len(values) else 0.0
