import numpy as np
import pytest

from bot.nlu.stage_examples import LabelledConversation, LabelledTurn
from bot.nlu.stage_tables import Smoothing, build_tables, count, fit_transitions
from journey_state.facts import FACT_NAMES
from journey_state.stage_model import N_STAGES, START
from journey_state.stages import STAGES, Stage

INTENTS = ("ask_price", "greet", "report_outage")
A, C, S = (STAGES.index(stage) for stage in (Stage.AWARENESS, Stage.CONSIDERATION, Stage.SERVICE))


def conversation(number: int, *turns: tuple[str, Stage]) -> LabelledConversation:
    return LabelledConversation(f"c-{number}", tuple(LabelledTurn("…", stage, intent) for intent, stage in turns))


SEEN = [conversation(n, ("greet", Stage.AWARENESS), ("ask_price", Stage.CONSIDERATION), ("greet", Stage.CONSIDERATION)) for n in range(20)]
SEEN += [conversation(20 + n, ("report_outage", Stage.SERVICE), ("greet", Stage.SERVICE)) for n in range(10)]
COUNTS = count(SEEN, INTENTS)
TABLES = build_tables(COUNTS, INTENTS, Smoothing())


def test_turns_are_counted_by_intent_and_stage_before() -> None:
    assert COUNTS.moves[1, START, A] == 20 and COUNTS.moves[0, A, C] == 20 and COUNTS.moves[1, S, S] == 10
    assert COUNTS.sequels[1, 0] == 20 and COUNTS.sequels[2, 1] == 10 and COUNTS.sequels[1, 1] == 0
    assert COUNTS.stages.tolist() == [20, 40, 0, 20, 0, 0] and COUNTS.moves.sum() == 80


def test_tables_are_probabilities() -> None:
    assert TABLES.transitions.shape == (len(INTENTS) + 1, N_STAGES + 1, N_STAGES)
    assert TABLES.transitions.sum(axis=2) == pytest.approx(1.0) and (TABLES.transitions > 0)[:-1].all()
    assert TABLES.intent_ratios.shape == (N_STAGES + 1, len(INTENTS) + 1) and (TABLES.intent_ratios > 0).all()
    assert TABLES.sequel_ratios.shape == (len(INTENTS) + 1, len(INTENTS) + 1)
    assert TABLES.fact_weights.shape == (len(FACT_NAMES), N_STAGES) and np.isfinite(TABLES.fact_weights).all()
    assert TABLES.stage_shares.sum() == pytest.approx(1.0)


def test_what_was_seen_often_is_believed() -> None:
    assert TABLES.transitions[0, A, C] > 0.9 and TABLES.transitions[2, START, S] > 0.8
    assert TABLES.intent_ratios[A, 0] > 1 > TABLES.intent_ratios[A, 2]
    assert TABLES.sequel_ratios[1, 0] > 1


def test_a_keeping_intent_keeps_stages_in_which_it_was_never_seen() -> None:
    decision = STAGES.index(Stage.DECISION)
    assert TABLES.transitions[1, decision].argmax() == decision


def test_rare_cases_back_off_to_the_intent() -> None:
    assert TABLES.transitions[2, STAGES.index(Stage.RETENTION)].argmax() == S


def test_any_other_intent_keeps_the_stage_and_opens_like_small_talk() -> None:
    assert TABLES.transitions[-1, :N_STAGES] == pytest.approx(np.eye(N_STAGES))
    assert TABLES.transitions[-1, START].argmax() == A


def test_no_counts_at_all_say_nothing() -> None:
    assert fit_transitions(np.zeros((2, 7, 6)), ridge=1.0) == pytest.approx(1 / N_STAGES)
