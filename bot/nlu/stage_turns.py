"""Labelled turns laid out in arrays, and the filter run over all of them at once, each by tables that did not see it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from bot.nlu.intent_training import Chances
from bot.nlu.stage_examples import LabelledConversation
from bot.nlu.stage_facts import simulate_facts
from bot.nlu.stage_scores import StageScores, mark_first_turns, score_beliefs
from journey_state.facts import FACT_NAMES
from journey_state.stage_model import (
    KEEPING,
    N_STAGES,
    START,
    StageModel,
    Tables,
    Weights,
    make_kernels,
    move_beliefs,
    open_with_facts,
    weigh_evidence,
)
from journey_state.stages import STAGES

Floats = NDArray[np.float64]
Places = NDArray[np.int64]
FOLDS = 5


@dataclass(frozen=True)
class Turns:
    """All turns of all conversations in a row.

    asked, earlier: float (n, n_intents + 1), intents of each turn and of the one before it; words: float (n, 6);
    facts: float (n, n_facts), 1 where one holds; truth: stages (n,); fold: (n,), conversations stay whole;
    is_first: (n,); steps: by position in a conversation, rows and the rows before them (-1: none).
    """

    asked: Floats
    earlier: Floats
    words: Floats
    facts: Floats
    truth: Places
    fold: Places
    is_first: NDArray[np.bool_]
    steps: tuple[tuple[Places, Places], ...]

    def with_words(self, words: Floats, intents: Sequence[str]) -> Turns:
        """The same turns with their words' evidence, as far as they do not ask for something that keeps the stage."""
        keeping = [place for place, name in enumerate(intents) if name in KEEPING]
        return replace(self, words=words * (1.0 - self.asked[:, keeping].sum(axis=1, keepdims=True)))

    def loss(self, beliefs: Floats) -> float:
        """Mean negative log-likelihood of the true stages."""
        return float(-np.log(beliefs[np.arange(len(self.truth)), self.truth] + 1e-9).mean())

    def score(self, beliefs: Floats) -> StageScores:
        """How good beliefs float (n, 6) are."""
        return score_beliefs(beliefs, self.truth, self.is_first)


def lay_out_turns(conversations: Sequence[LabelledConversation], chances: Sequence[Chances], intents: tuple[str, ...],
                  folds: Places) -> Turns:
    """Arrays of all turns, without words yet; chances: intents of every turn in a row; folds: of every conversation."""
    lengths = [len(conversation.turns) for conversation in conversations]
    blank = StageModel(intents, FACT_NAMES, Tables(*[np.zeros(0)] * 5), Weights(), 0.0, 1.0)
    asked = np.array([blank.place_intents(chance) for chance in chances])
    is_first = mark_first_turns(lengths)
    truth = np.array([STAGES.index(turn.stage) for conversation in conversations for turn in conversation.turns])
    known = chain(*(simulate_facts(conversation) for conversation in conversations))
    return Turns(
        asked=asked, earlier=np.where(is_first[:, None], 0.0, np.roll(asked, 1, axis=0)), words=np.zeros((len(truth), N_STAGES)),
        facts=np.array([[name in names for name in FACT_NAMES] for names in known], dtype=float),
        truth=truth, fold=np.repeat(folds, lengths), is_first=is_first, steps=_list_steps(lengths),
    )


def split_conversations(amount: int, seed: int) -> Places:
    """Fold (0 … FOLDS − 1) of each conversation."""
    order = np.random.default_rng(seed).permutation(amount)
    folds = np.empty(amount, dtype=np.int64)
    folds[order] = np.arange(amount) % FOLDS
    return folds


def run_filter(turns: Turns, by_fold: Sequence[Tables], weights: Weights) -> Floats:
    """Beliefs float (n, 6) after every turn, each conversation moved by the tables of its fold."""
    kernels, evidence = np.zeros((len(turns.truth), N_STAGES + 1, N_STAGES)), np.zeros((len(turns.truth), N_STAGES))
    for left, tables in enumerate(by_fold):
        rows = turns.fold == left
        odds = turns.facts[rows] @ tables.fact_weights
        kernels[rows] = open_with_facts(make_kernels(tables, weights, turns.asked[rows], turns.earlier[rows]), weights, odds)
        evidence[rows] = weigh_evidence(weights, turns.words[rows], odds)
    beliefs = np.zeros((len(turns.truth), N_STAGES + 1))
    for rows, before in turns.steps:
        opened = beliefs[before] if before[0] >= 0 else np.eye(N_STAGES + 1)[np.full(len(rows), START)]
        beliefs[rows, :N_STAGES] = move_beliefs(opened, kernels[rows], evidence[rows], weights.sharpness)
    return beliefs[:, :N_STAGES]


def _list_steps(lengths: Sequence[int]) -> tuple[tuple[Places, Places], ...]:
    starts = np.cumsum([0, *lengths[:-1]])
    steps = []
    for position in range(max(lengths)):
        rows = np.array([start + position for start, length in zip(starts, lengths, strict=True) if length > position])
        steps.append((rows, rows - 1 if position else np.full(len(rows), -1)))
    return tuple(steps)
