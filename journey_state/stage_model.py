"""The stage filter: a hidden Markov model whose moves depend on what a message asks for.

After every message  belief(s) ∝ evidence(s) · Σ_f Σ_i  belief(f) · P(i | message) · P(i | f, intent before) / P(i) · P(s | f, i)
with f the stage before, i the intents, and evidence what the words and the business facts add. Facts that hold all
the time are not new at every message: they count most where nothing was known before. Nothing here learns.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from journey_state.errors import JourneyError
from journey_state.stages import STAGES, Stage, StageEstimate

Floats = NDArray[np.float64]
N_STAGES = len(STAGES)
START = N_STAGES
DAY_S = 86_400.0
TINY = 1e-12
# Intents that keep the stage by convention (DESIGN, section 4): their words say nothing of it.
KEEPING = frozenset({
    "greet", "goodbye", "thank", "affirm", "deny", "chitchat", "out_of_scope", "ask_human", "give_contact", "rate_csat", "rate_nps",
    "ask_privacy", "ask_hours", "switch_language",
})


class StageModelError(JourneyError):
    """A stage model's files are absent or do not fit together."""


@dataclass(frozen=True)
class Belief:
    """What was believed before a message.

    probabilities: over the stages, or empty for somebody never met; elapsed_s: seconds since;
    intents: probabilities of the intents of the message before, empty when there was none.
    """

    probabilities: Mapping[Stage, float] = field(default_factory=dict)
    elapsed_s: float = 0.0
    intents: Mapping[str, float] = field(default_factory=dict)

    @property
    def chosen(self) -> Stage | None:
        """The likeliest stage before the message."""
        return max(self.probabilities, key=self.probabilities.__getitem__) if self.probabilities else None


@dataclass(frozen=True)
class Observation:
    """What one message shows.

    intents: calibrated probabilities by name; words: float (6,), log P(stage | words) − log P(stage),
    or None without words; facts: names of the business facts that hold now.
    """

    intents: Mapping[str, float]
    words: Floats | None = None
    facts: Sequence[str] = ()


@dataclass(frozen=True)
class Tables:
    """Learned arrays. n = number of intents; one more row stands for any other (a button's, a new one): it keeps the stage.

    transitions: float (n + 1, 7, 6), P(stage | intent, stage before), rows sum to 1; stage before 6 = nothing before.
    intent_ratios: float (7, n + 1), P(intent | stage before) / P(intent).
    sequel_ratios: float (n + 1, n + 1), P(intent | intent before) / P(intent).
    fact_weights: float (n_facts, 6), log-odds that a fact which holds adds to each stage.
    stage_shares: float (6,), how common each stage is: what is believed of somebody not heard of for long.
    """

    transitions: Floats
    intent_ratios: Floats
    sequel_ratios: Floats
    fact_weights: Floats
    stage_shares: Floats


@dataclass(frozen=True)
class Weights:
    """Learned exponents: how far each source is trusted.

    first_facts: facts where nothing was known before; facts: later on; sharpness: of the belief itself, below 1 when it is too sure.
    """

    intents: float = 1.0
    sequel: float = 0.6
    words: float = 0.6
    first_facts: float = 0.5
    facts: float = 0.3
    sharpness: float = 1.0


