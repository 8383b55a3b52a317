"""Learns the stage model from labelled conversations. Needs scikit-learn and scipy; serving needs neither.

Counts become tables (`stage_tables`), words a linear text model; how strongly tables are smoothed, how far each
source is trusted and from where a belief counts as sure is fitted on unseen turns: every conversation is judged
by tables, words and intents that never saw it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass, field, replace

import numpy as np
from scipy.optimize import minimize

from bot.nlu.intent_training import Chances
from bot.nlu.stage_examples import LabelledConversation
from bot.nlu.stage_scores import StageScores
from bot.nlu.stage_tables import Counts, Smoothing, add_counts, build_tables, count
from bot.nlu.stage_turns import FOLDS, Floats, Places, Turns, lay_out_turns, run_filter, split_conversations
from bot.nlu.stage_words import WordsModel
from bot.nlu.stage_words_training import WordsTrainer
from journey_state.facts import FACT_NAMES
from journey_state.stage_model import StageModel, Tables, Weights


@dataclass(frozen=True)
class StageSettings:
    """What training takes from config.yml.

    sure_accuracy: routing may follow stages whose probability makes them right so often; earlier_share: weight of
    the message before in the words; words_cost: inverse of the words' penalty; return_days: see StageModel.
    """

    sure_accuracy: float = 0.93
    earlier_share: float = 0.3
    words_cost: float = 3.0
    return_days: float = 30.0
    seed: int = 0


@dataclass(frozen=True)
class Material:
    """What training works on. counts: by the fold left out, None for none."""

    intents: tuple[str, ...]
    turns: Turns
    counts: dict[int | None, Counts]

    def build(self, smoothing: Smoothing, left: int | None = None) -> Tables:
        """Tables of all conversations but those of the fold left out."""
        return build_tables(self.counts[left], self.intents, smoothing)

    def build_by_fold(self, smoothing: Smoothing) -> list[Tables]:
        """For every fold, tables that did not see it."""
        return [self.build(smoothing, left) for left in range(FOLDS)]


@dataclass(frozen=True)
class LearnedWords:
    """The words' model, and for every turn float (n, 6) what models that did not see its fold make of its words."""

    model: WordsModel
    unseen: Floats


@dataclass(frozen=True)
class TrainedStages:
    """What training leaves: the filter, the words' model, and scores on conversations they did not see."""

    model: StageModel
    words: WordsModel
    scores: StageScores
    smoothing: Smoothing = field(default_factory=Smoothing)


def train_stages(conversations: Sequence[LabelledConversation], chances: Sequence[Chances], settings: StageSettings,
                 words: LearnedWords | None = None) -> TrainedStages:
    """Learn from conversations; deterministic.

    chances: calibrated intent probabilities of every turn in a row, from a classifier that did not see the turn;
    words: what `learn_words` gives for the same conversations, where it is there already.
    """
    words = words or learn_words(conversations, settings)
    material = gather_material(conversations, chances, settings, words)
    smoothing = choose_smoothing(material)
    by_fold = material.build_by_fold(smoothing)
    weights = fit_weights(material.turns, by_fold)
    beliefs = run_filter(material.turns, by_fold, weights)
    sure_from = choose_threshold(beliefs, material.turns.truth, settings.sure_accuracy)
    model = StageModel(material.intents, FACT_NAMES, material.build(smoothing), weights, sure_from, settings.return_days)
    return TrainedStages(model, words.model, material.turns.score(beliefs), smoothing)


def learn_words(conversations: Sequence[LabelledConversation], settings: StageSettings) -> LearnedWords:
    """Fit the words' model on all conversations, and once without each fold."""
    trainer = WordsTrainer(conversations, settings.earlier_share, settings.words_cost)
    folds = split_conversations(len(conversations), settings.seed)
    return LearnedWords(trainer.fit(), trainer.weigh_unseen(np.repeat(folds, [len(told.turns) for told in conversations])))


def gather_material(conversations: Sequence[LabelledConversation], chances: Sequence[Chances], settings: StageSettings,
                    words: LearnedWords) -> Material:
    """Count the conversations fold by fold and lay their turns out."""
    intents = tuple(sorted({turn.intent for conversation in conversations for turn in conversation.turns}))
    folds = split_conversations(len(conversations), settings.seed)
    turns = lay_out_turns(conversations, chances, intents, folds)
    by_fold = [count([told for told, fold in zip(conversations, folds, strict=True) if fold == held], intents) for held in range(FOLDS)]
    counts = {left: add_counts([one for held, one in enumerate(by_fold) if held != left]) for left in (None, *range(FOLDS))}
    return Material(intents, turns.with_words(words.unseen, intents), counts)


def choose_smoothing(material: Material) -> Smoothing:
    """Try weaker and stronger values of each setting in turn and keep what predicts unseen conversations best."""
    best, lowest = Smoothing(), np.inf
    for name in ("convention", "ridge", "context", "sequel", "facts"):
        for factor in (1 / 3, 1, 3):
            candidate = replace(best, **{name: getattr(Smoothing(), name) * factor})
            loss = material.turns.loss(run_filter(material.turns, material.build_by_fold(candidate), Weights()))
            if loss < lowest - 1e-6:
                best, lowest = candidate, loss
    return best


def fit_weights(turns: Turns, by_fold: Sequence[Tables]) -> Weights:
    """Trust in intents, the intent before, words and facts, and the belief's sharpness, by least loss on unseen conversations."""
    def read(flat: Floats) -> Weights:
        return Weights(*(float(value) for value in np.clip(flat, 0.0, 2.0)))

    def loss(flat: Floats) -> float:
        return turns.loss(run_filter(turns, by_fold, read(flat)))

    guess = np.array(astuple(Weights()))
    return read(minimize(loss, guess, method="Nelder-Mead", options={"maxfev": 200, "xatol": 0.01, "fatol": 1e-4}).x)


def choose_threshold(beliefs: Floats, truth: Places, accuracy: float) -> float:
    """Least probability (0.4 … 0.95) from which the chosen stages are right at least so often."""
    confidence, is_right = beliefs.max(axis=1), beliefs.argmax(axis=1) == truth
    for threshold in np.arange(0.4, 0.95, 0.01):
        sure = confidence >= threshold
        if sure.any() and is_right[sure].mean() >= accuracy:
            return round(float(threshold), 2)
    return 0.95
