"""The six stages of the customer journey and an estimate over them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum


class Stage(str, Enum):
    """Where in the journey a contact stands, in the order of the journey."""

    AWARENESS = "awareness"
    CONSIDERATION = "consideration"
    DECISION = "decision"
    SERVICE = "service"
    RETENTION = "retention"
    ADVOCACY = "advocacy"


STAGES: tuple[Stage, ...] = tuple(Stage)
UNSURE = "unsure"


@dataclass(frozen=True)
class Evidence:
    """One reason for a stage, ready to be read by staff in both languages."""

    kind: str
    vi: str
    en: str
    weight: float = 0.0


@dataclass(frozen=True)
class StageEstimate:
    """What the stage model believes after one message.

    probabilities: over all six stages, values sum to 1.
    chosen: the most likely stage; runner_up: the next.
    is_sure: False when routing should stay neutral.
    changed: True when chosen differs from the stage chosen before.
    """

    probabilities: Mapping[Stage, float]
    chosen: Stage
    runner_up: Stage
    is_sure: bool
    changed: bool = False
    evidence: tuple[Evidence, ...] = field(default=())
    model_version: str = ""

    @property
    def probability(self) -> float:
        """Probability (0..1) of the chosen stage."""
        return self.probabilities[self.chosen]

    @property
    def slot_value(self) -> str:
        """Value of Rasa's slot `journey_stage`: the stage, or `unsure`."""
        return self.chosen.value if self.is_sure else UNSURE

    def to_dict(self) -> dict[str, object]:
        """JSON form, the inverse of `parse_estimate`."""
        return {
            "probabilities": {s.value: round(p, 6) for s, p in self.probabilities.items()},
            "chosen": self.chosen.value,
            "runner_up": self.runner_up.value,
            "is_sure": self.is_sure,
            "changed": self.changed,
            "evidence": [vars(item) for item in self.evidence],
            "model_version": self.model_version,
        }


def parse_estimate(raw: Mapping[str, object]) -> StageEstimate:
    """Rebuild an estimate from `StageEstimate.to_dict`; raises KeyError on foreign input."""
    probabilities = raw["probabilities"]
    evidence = raw.get("evidence") or []
    assert isinstance(probabilities, Mapping) and isinstance(evidence, list)
    return StageEstimate(
        probabilities={Stage(name): float(p) for name, p in probabilities.items()},
        chosen=Stage(raw["chosen"]),
        runner_up=Stage(raw["runner_up"]),
        is_sure=bool(raw["is_sure"]),
        changed=bool(raw.get("changed")),
        evidence=tuple(Evidence(**item) for item in evidence),
        model_version=str(raw.get("model_version", "")),
    )
