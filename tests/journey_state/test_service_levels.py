"""Who goes first: time left × stage risk × mood, on a clock that knows when a team works."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from journey_state.desk_settings import load_default_settings
from journey_state.periods import VIETNAM
from journey_state.service_levels import ServiceLevel, Waiting, measure_service

DESK = load_default_settings()
MONDAY = datetime(2026, 3, 2, 10, 0, tzinfo=VIETNAM)


def measure(minutes: float = 5, **fields: Any) -> ServiceLevel:
    values: dict[str, Any] = {"stage": "service", "tier": "paid", "asked_at": MONDAY - timedelta(minutes=minutes)}
    return measure_service(Waiting(**{**values, **fields}), DESK, MONDAY)


@pytest.mark.parametrize(("first", "then"), [
    ({"minutes": 20}, {"minutes": 5}),
    ({"minutes": 29}, {"minutes": 20}),
    ({"minutes": 31}, {"minutes": 29}),
    ({"minutes": 90}, {"minutes": 31}),
    ({"tier": "priority"}, {"tier": "paid"}),
    ({"stage": "retention"}, {"stage": "service"}),
    ({"stage": "decision"}, {"stage": "awareness"}),
    ({"mood": -0.8}, {"mood": None}),
    ({"mood": None}, {"mood": 0.8}),
    ({"priority": 10}, {"priority": 0}),
])
def test_more_urgent_goes_first(first: dict[str, Any], then: dict[str, Any]) -> None:
    assert measure(**first).urgency > measure(**then).urgency


def test_clock_says_until_when_and_whether_it_is_pressing_or_late() -> None:
    fresh, pressing, late = measure(5), measure(26), measure(31)

    assert (fresh.due_at, fresh.left) == (MONDAY + timedelta(minutes=25), timedelta(minutes=25))
    assert [(level.is_pressing, level.is_late) for level in (fresh, pressing, late)] == [(False, False), (True, False), (False, True)]


def test_clock_of_a_team_stands_still_on_sunday() -> None:
    sunday = MONDAY - timedelta(days=1)
    sales = measure_service(Waiting("decision", "none", sunday), DESK, sunday + timedelta(hours=3))

    assert (sales.team.id, sales.left, sales.is_late) == ("sales", timedelta(minutes=15), False)
    assert sales.due_at == datetime(2026, 3, 2, 8, 45, tzinfo=VIETNAM)


def test_team_that_was_chosen_counts_before_that_of_the_stage() -> None:
    assert measure(team_id="billing").team.id == "billing"
    assert measure(team_id="dissolved").team.id == "support"


def test_unknown_stage_is_promised_what_service_is() -> None:
    assert measure(stage=None).due_at == measure(stage="service").due_at
