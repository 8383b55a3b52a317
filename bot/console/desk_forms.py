"""Forms of the settings' page, read into the sections they change. The desk's settings check what is in them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from journey_state.desk_settings import TIERS, WEEKDAYS, DeskSettings
from journey_state.stages import STAGES
from journey_state.store import new_id

Form = Mapping[str, str]
Section = Callable[[DeskSettings, Form], tuple[str, Any]]


def read_schedule(desk: DeskSettings, form: Form) -> tuple[str, Any]:
    """The hours of one schedule, by weekday."""
    def change(item: dict[str, Any]) -> dict[str, Any]:
        if item["id"] != form.get("id"):
            return item
        week = {day: form.get(day, "") for day in WEEKDAYS}
        return {**item, "week": week, "is_closed_on_holidays": form.get("holidays") == "1"}

    return "schedules", [change(plain(item)) for item in desk.schedules]


def read_days_off(desk: DeskSettings, form: Form) -> tuple[str, Any]:
    """Days off, one a line or with commas between them."""
    return "days_off", re.split(r"[\s,;]+", form.get("days", "").strip()) if form.get("days", "").strip() else []


def read_team(desk: DeskSettings, form: Form) -> tuple[str, Any]:
    """One team changed, added (a new id) or taken away."""
    stages = [stage.value for stage in STAGES if form.get(f"stage.{stage.value}") == "1"]
    members = [name.removeprefix("member.") for name, value in form.items() if name.startswith("member.") and value == "1"]
    team = {"label": _words(form, "label"), "stages": stages, "schedule": form.get("schedule", ""), "members": members}
    return "teams", _changed([plain(item) for item in desk.teams], form, team)


def read_canned(desk: DeskSettings, form: Form) -> tuple[str, Any]:
    """One canned reply changed, added or taken away."""
    reply = {"title": _words(form, "title"), "text": _words(form, "text")}
    return "canned_replies", _changed([plain(item) for item in desk.canned_replies], form, reply)


def read_answer_minutes(desk: DeskSettings, form: Form) -> tuple[str, Any]:
    """How long each stage and tier may wait."""
    return "answer_minutes", {stage.value: {tier: _number(form.get(f"{stage.value}.{tier}", "")) for tier in TIERS} for stage in STAGES}


def read_unattended(desk: DeskSettings, form: Form) -> tuple[str, Any]:
    """After how long a takeover goes back."""
    return "unattended_minutes", _number(form.get("minutes", ""))


def read_face(desk: DeskSettings, form: Form) -> tuple[str, Any]:
    """What customers see of the business."""
    return "face", {name: form.get(name, "").strip() for name in ("name", "logo_url", "colour", "greeting_vi", "greeting_en")}


def plain(value: Any) -> dict[str, Any]:
    """A part of the settings as JSON has it."""
    return {name: vars(item) if hasattr(item, "in_language") else item for name, item in value.dict().items()}


def _changed(items: list[dict[str, Any]], form: Form, values: dict[str, Any]) -> list[dict[str, Any]]:
    item_id = form.get("id", "")
    if form.get("delete"):
        return [item for item in items if item["id"] != item_id]
    if any(item["id"] == item_id for item in items):
        return [{"id": item_id, **values} if item["id"] == item_id else item for item in items]
    return [*items, {"id": new_id()[:8], **values}]


def _words(form: Form, name: str) -> dict[str, str]:
    return {language: form.get(f"{name}.{language}", "").strip() for language in ("vi", "en")}


def _number(raw: str) -> Any:
    return int(raw) if raw.isdecimal() and len(raw) < 7 else raw


SECTIONS: Mapping[str, Section] = {
    "schedule": read_schedule, "days_off": read_days_off, "team": read_team, "canned": read_canned,
    "answer_minutes": read_answer_minutes, "unattended": read_unattended, "face": read_face,
}
