"""Settings of the desk: sensible as shipped, and nothing gets in that would not work."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pydantic import ValidationError

from journey_state.content import get_content
from journey_state.desk_settings import TIERS, DeskSettings, Face, contrast_with_white, load_default_settings
from journey_state.opening_hours import is_open
from tests.fixtures.journeys import NOW, later


def changed(**fields: Any) -> DeskSettings:
    return DeskSettings(**{**json.loads(load_default_settings().json()), **fields})


def test_shipped_promises_are_not_slower_than_the_content_tells_customers() -> None:
    told = {entry.priority: entry.minutes for entry in get_content().support.first_answer}
    for tier, priority in zip(TIERS, ("normal", "normal", "high"), strict=True):
        assert all(row[tier] <= told[priority] for row in load_default_settings().answer_minutes.values())


@pytest.mark.parametrize(("stage", "team"), [
    ("awareness", "sales"), ("decision", "sales"), ("retention", "billing"), ("service", "support"), ("advocacy", "support"),
    (None, "support"),
])
def test_every_stage_has_a_team(stage: str | None, team: str) -> None:
    assert load_default_settings().team_of_stage(stage).id == team


def test_holidays_close_the_office_and_not_the_night_watch() -> None:
    desk = changed(days_off=["2026-03-02"])
    hours = {team.id: desk.hours_of(team) for team in desk.teams}

    assert not is_open(hours["sales"], NOW) and is_open(hours["support"], NOW)
    assert is_open(hours["sales"], later(days=1))


def with_week(**days: str) -> list[dict[str, Any]]:
    schedules = json.loads(load_default_settings().json())["schedules"]
    schedules[0]["week"].update(days)
    return list(schedules)


@pytest.mark.parametrize("wrong", [
    {"schedules": with_week(mon="17:00-08:00")},
    {"schedules": with_week(holiday="08:00-12:00")},
    {"teams": []},
    {"teams": [{"id": "a", "label": {"vi": "A", "en": "A"}, "stages": ["nowhere"], "schedule": "office"}]},
    {"teams": [{"id": "a", "label": {"vi": "A", "en": "A"}, "stages": [], "schedule": "nowhere"}]},
    {"answer_minutes": {"service": {"none": 1, "paid": 1, "priority": 1}}},
    {"answer_minutes": {**load_default_settings().answer_minutes, "service": {"none": 0, "paid": 1, "priority": 1}}},
    {"stage_risk": {**load_default_settings().stage_risk, "service": 99}},
    {"unattended_minutes": 1},
    {"canned_replies": [{"id": "x", "title": {"vi": "X", "en": "X"}, "text": {"vi": "Chào {khach}", "en": "Hi"}}]},
    {"days_off": ["31/12/2026"]},
    {"nonsense": 1},
])
def test_what_would_not_work_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        changed(**wrong)


@pytest.mark.parametrize("wrong", [
    {"colour": "red"}, {"colour": "#ffee00"}, {"logo_url": "javascript:alert(1)"}, {"logo_url": "http://x.example/a.png"},
    {"logo_url": 'https://x.example/"onerror'}, {"name": "a\nb"}, {"greeting_vi": "x" * 301},
])
def test_face_that_would_break_a_page_is_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        Face(**wrong)


def test_face_may_be_changed_in_part() -> None:
    assert Face(colour="#0F766E", logo_url="https://x.example/a.svg").colour == "#0f766e"


def test_contrast_is_that_of_wcag() -> None:
    assert (round(contrast_with_white("#000000"), 1), round(contrast_with_white("#ffffff"), 1)) == (21.0, 1.0)
    assert round(contrast_with_white("#767676"), 2) == 4.54
