"""Turns counted conversations into the stage filter's probabilities, smoothed towards simpler ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from bot.nlu.stage_examples import LabelledConversation
from bot.nlu.stage_facts import simulate_facts
from journey_state.facts import FACT_NAMES
from journey_state.stage_model import KEEPING, N_STAGES, START, Tables
from journey_state.stages import STAGES

Floats = NDArray[np.float64]
FACT_DRAWS = 20

@dataclass(frozen=True)
class Smoothing:
    """How strongly counts are drawn towards simpler tables; chosen by cross-validation.

    convention: turns added for each keeping intent and stage, in which the stage is kept: conversations seldom
    show a customer of years who says hello; ridge: strength of all penalties of `fit_transitions`; context, sequel:
    pseudo-counts of the plain intent distribution in the tables by stage and by intent before; facts: pseudo-turns
    behind each fact's odds.
    """

    convention: float = 2.0
    ridge: float = 1.0
    context: float = 20.0
    sequel: float = 5.0
    facts: float = 10.0


@dataclass(frozen=True, eq=False)
class Counts:
    """What the conversations hold; equal only to itself.

    moves: float (n, 7, 6), turns by intent, stage before (6: none) and stage; sequels: float (n, n), turns by
    intent before and intent; facts: float (n_facts, 6), turns by fact that holds and stage; stages: float (6,).
    """

    moves: Floats
    sequels: Floats
    facts: Floats
    stages: Floats


def count(conversations: Sequence[LabelledConversation], intents: Sequence[str]) -> Counts:
    """Count moves and sequels, and facts averaged over many draws of `simulate_facts`."""
    places = {name: place for place, name in enumerate(intents)}
    moves, sequels = np.zeros((len(intents), N_STAGES + 1, N_STAGES)), np.zeros((len(intents), len(intents)))
    for conversation in conversations:
        stage_before, intent_before = START, -1
        for turn in conversation.turns:
            stage, intent = STAGES.index(turn.stage), places[turn.intent]
            moves[intent, stage_before, stage] += 1
            if intent_before >= 0:
                sequels[intent_before, intent] += 1
            stage_before, intent_before = stage, intent
    return Counts(moves, sequels, _count_facts(conversations), moves.sum(axis=(0, 1)))


def add_counts(parts: Sequence[Counts]) -> Counts:
    """The counts of several groups of conversations together."""
    return Counts(*(np.asarray(sum(getattr(part, name) for part in parts)) for name in ("moves", "sequels", "facts", "stages")))


def _count_facts(conversations: Sequence[LabelledConversation]) -> Floats:
    held = np.zeros((len(FACT_NAMES), N_STAGES))
    for conversation, draw in product(conversations, range(FACT_DRAWS)):
        for turn, names in zip(conversation.turns, simulate_facts(conversation, draw + 1), strict=True):
            held[[FACT_NAMES.index(name) for name in names], STAGES.index(turn.stage)] += 1 / FACT_DRAWS
    return held


def build_tables(counts: Counts, intents: Sequence[str], smoothing: Smoothing) -> Tables:
    """Smooth the counts into tables; one more row of intents stands for any other intent, which keeps the stage."""
    transitions = _smooth_moves(counts, tuple(intents), smoothing.convention, smoothing.ridge)
    by_stage = counts.moves.sum(axis=2).T
    plain = _share(by_stage.sum(axis=0) + 1.0)
    context = _share(by_stage + smoothing.context * plain) / plain
    sequel = _share(counts.sequels + smoothing.sequel * plain) / plain
    return Tables(
        transitions=_append_other(transitions, counts, intents),
        intent_ratios=np.pad(context, ((0, 0), (0, 1)), constant_values=1.0),
        sequel_ratios=np.pad(sequel, ((0, 1), (0, 1)), constant_values=1.0),
        fact_weights=_weigh_facts(counts, smoothing.facts),
        stage_shares=_share(counts.stages + 1.0),
    )


def fit_transitions(moves: Floats, ridge: float) -> Floats:
    """P(stage | intent, stage before) from counts (n, 7, 6), by penalised maximum likelihood.

    Scores are sums of effects that back off to each other: the stage before; the intent; how much the intent
    keeps the stage, in general and for each stage; the three together. The rarer the case, the more its
    probabilities come from the simpler effects.
    """
    sizes, strengths = _list_effects(len(moves))
    penalty = np.concatenate([np.full(int(np.prod(size)), ridge * strength) for size, strength in zip(sizes, strengths, strict=True)])
    totals = moves.sum(axis=2, keepdims=True)

    def loss(flat: Floats) -> tuple[float, Floats]:
        scores = _add_effects(_split(flat, sizes))
        logs = scores - np.logaddexp.reduce(scores, axis=2, keepdims=True)
        slope = totals * np.exp(logs) - moves
        value = -float((moves * logs).sum()) + 0.5 * float((penalty * flat * flat).sum())
        return value, _collect_slopes(slope) + penalty * flat

    found = minimize(loss, np.zeros(len(penalty)), jac=True, method="L-BFGS-B", options={"maxiter": 300})
    scores = _add_effects(_split(found.x, sizes))
    return np.asarray(np.exp(scores - np.logaddexp.reduce(scores, axis=2, keepdims=True)))


_SAME = np.eye(N_STAGES + 1, N_STAGES)


def _list_effects(n: int) -> tuple[list[tuple[int, ...]], list[float]]:
    sizes: list[tuple[int, ...]] = [(N_STAGES + 1, N_STAGES), (n, N_STAGES), (n,), (n, N_STAGES), (n, N_STAGES + 1, N_STAGES)]
    return sizes, [0.1, 0.02, 0.03, 0.1, 1.0]


def _split(flat: Floats, sizes: Sequence[tuple[int, ...]]) -> list[Floats]:
    ends = np.cumsum([int(np.prod(size)) for size in sizes])[:-1]
    return [part.reshape(size) for part, size in zip(np.split(flat, ends), sizes, strict=True)]


def _add_effects(effects: Sequence[Floats]) -> Floats:
    before, intent, keeping, keeping_here, together = effects
    kept = (keeping[:, None] + keeping_here)[:, None, :] * _SAME
    return np.asarray(before[None] + intent[:, None, :] + kept + together)


def _collect_slopes(slope: Floats) -> Floats:
    kept = (slope * _SAME).sum(axis=1)
    parts = (slope.sum(axis=0), slope.sum(axis=1), kept.sum(axis=1), kept, slope)
    return np.concatenate([part.ravel() for part in parts])


@lru_cache(maxsize=64)
def _smooth_moves(counts: Counts, intents: tuple[str, ...], convention: float, ridge: float) -> Floats:
    # Remembered: the search for the best smoothing asks for the same fit many times.
    return fit_transitions(_add_convention(counts.moves, intents, convention), ridge)


def _add_convention(moves: Floats, intents: Sequence[str], turns: float) -> Floats:
    keeping = np.array([name in KEEPING for name in intents], dtype=float)
    return np.asarray(moves + turns * keeping[:, None, None] * _SAME)


def _append_other(transitions: Floats, counts: Counts, intents: Sequence[str]) -> Floats:
    keeping = [place for place, name in enumerate(intents) if name in KEEPING]
    other = _SAME.copy()
    other[START] = _share(counts.moves[keeping, START].sum(axis=0) + 1 / N_STAGES)
    return np.concatenate([transitions, other[None]])


def _weigh_facts(counts: Counts, pseudo: float) -> Floats:
    stages = _share(counts.stages + 1.0)
    given_fact = _share(counts.facts + pseudo * stages)
    return np.asarray(np.log(given_fact / stages))


def _share(weights: Floats) -> Floats:
    return np.asarray(weights / weights.sum(axis=-1, keepdims=True))
