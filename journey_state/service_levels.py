"""Who is served first: time left of the promise × what a stage risks × mood."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from journey_state.desk_settings import DeskSettings, Team
from journey_state.opening_hours import add_open_time, open_time_between

# A promise that is all but used up, or broken, presses this much more than a fresh one.
MOST_PRESSING = 20.0
FRESH = 0.05
# Unhappy people weigh up to twice as much as cheerful ones.
MOOD_WEIGHT = 1 / 3
PRESSING = timedelta(minutes=5)


@dataclass(frozen=True)
class Waiting:
    """What the order of the queue depends on. mood: -1 to 1, None when unknown; tier: none, paid or priority."""

    stage: str | None
    tier: str
    asked_at: datetime
    mood: float | None = None
    priority: int = 0
    team_id: str = ""


@dataclass(frozen=True)
class ServiceLevel:
    """The clock of one handoff. left: open time until the promise is broken, negative after; urgency: higher goes first."""

    team: Team
    due_at: datetime
    left: timedelta
    is_late: bool
    urgency: float

    @property
    def is_pressing(self) -> bool:
        """True in the last minutes before the promise is broken."""
        return not self.is_late and self.left <= PRESSING


def measure_service(waiting: Waiting, desk: DeskSettings, now: datetime) -> ServiceLevel:
    """Say by when somebody must answer and how urgent it is; minutes count only while the team works."""
    team = desk.team(waiting.team_id) or desk.team_of_stage(waiting.stage)
    hours, allowed = desk.hours_of(team), promise_of(waiting, desk)
    due_at = add_open_time(hours, waiting.asked_at, allowed)
    left = open_time_between(hours, now, due_at)
    return ServiceLevel(team, due_at, left, now > due_at, _urgency(waiting, desk, left / allowed))


def promise_of(waiting: Waiting, desk: DeskSettings) -> timedelta:
    """How long somebody of this stage and tier may wait; without a stage as in service."""
    row = desk.answer_minutes.get(waiting.stage or "") or desk.answer_minutes["service"]
    return timedelta(minutes=row[waiting.tier])


def _urgency(waiting: Waiting, desk: DeskSettings, left_ratio: float) -> float:
    pressure = 1 / max(left_ratio, FRESH) if left_ratio > 0 else MOST_PRESSING * (1 - left_ratio)
    risk = desk.stage_risk.get(waiting.stage or "", 1.0)
    mood = 1 - (waiting.mood or 0.0) * MOOD_WEIGHT
    return pressure * risk * mood * (1 + waiting.priority / 10)
