"""Learning: staff say what a message really asked, a supervisor approves, and the next training learns from it."""

from __future__ import annotations

from starlette.responses import RedirectResponse, Response

from bot.console.changes import go_back, note_deed
from bot.console.pages import error_page, page
from bot.console.visits import Visit
from bot.console.words import list_intents
from journey_state.audits import Deed, append_deed
from journey_state.corrections import APPROVED, PROPOSED, CorrectionError, Label, decide_correction, list_corrections, propose_correction
from journey_state.learning import list_doubts
from journey_state.staff import Role
from journey_state.stages import STAGES

PAGE = "/console/learning"


def show_learning(visit: Visit) -> Response:
    """What to label, what to approve, and how much is approved."""
    with visit.services.store.reading() as session:
        groups, proposed = list_doubts(session, visit.now), list_corrections(session, PROPOSED)
        approved = len(list_corrections(session, APPROVED))
    return page(visit, "learning.html", groups=groups, proposed=proposed, approved=approved, intents=list_intents())


def correct(visit: Visit, conversation_id: str) -> Response:
    """Propose what a message of a conversation asked, or which stage it showed; from its transcript or the inbox."""
    label = read_label(visit)
    if label is None:
        return error_page(visit, 422, "problem_correction")
    try:
        with visit.services.store.transaction() as session:
            propose_correction(session, visit.form.get("message", ""), label, visit.member.id, visit.now)
            note_deed(session, visit, "correct", conversation_id)
    except CorrectionError:
        return error_page(visit, 422, "problem_correction")
    return RedirectResponse(PAGE, status_code=303) if visit.form.get("next") == "learning" else go_back(visit, conversation_id)


def decide(visit: Visit, correction_id: str) -> Response:
    """Approve or reject what somebody proposed; supervisors only."""
    if not visit.member.role.includes(Role.SUPERVISOR):
        return error_page(visit, 403)
    try:
        with visit.services.store.transaction() as session:
            is_approved = visit.form.get("verdict") == "approve"
            decide_correction(session, correction_id, is_approved, visit.member.id, visit.now)
            append_deed(session, Deed(visit.member.id, "approve" if is_approved else "reject", "correction", correction_id), visit.now)
    except CorrectionError:
        return error_page(visit, 404)
    return RedirectResponse(PAGE, status_code=303)


def read_label(visit: Visit) -> Label | None:
    """The label that a form names; None when it names nothing known."""
    intent, stage = visit.form.get("intent", ""), visit.form.get("stage", "")
    is_known = intent in ("", *list_intents()) and stage in ("", *(each.value for each in STAGES))
    return Label(intent or None, stage or None) if is_known and (intent or stage) else None
