"""The contact page: one person with journey, purchases, links; merge and undo, export, erase with a receipt."""

from __future__ import annotations

import json
from functools import lru_cache

from starlette.responses import RedirectResponse, Response

from bot.console.pages import error_page, page
from bot.console.visits import Visit
from bot.settings import PROJECT
from bot.wakeups import HANDOFFS
from journey_state.audits import Deed, append_deed
from journey_state.contact_files import load_contact_file
from journey_state.errors import JourneyError, UnknownContactError
from journey_state.journey_lines import draw_line
from journey_state.journey_models import JourneyModel, load_journey_models
from journey_state.merges import merge_contacts, undo_merge
from journey_state.privacy import erase_person, export_person
from journey_state.staff import Role

MODELS = PROJECT / "data" / "journey_models"
DEFAULT_MODEL = "kdata"


def show_contact(visit: Visit, contact_id: str, problem: str = "", status: int = 200) -> Response:
    """Everything known of one person. Raises UnknownContactError."""
    models = journey_models()
    name = visit.query.get("model", DEFAULT_MODEL)
    model = models.get(name) or models[DEFAULT_MODEL]
    with visit.services.store.reading() as session:
        file = load_contact_file(session, contact_id, visit.now)
    _note(visit, "look", contact_id)
    line = draw_line(file.touchpoints, model)
    can_erase = visit.member.role.includes(Role.SUPERVISOR)
    return page(visit, "contact.html", status, file=file, models=models, model=model, line=line, problem=problem, can_erase=can_erase)


def merge(visit: Visit, contact_id: str) -> Response:
    """Make this contact and another one the same person."""
    try:
        with visit.services.store.transaction() as session:
            merge_contacts(session, contact_id, visit.form.get("other", "").strip(), visit.member.id, visit.now)
            append_deed(session, Deed(visit.member.id, "merge", "contact", contact_id), visit.now)
    except JourneyError:
        return show_contact(visit, contact_id, "merge", 422)
    return _back(contact_id)


def undo(visit: Visit, contact_id: str) -> Response:
    """Take a merge back."""
    try:
        with visit.services.store.transaction() as session:
            undo_merge(session, visit.form.get("link", ""), visit.member.id, visit.now)
            append_deed(session, Deed(visit.member.id, "undo", "contact", contact_id), visit.now)
    except JourneyError:
        return show_contact(visit, contact_id, "undo", 422)
    return _back(contact_id)


def export(visit: Visit, contact_id: str) -> Response:
    """Everything we hold about the person, as a JSON file. Raises UnknownContactError."""
    with visit.services.store.transaction() as session:
        document = export_person(session, contact_id, is_whole=True)
        if "contacts" not in document:
            raise UnknownContactError(f"contact {contact_id} does not exist; it may have been erased")
        append_deed(session, Deed(visit.member.id, "export", "contact", contact_id), visit.now)
    headers = {"content-disposition": f'attachment; filename="contact-{contact_id[:8]}.json"'}
    return Response(json.dumps(document, ensure_ascii=False, indent=1, default=str), media_type="application/json", headers=headers)


def erase(visit: Visit, contact_id: str) -> Response:
    """Erase the person for good and show the receipt; only supervisors, and only with the contact's code typed in."""
    if not visit.member.role.includes(Role.SUPERVISOR):
        return error_page(visit, 403)
    if visit.form.get("code", "").strip().lower() != contact_id[:4]:
        return show_contact(visit, contact_id, "code", 422)
    with visit.services.store.transaction() as session:
        load_contact_file(session, contact_id, visit.now)
        receipt = erase_person(session, contact_id, f"staff:{visit.member.id}", visit.now)
        append_deed(session, Deed(visit.member.id, "erase", "contact", contact_id), visit.now)
    visit.services.wakeups.notify(HANDOFFS)
    return page(visit, "receipt.html", receipt=receipt)


@lru_cache(maxsize=1)
def journey_models() -> dict[str, JourneyModel]:
    """The journey models there are, by name."""
    return load_journey_models(MODELS)


def _note(visit: Visit, verb: str, contact_id: str) -> None:
    with visit.services.store.transaction() as session:
        append_deed(session, Deed(visit.member.id, verb, "contact", contact_id), visit.now)


def _back(contact_id: str) -> Response:
    return RedirectResponse(f"/console/contacts/{contact_id}", status_code=303)
