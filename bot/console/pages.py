"""Renders the console's pages from templates/, in the reader's language."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

from bot.console.visits import Visit
from bot.console.words import label, list_intents, say
from journey_state.periods import VIETNAM, format_date, format_moment
from journey_state.promises import INTENTS_OF_TOPIC
from journey_state.staff import Role
from journey_state.stages import STAGES
from journey_state.store import new_id
from journey_state.texts import format_vnd

TEMPLATES = Path(__file__).parent / "templates"


def page(visit: Visit, template: str, status: int = 200, **context: Any) -> HTMLResponse:
    """One page for one visit; everything from people is escaped by the templates."""
    return HTMLResponse(render(visit, template, **context), status_code=status)


def render(visit: Visit, template: str, **context: Any) -> str:
    """The HTML of a page."""
    language = visit.language
    words = {
        "t": partial(say, language), "label": partial(label, language), "language": language, "visit": visit,
        "member": visit.session.member if visit.session else None, "brand": visit.services.faces.apply(visit.services.settings).name,
        "is_supervisor": bool(visit.session) and visit.member.role.includes(Role.SUPERVISOR),
        "is_owner": bool(visit.session) and visit.member.role.includes(Role.OWNER),
        "day": partial(_filter_moment, format_date, language), "moment": partial(_filter_moment, format_moment, language),
        "since": partial(format_span, language, visit.now), "until": partial(format_length, language),
        "money": lambda amount: format_vnd(amount, language),
    }
    return _environment().get_template(template).render(**words, **context)


def error_page(visit: Visit, status: int, key: str = "") -> HTMLResponse:
    """A calm page that says what is wrong and where to go."""
    return page(visit, "error.html", status, text=say(visit.language, key or f"error_{status}"))


def format_span(language: str, now: datetime, since: datetime) -> str:
    """How long ago something was, in its largest whole unit: 3 phút, 2 h, 4 d."""
    return format_length(language, now - since)


def format_length(language: str, passed: timedelta) -> str:
    """A length of time in its largest whole unit."""
    for unit, length in (("days", timedelta(days=2)), ("hours", timedelta(hours=1)), ("minutes", timedelta(minutes=1))):
        if passed >= length:
            return say(language, unit, n=passed // (timedelta(days=1) if unit == "days" else length))
    return say(language, "just_now")


def format_percent(ratio: float) -> str:
    """A probability as people read it: 82%; never a rounded-up certainty."""
    return f"{min(99, max(0, round(ratio * 100)))}%" if ratio < 1 else "100%"


def format_clock(moment: datetime) -> str:
    """Hour and minute in Vietnam."""
    return f"{moment.astimezone(VIETNAM):%H:%M}"


def _filter_moment(formatting: Any, language: str, moment: datetime) -> str:
    return str(formatting(moment, language))


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters.update(percent=format_percent, clock=format_clock, iso=datetime.isoformat)
    environment.globals.update(STAGES=[stage.value for stage in STAGES], TOPICS=list(INTENTS_OF_TOPIC), new_key=new_id)
    environment.globals["INTENTS"] = list_intents()
    return environment