@dataclass(frozen=True)
class StageModel:
    """Everything `donghanh train` learned of the stage, and the filter over it.

    sure_from: least probability at which routing may follow the stage.
    return_days: after so many days without a word, half of the belief is forgotten.
    """

    intents: tuple[str, ...]
    facts: tuple[str, ...]
    tables: Tables
    weights: Weights
    sure_from: float
    return_days: float

    def estimate(self, before: Belief, seen: Observation) -> StageEstimate:
        """Say which stage a contact most likely reached with a message.

        Probabilities sum to 1. A belief without probabilities is a first meeting. Never raises
        for unknown intents or facts: the former keep the stage, the latter say nothing.
        """
        asked, odds = self.place_intents(seen.intents)[None], self.weigh_facts(seen.facts)[None]
        kernels = open_with_facts(make_kernels(self.tables, self.weights, asked, self.place_earlier(before)[None]), self.weights, odds)
        evidence = weigh_evidence(self.weights, self.weigh_words(seen)[None], odds)
        return self._choose(move_beliefs(self.open_belief(before)[None], kernels, evidence, self.weights.sharpness)[0], before.chosen)

    def explain_intents(self, before: Belief, seen: Observation) -> dict[str, float]:
        """Probability of each known intent once the stage before, words and facts have had their say; sums to 1 at most."""
        asked = weigh_intents(self.tables, self.weights, self.place_intents(seen.intents)[None], self.place_earlier(before)[None])[0]
        evidence = weigh_evidence(self.weights, self.weigh_words(seen), self.weigh_facts(seen.facts))
        joint = np.einsum("f,fi,ifs->is", self.open_belief(before), asked, self.tables.transitions) * np.exp(evidence)
        return dict(zip(self.intents, (joint.sum(axis=1) / joint.sum()).tolist(), strict=False))

    def open_belief(self, before: Belief) -> Floats:
        """Belief over (six stages, nothing before): float (7,), sums to 1; time passed moves it to the stages' shares."""
        opened = np.zeros(N_STAGES + 1)
        if not before.probabilities:
            opened[START] = 1.0
            return opened
        kept = 0.5 ** (max(before.elapsed_s, 0.0) / DAY_S / self.return_days)
        believed = _normalise(np.array([before.probabilities.get(stage, 0.0) for stage in STAGES]) + TINY)
        opened[:N_STAGES] = kept * believed + (1.0 - kept) * self.tables.stage_shares
        return opened

    def place_intents(self, intents: Mapping[str, float]) -> Floats:
        """Intents by name → float (n + 1,), sums to 1; unknown names share the last place, which nothing known fills too."""
        placed = np.zeros(len(self.intents) + 1)
        for name, chance in intents.items():
            placed[self.intents.index(name) if name in self.intents else -1] += max(float(chance), 0.0)
        if placed.sum() <= 0:
            placed[-1] = 1.0
        return _normalise(placed)

    def place_earlier(self, before: Belief) -> Floats:
        """Intents of the message before: float (n + 1,); zeros when there was none."""
        return self.place_intents(before.intents) if before.intents else np.zeros(len(self.intents) + 1)

    def weigh_facts(self, facts: Sequence[str]) -> Floats:
        """Log-odds of the facts that hold: float (6,); unknown names say nothing."""
        held = [self.facts.index(name) for name in facts if name in self.facts]
        return np.asarray(self.tables.fact_weights[held].sum(axis=0), dtype=np.float64)

    def weigh_words(self, seen: Observation) -> Floats:
        """The words' log evidence, float (6,), as far as the message does not ask for something that keeps the stage."""
        if seen.words is None:
            return np.zeros(N_STAGES)
        kept = sum(chance for name, chance in zip(self.intents, self.place_intents(seen.intents), strict=False) if name in KEEPING)
        return np.asarray(seen.words * (1.0 - kept))

    def _choose(self, belief: Floats, before: Stage | None) -> StageEstimate:
        order = np.argsort(-belief, kind="stable")
        chosen = STAGES[order[0]]
        return StageEstimate(
            probabilities={stage: float(p) for stage, p in zip(STAGES, belief, strict=True)},
            chosen=chosen, runner_up=STAGES[order[1]], is_sure=bool(belief[order[0]] >= self.sure_from),
            changed=before is not None and chosen is not before,
        )

    def save(self, folder: Path) -> None:
        """Write stages.json and stages.npz into a folder."""
        plain = {"intents": self.intents, "facts": self.facts, "weights": asdict(self.weights),
                 "sure_from": self.sure_from, "return_days": self.return_days}
        (folder / "stages.json").write_text(json.dumps(plain), encoding="utf-8")
        np.savez_compressed(folder / "stages.npz", **{item.name: getattr(self.tables, item.name) for item in fields(Tables)})


def make_kernels(tables: Tables, weights: Weights, asked: Floats, earlier: Floats) -> Floats:
    """Moves that messages cause: float (n_messages, 7, 6), unnormalised.

    asked, earlier: float (n_messages, n + 1), intents of each message and of the one before it (zeros: none).
    """
    return np.asarray(np.einsum("nfi,ifs->nfs", weigh_intents(tables, weights, asked, earlier), tables.transitions, optimize=True))


def weigh_intents(tables: Tables, weights: Weights, asked: Floats, earlier: Floats) -> Floats:
    """Weight of every intent of every message by stage before: float (n_messages, 7, n + 1); arguments as `make_kernels`."""
    sequel = np.where(earlier.any(axis=1, keepdims=True), earlier @ tables.sequel_ratios, 1.0)
    likely = asked ** weights.intents * (sequel + TINY) ** weights.sequel
    return np.asarray(likely[:, None, :] * tables.intent_ratios)


def open_with_facts(kernels: Floats, weights: Weights, odds: Floats) -> Floats:
    """Let facts speak where nothing was known before. kernels: float (n_messages, 7, 6); odds: float (n_messages, 6)."""
    opened = kernels.copy()
    opened[:, START] *= np.exp(weights.first_facts * odds)
    return opened


def weigh_evidence(weights: Weights, words: Floats, odds: Floats) -> Floats:
    """Log evidence, float (…, 6), of words (those of keeping intents taken out) and of the facts' log-odds."""
    return np.asarray(weights.words * words + weights.facts * odds)


def move_beliefs(opened: Floats, kernels: Floats, evidence: Floats, sharpness: float) -> Floats:
    """One step of the filter: float (n, 6), rows sum to 1.

    opened: float (n, 7); kernels: float (n, 7, 6); evidence: float (n, 6), logs.
    """
    scores = sharpness * (np.log(np.einsum("nf,nfs->ns", opened, kernels) + TINY) + evidence)
    return np.asarray(np.exp(scores - np.logaddexp.reduce(scores, axis=1, keepdims=True)))


def load_stage_model(folder: Path) -> StageModel:
    """Read what `StageModel.save` wrote. Raises StageModelError with the remedy."""
    try:
        plain: dict[str, Any] = json.loads((folder / "stages.json").read_text(encoding="utf-8"))
        with np.load(folder / "stages.npz", allow_pickle=False) as arrays:
            tables = Tables(**{item.name: arrays[item.name].astype(np.float64) for item in fields(Tables)})
        return StageModel(tuple(plain["intents"]), tuple(plain["facts"]), tables, Weights(**plain["weights"]),
                          float(plain["sure_from"]), float(plain["return_days"]))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StageModelError(f"the stage model in {folder} cannot be read ({error}); run `donghanh train`") from error


def _normalise(weights: Floats) -> Floats:
    return np.asarray(weights / weights.sum())
