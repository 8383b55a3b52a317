"""A person's journey as one line across all channels, told in any journey model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from journey_state.journey_models import JourneyModel, NativeStage
from journey_state.stages import Stage
from journey_state.touchpoints import TouchpointGroup


@dataclass(frozen=True)
class Stretch:
    """Touchpoints in a row that a model puts into one of its stages. channels: in the order they were met."""

    native: NativeStage
    stage: str
    began_at: datetime
    ended_at: datetime
    count: int
    channels: tuple[str, ...]
    types: tuple[str, ...]


def draw_line(touchpoints: Sequence[Mapping[str, Any]], model: JourneyModel) -> list[Stretch]:
    """Put touchpoints, oldest first, into a model's words. One without a stage belongs to the stage before it."""
    stretches: list[Stretch] = []
    stage = Stage.AWARENESS
    for row in touchpoints:
        stage = Stage(row["stage"]) if row["stage"] else stage
        native = model.locate(stage, TouchpointGroup(row["group"]))
        if stretches and stretches[-1].native == native:
            stretches[-1] = _extend(stretches[-1], row)
        else:
            at = row["occurred_at"]
            stretches.append(Stretch(native, stage.value, at, at, 1, (row["channel"],), (row["type"],)))
    return stretches


def _extend(stretch: Stretch, row: Mapping[str, Any]) -> Stretch:
    return Stretch(
        stretch.native, stretch.stage, stretch.began_at, row["occurred_at"], stretch.count + 1,
        tuple(dict.fromkeys((*stretch.channels, row["channel"]))), tuple(dict.fromkeys((*stretch.types, row["type"]))),
    )
