"""Fits what turns an intent model's scores into honest probabilities, and when to ask back."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from bot.nlu.intent_model import Floats, softmax

FALLBACK_COST = 0.55  # asking back costs this share of a wrong answer
THRESHOLDS, MARGINS = (0.0, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45), (0.0, 0.02, 0.04, 0.06, 0.1)


@dataclass(frozen=True)
class KeptBack:
    """Texts that a trial model did not learn from.

    scores: float (n, n_intents) it gave them; follow: float (n_intents, n_intents), its log ratios by the intent before
    (row); truth: (n,) their intents; before: (n,) intents of the turns before, -1 where not known.
    """

    scores: Floats
    follow: Floats
    truth: NDArray[np.int64]
    before: NDArray[np.int64]

    def read_before(self) -> Floats:
        """What the intents before add, float (n, n_intents)."""
        return np.where((self.before >= 0)[:, None], self.follow[self.before], np.float32(0))


@dataclass(frozen=True)
class Calibration:
    """scale: of the scores before the softmax; context: weight of the previous intent; threshold, margin: below, ask."""

    scale: float
    context: float
    threshold: float
    margin: float


def calibrate(judged: Sequence[KeptBack]) -> Calibration:
    """Fit scale and context by likelihood, then the limits by cost, on what several trials kept back."""
    scores, truth = np.concatenate([one.scores for one in judged]), np.concatenate([one.truth for one in judged])
    before = np.concatenate([one.read_before() for one in judged])

    def loss(weights: NDArray[np.float64]) -> float:
        chances = softmax(scores * math.exp(weights[0]) + before * weights[1])
        return float(-np.log(chances[np.arange(len(truth)), truth] + 1e-12).mean())

    found = minimize(loss, x0=np.array([1.5, 0.5]), method="Nelder-Mead", options={"maxiter": 80}).x
    scale, context = math.exp(found[0]), max(0.0, float(found[1]))
    return Calibration(scale, context, *_choose_limits(softmax(scores * scale + before * context), truth))


def _choose_limits(chances: NDArray[np.floating[Any]], truth: NDArray[np.int64]) -> tuple[float, float]:
    """Choose threshold and margin so that wrong answers and needless questions cost least."""
    ordered = np.sort(chances, axis=1)
    best, gap = ordered[:, -1], ordered[:, -1] - ordered[:, -2]
    is_wrong = chances.argmax(axis=1) != truth

    def cost(limits: tuple[float, float]) -> float:
        asks = (best < limits[0]) | (gap < limits[1])
        return float((is_wrong & ~asks).sum() + FALLBACK_COST * asks.sum())

    return min(product(THRESHOLDS, MARGINS), key=cost)
