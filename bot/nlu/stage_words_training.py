"""Fits the words' model of the stage. Needs scikit-learn; serving does not."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cholesky, solve_triangular
from scipy.sparse import csr_matrix, diags, hstack
from sklearn.linear_model import LogisticRegression

from bot.nlu.corpus import read_corpus
from bot.nlu.stage_examples import LabelledConversation
from bot.nlu.stage_scores import mark_first_turns
from bot.nlu.stage_words import WordsModel
from journey_state.stage_model import N_STAGES
from journey_state.stages import STAGES

Floats = NDArray[np.float64]
Places = NDArray[np.int64]


class WordsTrainer:
    """Logistic regression over the n-grams of each turn and of the message before it.

    There are far more n-grams than turns: the fit happens in coordinates of the turns (a triangular root of
    their inner products), which changes nothing but the time it takes. earlier_share: see WordsModel; cost:
    inverse of the penalty.
    """

    def __init__(self, conversations: Sequence[LabelledConversation], earlier_share: float, cost: float) -> None:
        told = [turn for conversation in conversations for turn in conversation.turns]
        self._truth = np.array([STAGES.index(turn.stage) for turn in told])
        self._cost, self._share = cost, earlier_share
        texts = [turn.text for turn in told]
        corpus = read_corpus(texts)
        self._vocabulary = corpus.learn_vocabulary(texts)
        is_first = mark_first_turns([len(conversation.turns) for conversation in conversations])
        self._matrix = _join_turns(corpus.vectorise(self._vocabulary, texts), is_first, earlier_share)
        inner = (self._matrix @ self._matrix.T).toarray().astype(np.float64)
        self._root = cholesky(inner + 1e-6 * np.eye(len(inner)), lower=True).astype(np.float32)

    def fit(self) -> WordsModel:
        """Fit on all turns."""
        coefficients, bias, log_prior = self._fit(np.arange(len(self._truth)))
        weights = self._matrix.T @ solve_triangular(self._root.T, coefficients)
        return WordsModel(self._vocabulary, weights.astype(np.float32), bias.astype(np.float32), log_prior.astype(np.float32), self._share)

    def weigh_unseen(self, fold_of_turn: Places) -> Floats:
        """Like `WordsModel.weigh` for every turn, float (n, 6), by a model that did not see the turn's fold."""
        words = np.zeros((len(self._truth), N_STAGES))
        for left in np.unique(fold_of_turn):
            coefficients, bias, log_prior = self._fit(np.flatnonzero(fold_of_turn != left))
            rows = fold_of_turn == left
            scores = self._root[rows] @ coefficients + bias
            words[rows] = scores - np.logaddexp.reduce(scores, axis=1, keepdims=True) - log_prior
        return words

    def _fit(self, rows: Places) -> tuple[Floats, Floats, Floats]:
        machine = LogisticRegression(C=self._cost, max_iter=300).fit(self._root[rows], self._truth[rows])
        coefficients, bias = np.zeros((len(self._truth), N_STAGES)), np.full(N_STAGES, -20.0)
        coefficients[:, machine.classes_], bias[machine.classes_] = machine.coef_.T, machine.intercept_
        share = np.bincount(self._truth[rows], minlength=N_STAGES) / len(rows)
        return coefficients, bias, np.log(np.maximum(share, 1e-6))


def _join_turns(own: csr_matrix, is_first: NDArray[np.bool_], share: float) -> csr_matrix:
    """Features of each turn and, in as many columns again, those of the turn before by their share, as `join_turns` has them."""
    earlier = csr_matrix(own[np.maximum(np.arange(len(is_first)) - 1, 0)])
    return csr_matrix(hstack([own, diags(np.where(is_first, 0.0, share)) @ earlier]))
