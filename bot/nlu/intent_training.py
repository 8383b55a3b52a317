"""Fits the intent model: TF-IDF n-grams and concepts, one linear machine. Needs scikit-learn."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import compress

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.svm import LinearSVC

from bot.nlu.calibration import KeptBack, calibrate
from bot.nlu.examples import Example
from bot.nlu.features import extract_blocks
from bot.nlu.intent_model import Floats, IntentModel, Vocabulary
from bot.nlu.normaliser import normalise
from bot.nlu.syllables import fold

COST, TOLERANCE, RARE = 0.5, 0.05, 2
QUARTER = 1  # which quarter of every intent's examples is kept back to calibrate on
SMOOTHING = 5.0  # turns' worth of belief that an intent does not depend on the one before

Blocks = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Fit:
    """A linear machine: scores are features @ weights + bias, one column an intent."""

    labels: tuple[str, ...]
    weights: Floats
    bias: Floats


def train_intent_model(examples: Sequence[Example]) -> IntentModel:
    """Train on labelled examples, and on a copy without diacritics of those that have some.

    Deterministic. The order of the examples counts: a quarter of each intent's, next to each other and so
    often of one writer, is kept back to calibrate on. Raises ValueError with fewer than two intents.
    """
    rows = _add_folded(list({(example.text, example.intent): example for example in examples}.values()))
    documents = [extract_blocks(normalise(row.text)) for row in rows]
    vocabulary = build_vocabulary(documents)
    features, intents = vectorise(vocabulary, documents), np.array([row.intent for row in rows])
    back = _keep_back(rows)
    trial = fit(features[~back], intents[~back])
    kept_back = KeptBack(trial.labels, features[back] @ trial.weights + trial.bias, list(compress(rows, back)))
    calibration = calibrate(kept_back, learn_order(trial.labels, list(compress(rows, ~back))))
    fitted = fit(features, intents)
    follow = calibration.context * learn_order(fitted.labels, examples)
    return IntentModel(fitted.labels, vocabulary, fitted.weights.astype(np.float16), fitted.bias, follow.astype(np.float32),
                       calibration.scale, calibration.threshold, calibration.margin)


def build_vocabulary(documents: Sequence[Blocks]) -> Vocabulary:
    """Number the features that several texts share and weigh them by rarity."""
    spread: Counter[str] = Counter()
    for blocks in documents:
        spread.update({name for names in blocks.values() for name in names})
    kept = [name for name, count in sorted(spread.items()) if count >= RARE]
    idf = [math.log((1 + len(documents)) / (1 + spread[name])) + 1 for name in kept]
    return Vocabulary({name: row for row, name in enumerate(kept)}, np.array(idf, dtype=np.float32))


def learn_order(labels: Sequence[str], examples: Sequence[Example]) -> Floats:
    """How much likelier an intent (column) is after another (row) than at large: log ratios, 0 where never seen."""
    counts = np.zeros((len(labels), len(labels)))
    for example in examples:
        if example.previous in labels:
            counts[labels.index(example.previous), labels.index(example.intent)] += 1
    at_large = (counts.sum(axis=0) + 1) / (counts.sum() + len(labels))
    after = (counts + SMOOTHING * at_large) / (counts.sum(axis=1, keepdims=True) + SMOOTHING)
    return np.asarray(np.log(after / at_large), dtype=np.float32)


def _add_folded(examples: Sequence[Example]) -> list[Example]:
    copies = [Example(fold(row.text), row.intent, row.previous) for row in examples if fold(row.text) != row.text]
    return [*examples, *copies]


def vectorise(vocabulary: Vocabulary, documents: Sequence[Blocks]) -> csr_matrix:
    """Sparse matrix (n_texts, n_features) of the features of texts."""
    parts = [vocabulary.vectorise_blocks(blocks) for blocks in documents]
    ends = np.cumsum([0, *(len(rows) for rows, _ in parts)])
    values, rows = np.concatenate([v for _, v in parts]), np.concatenate([r for r, _ in parts])
    return csr_matrix((values, rows, ends), shape=(len(documents), len(vocabulary.places)))


def fit(features: csr_matrix, intents: NDArray[np.str_]) -> Fit:
    """Fit one machine an intent against the rest; features: (n_texts, n_features)."""
    machine = LinearSVC(C=COST, tol=TOLERANCE, class_weight="balanced", random_state=0)
    machine.fit(features, intents)
    return Fit(tuple(map(str, machine.classes_)), machine.coef_.T.astype(np.float32), machine.intercept_.astype(np.float32))


def _keep_back(rows: Sequence[Example]) -> NDArray[np.bool_]:
    """Mark a quarter of every intent's texts, and as many of its turns in conversations, with their folded copies."""
    groups: dict[tuple[str, bool], dict[str, None]] = defaultdict(dict)
    for row in rows:
        groups[row.intent, row.previous is None].setdefault(fold(row.text))
    back = {(key, text) for key, texts in groups.items() for text in _quarter(list(texts))}
    return np.array([((row.intent, row.previous is None), fold(row.text)) in back for row in rows])


def _quarter(texts: Sequence[str]) -> Sequence[str]:
    return texts[QUARTER * len(texts) // 4: (QUARTER + 1) * len(texts) // 4]
