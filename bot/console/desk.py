"""Settings that an owner changes without a file; every change is a new version with its maker's name."""

from __future__ import annotations

from starlette.responses import RedirectResponse, Response

from bot.console.desk_forms import SECTIONS
from bot.console.pages import error_page, page
from bot.console.visits import Visit
from bot.faces import FaceJob
from bot.wakeups import HANDOFFS
from journey_state.audits import Deed, append_deed
from journey_state.desk_choices import BadSettingError, DeskChange, change_desk, load_desk
from journey_state.desk_settings import TIERS, WEEKDAYS
from journey_state.presence import list_availability


def show_settings(visit: Visit, problem: str = "", status: int = 200) -> Response:
    """All sections with what is in force."""
    with visit.services.store.reading() as session:
        desk, people = load_desk(session), list_availability(session, visit.now)
    return page(visit, "settings.html", status, desk=desk, people=people, problem=problem, weekdays=WEEKDAYS, tiers=TIERS)


def change(visit: Visit, section: str) -> Response:
    """Change one section; what would not work is refused with the reason."""
    if section not in SECTIONS:
        return error_page(visit, 404)
    try:
        with visit.services.store.transaction() as session:
            name, value = SECTIONS[section](load_desk(session), visit.form)
            change_desk(session, name, value, DeskChange(name, visit.member.id, visit.now))
            append_deed(session, Deed(visit.member.id, "change", "settings", name), visit.now)
    except BadSettingError as error:
        return show_settings(visit, str(error), 422)
    FaceJob(visit.services.store, visit.services.faces).refresh()
    visit.services.wakeups.notify(HANDOFFS)
    return RedirectResponse(f"/console/settings#{section}", status_code=303)
