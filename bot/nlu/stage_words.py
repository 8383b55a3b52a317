"""What a message's own words say about the stage, apart from the intent: a linear text model as plain arrays."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.nlu.intent_model import Vocabulary
from bot.nlu.normaliser import normalise
from journey_state.stages import STAGES, Stage

Floats = NDArray[np.float32]
Features = tuple[NDArray[np.int64], Floats]
WORD_BLOCK, REMEMBERED = "w:", 256


@dataclass(frozen=True)
class WordsModel:
    """Linear scores over n-grams of the message and of the one before.

    weights: float (2 × n_features, 6), first half for the message, second for the one before;
    bias, log_prior: float (6,); earlier_share: how much the message before counts.
    """

    vocabulary: Vocabulary
    weights: Floats
    bias: Floats
    log_prior: Floats
    earlier_share: float

    @cached_property
    def _read(self) -> Callable[[str], Features]:
        # Remembered: a message is read for its own stage, for the evidence, and again as the one before the next.
        return lru_cache(maxsize=REMEMBERED)(lambda text: self.vocabulary.vectorise(normalise(text)))

    @cached_property
    def _names(self) -> list[str]:
        return list(self.vocabulary.places)

    @cached_property
    def _is_telling(self) -> NDArray[np.bool_]:
        """Which features staff can read: words and pairs of words, no placeholders and no edges of the message."""
        return np.array([name.startswith(WORD_BLOCK) and not set("^$<") & set(name) for name in self._names], dtype=bool)

    def weigh(self, text: str, earlier: str = "") -> NDArray[np.float64]:
        """log P(stage | words) − log P(stage): float (6,). The training prior is taken out, the filter has its own."""
        own, before = self._read(text), self._read(earlier) if earlier else None
        rows, values = join_turns(own, before, len(self.vocabulary.places), self.earlier_share)
        scores = (values @ self.weights[rows] + self.bias).astype(np.float64)
        return np.asarray(scores - np.logaddexp.reduce(scores) - self.log_prior)

    def find_telling_words(self, text: str, stage: Stage, limit: int = 2) -> list[str]:
        """The message's words and pairs of words that speak most for a stage, best first; may be empty."""
        (rows, values), at = self._read(text), STAGES.index(stage)
        rows, values = rows[told := self._is_telling[rows]], values[told]
        gains = values * (self.weights[rows, at] - self.weights[rows].mean(axis=1))
        best = [i for i in np.argsort(-gains, kind="stable")[:limit] if gains[i] > 0]
        return [self._names[rows[i]].removeprefix(WORD_BLOCK) for i in best]

    def save(self, folder: Path) -> None:
        """Write stage_words.json and stage_words.npz into a folder."""
        plain = {"names": list(self.vocabulary.places), "earlier_share": self.earlier_share}
        (folder / "stage_words.json").write_text(json.dumps(plain, ensure_ascii=False), encoding="utf-8")
        np.savez_compressed(folder / "stage_words.npz", idf=self.vocabulary.idf, weights=self.weights.astype(np.float16),
                            bias=self.bias, log_prior=self.log_prior)


def join_turns(own: Features, before: Features | None, width: int, share: float) -> Features:
    """Features of a message with those of the one before it, which come `width` rows later and count by their share."""
    if before is None:
        return own
    return np.concatenate([own[0], before[0] + width]), np.concatenate([own[1], before[1] * np.float32(share)])


def load_words_model(folder: Path) -> WordsModel:
    """Read what `WordsModel.save` wrote; raises FileNotFoundError when it is not there."""
    plain = json.loads((folder / "stage_words.json").read_text(encoding="utf-8"))
    with np.load(folder / "stage_words.npz", allow_pickle=False) as arrays:
        idf, weights, bias, log_prior = (arrays[name].astype(np.float32) for name in ("idf", "weights", "bias", "log_prior"))
    vocabulary = Vocabulary({name: row for row, name in enumerate(plain["names"])}, idf)
    return WordsModel(vocabulary, weights, bias, log_prior, plain["earlier_share"])
