"""The trained intent model as plain arrays: a dictionary look-up and sums of rows, no scikit-learn."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.nlu.features import BLOCKS, extract_blocks
from bot.nlu.normaliser import NormalText, normalise

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Ranking:
    """Intents of one message, likeliest first, with calibrated probabilities that sum to 1.

    is_sure: False when the best is below the fitted threshold or too close to the second.
    """

    intents: tuple[tuple[str, float], ...]
    is_sure: bool

    @property
    def best(self) -> str:
        """Name of the likeliest intent."""
        return self.intents[0][0]


@dataclass(frozen=True)
class Vocabulary:
    """Feature names with their place and inverse document frequency.

    places: name → row; idf: float (n_features,).
    """

    places: Mapping[str, int]
    idf: Floats

    def vectorise(self, message: NormalText) -> tuple[NDArray[np.int64], Floats]:
        """Rows and values of a message's known features; every block has its weight as length."""
        return self.vectorise_blocks(extract_blocks(message))

    def vectorise_blocks(self, blocks: Mapping[str, Sequence[str]]) -> tuple[NDArray[np.int64], Floats]:
        """The same for features that are extracted already."""
        parts = [self._vectorise_block(blocks[name], weight) for name, weight in BLOCKS.items()]
        return np.concatenate([rows for rows, _ in parts]), np.concatenate([values for _, values in parts])

    def _vectorise_block(self, names: Sequence[str], weight: float) -> tuple[NDArray[np.int64], Floats]:
        counts = Counter(map(self.places.get, names))
        counts.pop(None, None)  # names that no training text had
        rows = np.fromiter(counts.keys(), np.int64, len(counts))
        values = (1 + np.log(np.fromiter(counts.values(), np.float32, len(counts)))) * self.idf[rows]
        return rows, values * (weight / max(float(np.linalg.norm(values)), 1e-9))


@dataclass(frozen=True)
class IntentModel:
    """Linear scores turned into calibrated probabilities.

    weights: float16 (n_features, n_intents); bias: float (n_intents,); scale: scores are multiplied by it
    before the softmax; follow: float (n_intents, n_intents), what a previous intent (row) adds to the scaled
    scores; threshold, margin: below either, unsure. All but weights and bias are fitted on texts kept back.
    """

    labels: tuple[str, ...]
    vocabulary: Vocabulary
    weights: NDArray[np.float16]
    bias: Floats
    follow: Floats
    scale: float
    threshold: float
    margin: float

    def rank(self, text: str, previous: str | None = None) -> Ranking:
        """Rank all intents for one message; previous: intent of the person's turn before, where known."""
        scores = self.score(normalise(text)) * self.scale
        if previous in self.labels:
            scores = scores + self.follow[self.labels.index(previous)]
        chances = softmax(scores[None, :])[0]
        order = np.argsort(-chances, kind="stable")
        best, second = float(chances[order[0]]), float(chances[order[1]])
        ranking = tuple((self.labels[i], float(chances[i])) for i in order)
        return Ranking(ranking, best >= self.threshold and best - second >= self.margin)

    def score(self, message: NormalText) -> Floats:
        """Uncalibrated scores (n_intents,) of one message."""
        rows, values = self.vocabulary.vectorise(message)
        return np.asarray(values @ self.weights[rows].astype(np.float32) + self.bias, dtype=np.float32)

    def save(self, folder: Path) -> None:
        """Write intents.json and intents.npz into a folder."""
        plain = {"labels": self.labels, "scale": self.scale, "threshold": self.threshold, "margin": self.margin,
                 "names": list(self.vocabulary.places)}
        (folder / "intents.json").write_text(json.dumps(plain, ensure_ascii=False), encoding="utf-8")
        np.savez_compressed(folder / "intents.npz", idf=self.vocabulary.idf, weights=self.weights, bias=self.bias, follow=self.follow)


def load_intent_model(folder: Path) -> IntentModel:
    """Read what `IntentModel.save` wrote; raises FileNotFoundError when it is not there."""
    plain = json.loads((folder / "intents.json").read_text(encoding="utf-8"))
    with np.load(folder / "intents.npz", allow_pickle=False) as arrays:
        idf, weights, bias, follow = (arrays[name] for name in ("idf", "weights", "bias", "follow"))
    vocabulary = Vocabulary({name: row for row, name in enumerate(plain["names"])}, idf)
    limits = {name: plain[name] for name in ("scale", "threshold", "margin")}
    return IntentModel(tuple(plain["labels"]), vocabulary, weights, bias, follow, **limits)


def softmax(scores: NDArray[np.floating[Any]]) -> NDArray[np.floating[Any]]:
    """Rows of scores to rows of probabilities."""
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))
