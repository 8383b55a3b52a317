import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from journey_state.stage_model import (
    N_STAGES,
    START,
    Belief,
    Floats,
    Observation,
    StageModel,
    StageModelError,
    Tables,
    Weights,
    load_stage_model,
)
from journey_state.stages import STAGES, Stage, StageEstimate

INTENTS = ("ask_price", "greet", "report_outage")
FACTS = ("paid_plan", "open_order")
DAY_S = 86_400.0
MODEL = StageModel(INTENTS, FACTS, Tables(
    transitions=np.array([
        np.tile([0.02, 0.9, 0.02, 0.02, 0.02, 0.02], (7, 1)),
        np.vstack([np.eye(6) * 0.94 + 0.01, [0.95, 0.01, 0.01, 0.01, 0.01, 0.01]]),
        np.tile([0.02, 0.02, 0.02, 0.9, 0.02, 0.02], (7, 1)),
        np.vstack([np.eye(6), [0.95, 0.01, 0.01, 0.01, 0.01, 0.01]]),
    ]),
    intent_ratios=np.ones((7, 4)), sequel_ratios=np.ones((4, 4)),
    fact_weights=np.array([[-3.0, 0, 0, 1.0, 1.0, 0], [-1.0, 0, 2.0, 0, 0, 0]]),
    stage_shares=np.full(6, 1 / 6),
), Weights(1.0, 0.5, 0.5, 1.0, 0.3, 1.0), sure_from=0.6, return_days=30.0)
DECIDING = Belief({Stage.DECISION: 0.9, Stage.CONSIDERATION: 0.1})


def estimate(before: Belief, intents: dict[str, float], *, words: Floats | None = None, facts: tuple[str, ...] = ()) -> StageEstimate:
    return MODEL.estimate(before, Observation(intents, words, facts))


@pytest.mark.parametrize("before, intents, chosen", [
    (Belief(), {"greet": 1.0}, Stage.AWARENESS),
    (Belief(), {"ask_price": 1.0}, Stage.CONSIDERATION),
    (DECIDING, {"report_outage": 1.0}, Stage.SERVICE),
    (DECIDING, {"greet": 1.0}, Stage.DECISION),
    (DECIDING, {"an_intent_of_next_year": 1.0}, Stage.DECISION),
    (DECIDING, {}, Stage.DECISION),
    (Belief(), {}, Stage.AWARENESS),
])
def test_stage_follows_intent_and_past(before: Belief, intents: dict[str, float], chosen: Stage) -> None:
    assert estimate(before, intents).chosen is chosen


@pytest.mark.parametrize("intents", [{"ask_price": 0.3}, {"ask_price": 5.0, "greet": -1.0}, {"x": 0.0}, {"greet": 1e-30}])
@pytest.mark.parametrize("facts", [(), ("paid_plan",), ("paid_plan", "open_order", "a_fact_of_next_year")])
def test_probabilities_sum_to_one_whatever_comes(intents: dict[str, float], facts: tuple[str, ...]) -> None:
    found = estimate(DECIDING, intents, facts=facts, words=np.array([50.0, -50, 0, 0, 0, 0]))
    assert sum(found.probabilities.values()) == pytest.approx(1.0)
    assert set(found.probabilities) == set(STAGES)
    assert found.probability == max(found.probabilities.values())
    assert found.probabilities[found.runner_up] == sorted(found.probabilities.values())[-2]


def test_change_is_told_only_when_there_was_a_stage_before() -> None:
    assert estimate(DECIDING, {"report_outage": 1.0}).changed
    assert not estimate(DECIDING, {"greet": 1.0}).changed
    assert not estimate(Belief(), {"report_outage": 1.0}).changed


def test_an_unsure_belief_leaves_the_slot_unsure() -> None:
    torn = estimate(Belief(), {"ask_price": 0.5, "report_outage": 0.5})
    assert not torn.is_sure and torn.slot_value == "unsure"
    assert estimate(Belief(), {"ask_price": 1.0}).slot_value == "consideration"


def test_words_move_the_belief_unless_the_intent_keeps_the_stage() -> None:
    words = np.array([0.0, 0, 0, 6.0, 0, 0])
    assert estimate(DECIDING, {"ask_price": 1.0}, words=words).probabilities[Stage.SERVICE] > 0.2
    assert estimate(DECIDING, {"greet": 1.0}, words=words).probabilities == estimate(DECIDING, {"greet": 1.0}).probabilities


def test_facts_speak_loudest_where_nothing_was_known_before() -> None:
    stranger, customer = estimate(Belief(), {"greet": 1.0}), estimate(Belief(), {"greet": 1.0}, facts=("paid_plan",))
    assert stranger.chosen is Stage.AWARENESS and customer.chosen is not Stage.AWARENESS
    later = estimate(DECIDING, {"greet": 1.0}, facts=("paid_plan",))
    assert later.chosen is Stage.DECISION


def test_facts_that_do_not_hold_change_nothing() -> None:
    assert estimate(DECIDING, {"greet": 1.0}, facts=()).probabilities == estimate(DECIDING, {"greet": 1.0}).probabilities


@pytest.mark.parametrize("days, least, most", [(0, 0.89, 0.91), (30, 0.5, 0.6), (3650, 0.1, 0.2)])
def test_time_without_a_word_fades_the_belief(days: float, least: float, most: float) -> None:
    opened = MODEL.open_belief(Belief(DECIDING.probabilities, elapsed_s=days * DAY_S))
    assert least <= opened[STAGES.index(Stage.DECISION)] <= most
    assert opened.sum() == pytest.approx(1.0) and opened[START] == 0.0


def test_a_clock_that_ran_backwards_fades_nothing() -> None:
    assert MODEL.open_belief(Belief(DECIDING.probabilities, elapsed_s=-5.0))[2] == pytest.approx(0.9)


def test_one_odd_sentence_does_not_throw_a_customer_back() -> None:
    odd = estimate(Belief({Stage.RETENTION: 0.95, Stage.SERVICE: 0.05}), {"greet": 0.7, "ask_price": 0.3})
    assert odd.chosen is Stage.RETENTION


def test_intents_are_explained_by_what_the_past_makes_likely() -> None:
    told = MODEL.explain_intents(DECIDING, Observation({"greet": 0.5, "ask_price": 0.5}))
    assert set(told) == set(INTENTS) and sum(told.values()) == pytest.approx(1.0)


def test_a_saved_model_reads_back_the_same(tmp_path: Path) -> None:
    MODEL.save(tmp_path)
    seen = Observation({"ask_price": 0.6, "greet": 0.4}, np.arange(N_STAGES) / 10, ("open_order",))
    assert load_stage_model(tmp_path).estimate(DECIDING, seen) == MODEL.estimate(DECIDING, seen)


@pytest.mark.parametrize("name, content", [("stages.json", "{}"), ("stages.json", "not json"), ("stages.npz", "not arrays")])
def test_a_broken_model_names_the_remedy(tmp_path: Path, name: str, content: str) -> None:
    MODEL.save(tmp_path)
    (tmp_path / name).write_text(content)
    with pytest.raises(StageModelError, match="run `donghanh train`"):
        load_stage_model(tmp_path)


def test_a_missing_model_names_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(StageModelError, match="run `donghanh train`"):
        load_stage_model(tmp_path)


def test_serving_loads_neither_database_nor_training_libraries() -> None:
    script = "import sys, journey_state.stage_model; print({'sqlalchemy', 'sklearn', 'scipy', 'rasa', 'yaml'} & set(sys.modules))"
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2])
    assert told.stdout.strip() == "set()"
