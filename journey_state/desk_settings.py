"""How the desk works: teams, hours, service levels, canned replies and the business's face. Values and their checks."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import validator

from journey_state.content_files import check_schema, read_file
from journey_state.content_schema import Strict, StrictBool, StrictInt, StrictStr
from journey_state.holidays import DEFAULT_FOLDER, load_holidays
from journey_state.opening_hours import BadShiftError, OpeningHours, format_shifts, parse_shifts
from journey_state.stages import STAGES
from journey_state.texts import Text

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
TIERS = ("none", "paid", "priority")
CANNED_GAPS = frozenset({"customer", "staff", "business", "plan", "order", "ticket"})
_STAGES = frozenset(stage.value for stage in STAGES)
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
# A logo comes by HTTPS or from this server: pages allow pictures from nowhere else without their owner's word.
_LOGO = re.compile(r"(https://[^\s\"'<>]{1,300}|/[^\s\"'<>]{0,300})?")


class Schedule(Strict):
    """Opening hours by weekday, as people write them."""

    id: StrictStr
    label: Text
    week: Mapping[str, StrictStr]
    is_closed_on_holidays: StrictBool

    @validator("week")
    def _is_a_week(cls, week: Mapping[str, str]) -> Mapping[str, str]:
        if set(week) != set(WEEKDAYS):
            raise ValueError(f"must name {', '.join(WEEKDAYS)}, each once")
        try:
            return {day: format_shifts(parse_shifts(week[day])) for day in WEEKDAYS}
        except BadShiftError as error:
            raise ValueError(str(error)) from None


class Team(Strict):
    """People who take handoffs of some stages. members: ids of staff; empty: everybody helps out."""

    id: StrictStr
    label: Text
    stages: tuple[StrictStr, ...]
    schedule: StrictStr
    members: tuple[StrictStr, ...] = ()

    @validator("stages", each_item=True)
    def _is_a_stage(cls, stage: str) -> str:
        if stage not in _STAGES:
            raise ValueError(f"{stage!r} is no stage; write one of {', '.join(sorted(_STAGES))}")
        return stage


class CannedReply(Strict):
    """A text for many customers; its {gaps} are filled in when it is used."""

    id: StrictStr
    title: Text
    text: Text

    @validator("text")
    def _knows_its_gaps(cls, text: Text) -> Text:
        unknown = set(re.findall(r"\{(.*?)\}", text.vi + text.en)) - CANNED_GAPS
        if unknown:
            raise ValueError(f"{{{sorted(unknown)[0]}}} is not known; use {', '.join(f'{{{gap}}}' for gap in sorted(CANNED_GAPS))}")
        return text


class Face(Strict):
    """What customers see of the business; an empty field leaves what the environment says."""

    name: StrictStr = ""
    logo_url: StrictStr = ""
    colour: StrictStr = ""
    greeting_vi: StrictStr = ""
    greeting_en: StrictStr = ""

    @validator("name", "greeting_vi", "greeting_en")
    def _is_short(cls, text: str) -> str:
        if len(text) > 300 or any(ord(char) < 32 for char in text):
            raise ValueError("must be one line of at most 300 characters")
        return text.strip()

    @validator("colour")
    def _is_a_colour(cls, colour: str) -> str:
        if colour and not _COLOUR.fullmatch(colour):
            raise ValueError("must be a colour like #0f766e")
        if colour and contrast_with_white(colour) < 4.5:
            raise ValueError("is too light for white text on it; choose a darker one")
        return colour.lower()

    @validator("logo_url")
    def _is_an_address(cls, url: str) -> str:
        if not _LOGO.fullmatch(url):
            raise ValueError("must begin with https:// or /")
        return url


class DeskSettings(Strict):
    """Everything an owner may change without a file."""

    schedules: tuple[Schedule, ...]
    days_off: tuple[date, ...]
    teams: tuple[Team, ...]
    answer_minutes: Mapping[str, Mapping[str, StrictInt]]
    stage_risk: Mapping[str, float]
    unattended_minutes: StrictInt
    canned_replies: tuple[CannedReply, ...]
    face: Face = Face()

    @validator("teams")
    def _has_teams_with_schedules(cls, teams: tuple[Team, ...], values: Mapping[str, Any]) -> tuple[Team, ...]:
        known = {schedule.id for schedule in values.get("schedules", ())}
        lost = [team.id for team in teams if team.schedule not in known]
        if not teams or lost or len({team.id for team in teams}) != len(teams):
            raise ValueError("needs at least one team, each with an id of its own and a schedule there is")
        return teams

    @validator("answer_minutes")
    def _covers_every_cell(cls, minutes: Mapping[str, Mapping[str, int]]) -> Mapping[str, Mapping[str, int]]:
        if set(minutes) != _STAGES or any(set(row) != set(TIERS) for row in minutes.values()):
            raise ValueError(f"must name every stage, and {', '.join(TIERS)} in each")
        if any(not 1 <= value <= 10_080 for row in minutes.values() for value in row.values()):
            raise ValueError("must be 1 to 10080 minutes, a week")
        return minutes

    @validator("stage_risk")
    def _weighs_every_stage(cls, risk: Mapping[str, float]) -> Mapping[str, float]:
        if set(risk) != _STAGES or any(not 0.1 <= value <= 10 for value in risk.values()):
            raise ValueError("must weigh every stage, 0.1 to 10")
        return risk

    @validator("unattended_minutes")
    def _is_some_minutes(cls, minutes: int) -> int:
        if not 2 <= minutes <= 1440:
            raise ValueError("must be 2 to 1440 minutes")
        return minutes

    def team(self, team_id: str) -> Team | None:
        """The team of an id, or None."""
        return next((team for team in self.teams if team.id == team_id), None)

    def team_of_stage(self, stage: str | None) -> Team:
        """Who takes handoffs of a stage: the first team that lists it, else the last."""
        return next((team for team in self.teams if stage in team.stages), self.teams[-1])

    def hours_of(self, team: Team) -> OpeningHours:
        """When a team works."""
        return _hours(self, team.schedule)


@lru_cache(maxsize=2)
def load_default_settings(folder: Path = DEFAULT_FOLDER) -> DeskSettings:
    """What the files say, before any owner changed anything. Raises ContentError naming file, line and field."""
    return check_schema(read_file(folder, "desk.yml"), DeskSettings)


def contrast_with_white(colour: str) -> float:
    """How well white words are read on a colour (WCAG 2: 1 to 21; body text needs 4.5)."""
    channels = (int(colour[at:at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (value / 12.92 if value <= 0.03928 else ((value + 0.055) / 1.055) ** 2.4 for value in channels)
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


def _hours(settings: DeskSettings, schedule_id: str) -> OpeningHours:
    schedule = next(item for item in settings.schedules if item.id == schedule_id)
    return _read_hours(tuple(schedule.week[day] for day in WEEKDAYS), settings.days_off if schedule.is_closed_on_holidays else None)


@lru_cache(maxsize=64)
def _read_hours(week: tuple[str, ...], days_off: tuple[date, ...] | None) -> OpeningHours:
    # Read once, not for every card of the queue. None: holidays are days like any other.
    closed = frozenset() if days_off is None else load_holidays() | set(days_off)
    return OpeningHours(tuple(parse_shifts(shifts) for shifts in week), frozenset(closed))
