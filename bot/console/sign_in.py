"""Signing in and out."""

from __future__ import annotations

import logging

from starlette.responses import RedirectResponse, Response

from bot.console.access import COOKIE, FORM_COOKIE
from bot.console.pages import page
from bot.console.visits import HOME, SIGN_IN, Visit, own_path
from bot.console.words import say
from journey_state.audits import Deed, append_deed
from journey_state.staff_sessions import SESSION_LASTS, IssuedSession, begin_attempt, close_session, open_session

COOKIE_PATH = "/console"
_log = logging.getLogger(__name__)


def show_sign_in(visit: Visit) -> Response:
    """The form; whoever is signed in already goes on."""
    if visit.session is not None:
        return RedirectResponse(own_path(visit.query.get("next", "")), status_code=303)
    return _form(visit)


def sign_in(visit: Visit) -> Response:
    """Check e-mail address and password; a failure says nothing about which of them was wrong."""
    with visit.services.store.transaction() as session:
        attempt = begin_attempt(session, visit.form.get("email", ""), visit.now)
    if not attempt.succeeds_with(visit.form.get("password", "")) or attempt.staff_id is None:
        _log.warning("sign-in refused", extra={"staff": attempt.staff_id})
        return _form(visit, say(visit.language, "sign_in_failed"), status=401)
    with visit.services.store.transaction() as session:
        issued = open_session(session, attempt.staff_id, visit.now)
        append_deed(session, Deed(attempt.staff_id, "sign_in", "console", ""), visit.now)
    return _let_in(visit, issued)


def sign_out(visit: Visit) -> Response:
    """End this session."""
    with visit.services.store.transaction() as session:
        close_session(session, visit.token)
        append_deed(session, Deed(visit.member.id, "sign_out", "console", ""), visit.now)
    response = RedirectResponse(SIGN_IN, status_code=303)
    response.delete_cookie(COOKIE, path=COOKIE_PATH, httponly=True, samesite="strict")
    return response


def _form(visit: Visit, problem: str = "", status: int = 200) -> Response:
    following = own_path(visit.form.get("next") or visit.query.get("next", ""))
    response = page(visit, "sign_in.html", status, problem=problem, following=following, email=visit.form.get("email", ""))
    response.set_cookie(
        FORM_COOKIE, visit.form_token, path=SIGN_IN, httponly=True, samesite="strict", secure=visit.is_secure,
    )
    return response


def _let_in(visit: Visit, issued: IssuedSession) -> Response:
    response = RedirectResponse(own_path(visit.form.get("next", HOME)), status_code=303)
    response.set_cookie(
        COOKIE, issued.token, max_age=int(SESSION_LASTS.total_seconds()), path=COOKIE_PATH,
        httponly=True, samesite="strict", secure=visit.is_secure,
    )
    return response
