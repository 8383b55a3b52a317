from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bot.nlu.stage_examples import LabelledConversation, load_conversations
from bot.nlu.stage_tables import Smoothing, build_tables, count
from bot.nlu.stage_turns import FOLDS, lay_out_turns, run_filter, split_conversations
from journey_state.facts import FACT_NAMES
from journey_state.stage_model import KEEPING, Belief, Observation, StageModel, Weights
from journey_state.stages import STAGES

CONVERSATIONS = load_conversations(Path(__file__).parents[3] / "data" / "stages")[::10]
INTENTS = tuple(sorted({turn.intent for told in CONVERSATIONS for turn in told.turns}))
CHANCES = [{turn.intent: 0.6, "thank": 0.3, "not_learned": 0.1} for told in CONVERSATIONS for turn in told.turns]
TABLES = build_tables(count(CONVERSATIONS, INTENTS), INTENTS, Smoothing())
MODEL = StageModel(INTENTS, FACT_NAMES, TABLES, Weights(sharpness=0.9), sure_from=0.5, return_days=30.0)
TURNS = lay_out_turns(CONVERSATIONS, CHANCES, INTENTS, np.zeros(len(CONVERSATIONS), dtype=np.int64))
WORDS = np.random.default_rng(7).normal(size=TURNS.words.shape)


def play(conversation: LabelledConversation, first: int) -> list[list[float]]:
    """Beliefs as serving moves them, turn by turn; first: row of the conversation's first turn."""
    belief, told = Belief(), []
    for row in range(first, first + len(conversation.turns)):
        facts = [name for name, holds in zip(FACT_NAMES, TURNS.facts[row], strict=True) if holds]
        estimate = MODEL.estimate(belief, Observation(CHANCES[row], WORDS[row], facts))
        told.append([estimate.probabilities[stage] for stage in STAGES])
        belief = Belief(estimate.probabilities, intents=CHANCES[row])
    return told


def test_the_filter_over_all_turns_is_the_filter_of_serving() -> None:
    together = run_filter(TURNS.with_words(WORDS, INTENTS), [TABLES], MODEL.weights)
    starts = np.cumsum([0, *(len(told.turns) for told in CONVERSATIONS)])
    one_by_one = [row for told, first in zip(CONVERSATIONS, starts, strict=False) for row in play(told, first)]
    assert together == pytest.approx(np.array(one_by_one), abs=1e-9)


def test_beliefs_are_scored_against_the_labels() -> None:
    sure = np.eye(6)[TURNS.truth]
    assert TURNS.loss(sure) == pytest.approx(0.0, abs=1e-6) and TURNS.score(sure).accuracy == 1.0
    assert TURNS.loss(np.full_like(sure, 1 / 6)) == pytest.approx(np.log(6))


def test_words_of_keeping_intents_are_taken_out() -> None:
    weighed = TURNS.with_words(np.ones_like(TURNS.words), INTENTS).words[:, 0]
    assert weighed == pytest.approx(1 - TURNS.asked[:, [place for place, name in enumerate(INTENTS) if name in KEEPING]].sum(axis=1))


def test_whole_conversations_stay_in_one_fold() -> None:
    folds = split_conversations(23, seed=0)
    assert sorted(np.bincount(folds, minlength=FOLDS).tolist()) == [4, 4, 5, 5, 5]
    assert (folds == split_conversations(23, seed=0)).all() and (folds != split_conversations(23, seed=1)).any()
