"""One line across channels, in any model's words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from journey_state.journey_lines import draw_line
from journey_state.journey_models import load_journey_models
from tests.fixtures.journeys import later

MODELS = load_journey_models(Path(__file__).parents[2] / "data" / "journey_models")


def touch(hour: int, group: str, stage: str | None, channel: str = "website") -> dict[str, Any]:
    return {"occurred_at": later(hours=hour), "group": group, "stage": stage, "channel": channel, "type": f"{group}_x"}


JOURNEY = [
    touch(0, "exposure", "awareness"), touch(1, "inquiry", "consideration"), touch(2, "inquiry", None, "telegram"),
    touch(3, "payment", "decision"), touch(4, "support", "service"), touch(5, "sharing", "advocacy"),
]


@pytest.mark.parametrize(("model", "expected"), [
    ("kdata", ["Awareness", "Consideration", "Decision", "Experience", "Advocacy"]),
    ("aarrr", ["Acquisition", "Revenue", "Retention", "Referral"]),
    ("five_a", ["Aware", "Ask", "Act", "Advocate"]),
])
def test_journey_is_told_in_each_models_words(model: str, expected: list[str]) -> None:
    assert [stretch.native.label.en for stretch in draw_line(JOURNEY, MODELS[model])] == expected


def test_stretch_counts_its_touchpoints_and_channels() -> None:
    asking = draw_line(JOURNEY, MODELS["kdata"])[1]

    assert (asking.count, asking.channels, asking.began_at, asking.ended_at) == (2, ("website", "telegram"), later(hours=1), later(hours=2))
    assert all(draw_line([], model) == [] for model in MODELS.values()) and len(MODELS) == 8
