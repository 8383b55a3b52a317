"""Fits the intent model: TF-IDF n-grams and concepts, one linear machine. Needs scikit-learn."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.svm import LinearSVC

from bot.nlu.calibration import Calibration, KeptBack, calibrate
from bot.nlu.corpus import Corpus, share_corpus
from bot.nlu.examples import Example
from bot.nlu.intent_folds import Fold, split_examples
from bot.nlu.intent_model import Floats, IntentModel, Vocabulary, softmax
from bot.nlu.syllables import fold

COST, TOLERANCE = 0.5, 0.05
RANKED = 10
SMOOTHING = 5.0  # turns' worth of belief that an intent does not depend on the one before
NEVER_SEEN = -3.0  # score of an intent that a fold's examples lack

Chances = Mapping[str, float]


@dataclass(frozen=True)
class Fit:
    """A linear machine: scores are features @ weights + bias, one column an intent."""

    labels: tuple[str, ...]
    weights: Floats
    bias: Floats


@dataclass(frozen=True)
class Trial:
    """A fit on one fold; follow: see `learn_order`."""

    vocabulary: Vocabulary
    fit: Fit
    follow: Floats


@dataclass(frozen=True)
class TrainedIntents:
    """The model, and what models that did not see a conversation make of it.

    unseen: the likeliest ten intents of every turn of every conversation in a row, calibrated.
    """

    model: IntentModel
    unseen: tuple[Chances, ...]


def train_intent_model(examples: Sequence[Example]) -> IntentModel:
    """The model of `train_intents` alone."""
    return train_intents(examples).model


@lru_cache(maxsize=1)
def share_intents(examples: tuple[Example, ...]) -> TrainedIntents:
    """`train_intents`, remembered: the stage is learned from the same fits as the intents."""
    return train_intents(examples)


def train_intents(examples: Sequence[Example], pool: Executor | None = None) -> TrainedIntents:
    """Train on labelled examples, and on a copy without diacritics of those that have some.

    Deterministic, with or without a pool (of processes: it takes one of the three fits). The order of the examples
    counts, see `split_examples`: what two trial fits did not see calibrates the whole one. Raises ValueError with
    fewer than two intents.
    """
    corpus = share_corpus(tuple(row.text for row in add_folded(examples)))
    vocabulary, *material = prepare(corpus, examples)
    whole = pool.submit(fit, *material) if pool else None
    folds = split_examples(examples)
    trials = [_try_out(corpus, part) for part in folds]
    fitted = whole.result() if whole else fit(*material)
    kept_back = [_judge(corpus, trial, part, fitted.labels) for trial, part in zip(trials, folds, strict=True)]
    calibration = calibrate(kept_back)
    follow = (calibration.context * learn_order(fitted.labels, examples)).astype(np.float32)
    model = IntentModel(fitted.labels, vocabulary, fitted.weights.astype(np.float16), fitted.bias, follow,
                        calibration.scale, calibration.threshold, calibration.margin)
    return TrainedIntents(model, _rank_turns(model.labels, kept_back, folds, calibration))


def add_folded(examples: Sequence[Example]) -> list[Example]:
    """The examples, each once, and copies without diacritics of those that have some."""
    once = list({(example.text, example.intent): example for example in examples}.values())
    return [*once, *(replace(row, text=fold(row.text)) for row in once if fold(row.text) != row.text)]


def prepare(corpus: Corpus, examples: Sequence[Example]) -> tuple[Vocabulary, csr_matrix, NDArray[np.str_]]:
    """Vocabulary, features (n_texts, n_features) and intents (n_texts,) of examples and their folded copies."""
    rows = add_folded(examples)
    texts = [row.text for row in rows]
    vocabulary = corpus.learn_vocabulary(texts)
    return vocabulary, corpus.vectorise(vocabulary, texts), np.array([row.intent for row in rows])


def fit(features: csr_matrix, intents: NDArray[np.str_]) -> Fit:
    """Fit one machine an intent against the rest; features: (n_texts, n_features)."""
    machine = LinearSVC(C=COST, tol=TOLERANCE, class_weight="balanced", random_state=0)
    machine.fit(features, intents)
    return Fit(tuple(map(str, machine.classes_)), machine.coef_.T.astype(np.float32), machine.intercept_.astype(np.float32))


def learn_order(labels: Sequence[str], examples: Sequence[Example]) -> Floats:
    """How much likelier an intent (column) is after another (row) than at large: log ratios, 0 where never seen."""
    counts = np.zeros((len(labels), len(labels)))
    places = {label: place for place, label in enumerate(labels)}
    for example in examples:
        if example.previous in places:
            counts[places[example.previous], places[example.intent]] += 1
    at_large = (counts.sum(axis=0) + 1) / (counts.sum() + len(labels))
    after = (counts + SMOOTHING * at_large) / (counts.sum(axis=1, keepdims=True) + SMOOTHING)
    return np.asarray(np.log(after / at_large), dtype=np.float32)


def _try_out(corpus: Corpus, part: Fold) -> Trial:
    vocabulary, *material = prepare(corpus, part.learned)
    fitted = fit(*material)
    return Trial(vocabulary, fitted, learn_order(fitted.labels, part.learned))


def _judge(corpus: Corpus, trial: Trial, part: Fold, labels: Sequence[str]) -> KeptBack:
    """What a trial makes of what was kept back from it: first the turns as they stand, then the other examples and folded copies."""
    rows = [*part.turns, *add_folded(part.others)]
    places = [labels.index(label) for label in trial.fit.labels]
    scores = np.full((len(rows), len(labels)), NEVER_SEEN, dtype=np.float32)
    scores[:, places] = corpus.vectorise(trial.vocabulary, [row.text for row in rows]) @ trial.fit.weights + trial.fit.bias
    follow = np.zeros((len(labels), len(labels)), dtype=np.float32)
    follow[np.ix_(places, places)] = trial.follow
    return KeptBack(scores, follow, np.array([labels.index(row.intent) for row in rows]), _place_previous(labels, rows))


def _place_previous(labels: Sequence[str], rows: Sequence[Example]) -> NDArray[np.int64]:
    places = {label: place for place, label in enumerate(labels)}
    return np.array([places.get(row.previous or "", -1) for row in rows])


def _rank_turns(labels: Sequence[str], kept_back: Sequence[KeptBack], folds: Sequence[Fold],
                calibration: Calibration) -> tuple[Chances, ...]:
    """Every turn after the likeliest intent of the turn before, as live; conversations in the order of their numbers."""
    ranked: dict[int, list[Chances]] = defaultdict(list)
    for judged, part in zip(kept_back, folds, strict=True):
        best = -1
        for scores, turn in zip(judged.scores * calibration.scale, part.turns, strict=False):
            previous = calibration.context * judged.follow[best] if turn.previous is not None else 0.0
            chances = softmax((scores + previous)[None, :])[0]
            order = np.argsort(-chances, kind="stable")[:RANKED]
            best = int(order[0])
            ranked[turn.told or 0].append({labels[place]: float(chances[place]) for place in order})
    return tuple(chances for number in sorted(ranked) for chances in ranked[number])
