"""The one door of the console: session, role, form token and size of forms are checked here and nowhere else."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from hmac import compare_digest
from secrets import token_urlsafe
from urllib.parse import parse_qsl, quote

import anyio
import anyio.to_thread
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.console.pages import error_page
from bot.console.visits import HOME, SIGN_IN, Visit, visit_of
from bot.services import Services
from journey_state.staff import Role
from journey_state.staff_sessions import StaffSession, find_session

COOKIE = "donghanh_staff"
FORM_COOKIE = "donghanh_sign_in"
STATIC = "/console/static/"
MAX_FORM_BYTES = 64 * 1024
_TOKEN = re.compile(r"[A-Za-z0-9_-]{20,128}")
_HEADERS = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "x-robots-tag": "noindex",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cache-control": "no-store",
}
STATIC_HEADERS = {"cache-control": "no-cache"}


class RefusedFormError(Exception):
    """A form that did not come from our own page, or is too large. status: of the answer."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class StaffAccess:
    """ASGI middleware around all of /console. Everybody gets style and sign-in page; all else needs a session."""

    def __init__(self, app: ASGIApp, services: Services, threads: anyio.CapacityLimiter, clock: Callable[[], datetime]) -> None:
        self._app = app
        self._services = services
        self._threads = threads
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer whoever may not enter; let the others in as a `Visit`."""
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1008})
            return
        request = Request(scope, receive)
        is_static = scope["path"].startswith(STATIC)
        refusal = None if is_static else await self._admit(request)
        sending = _with_headers(send, {**_HEADERS, **STATIC_HEADERS} if is_static else _HEADERS)
        await (refusal or self._app)(scope, receive, sending)

    async def _admit(self, request: Request) -> Response | None:
        """Put the visit into the request's scope, or return why not."""
        token = request.cookies.get(COOKIE, "")
        session = await self._find_session(token) if _TOKEN.fullmatch(token) else None
        if session is None and request.url.path != SIGN_IN:
            return _ask_to_sign_in(request)
        visit = self._make_visit(request, session, token)
        request.scope["console_visit"] = visit
        if request.method not in ("GET", "HEAD", "POST"):
            return error_page(visit, 405)
        return await self._check_form(request, visit) if request.method == "POST" else None

    def _make_visit(self, request: Request, session: StaffSession | None, token: str) -> Visit:
        # Before there is a session, a cookie that only our own page can have set stands for it.
        given = request.cookies.get(FORM_COOKIE, "")
        before = given if _TOKEN.fullmatch(given) else token_urlsafe(32)
        is_signing_in = session is None or request.url.path == SIGN_IN
        return Visit(
            services=self._services, now=self._clock(), session=session, token=token, query=dict(request.query_params),
            language=session.member.language if session else choose_language(request),
            form_token=before if is_signing_in or session is None else session.csrf_token,
            is_live="x-live" in request.headers, here=_address(request) if request.method == "GET" else HOME,
            is_secure=self._services.settings.is_secure_cookie or request.url.scheme == "https",
        )

    async def _check_form(self, request: Request, visit: Visit) -> Response | None:
        try:
            form = await _read_form(request)
        except RefusedFormError as refused:
            return error_page(visit, refused.status)
        is_ours = request.headers.get("sec-fetch-site", "same-origin") in ("same-origin", "none")
        if not is_ours or not compare_digest(form.get("form_token", "").encode(), visit.form_token.encode()):
            return error_page(visit, 403, "error_form")
        request.scope["console_visit"] = Visit(**{**vars(visit), "form": form})
        return None

    async def _find_session(self, token: str) -> StaffSession | None:
        return await anyio.to_thread.run_sync(read_session, self._services, token, self._clock(), limiter=self._threads)


class RequireRole:
    """ASGI middleware for routes that not every role may open; inside of `StaffAccess`."""

    def __init__(self, app: ASGIApp, role: Role) -> None:
        self._app = app
        self._role = role

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the role and those above it in."""
        visit = visit_of(Request(scope))
        is_let_in = visit.member.role.includes(self._role)
        await (self._app if is_let_in else error_page(visit, 403))(scope, receive, send)


def read_session(services: Services, token: str, now: datetime) -> StaffSession | None:
    """The session a cookie opens, or None; reads the store."""
    with services.store.reading() as session:
        return find_session(session, token, now)


def choose_language(request: Request) -> str:
    """The language of a page for somebody not signed in: as the address says, else as the browser prefers."""
    asked = request.query_params.get("language") or request.headers.get("accept-language", "")[:2].lower()
    return "en" if asked == "en" else "vi"


def _ask_to_sign_in(request: Request) -> Response:
    """Browsers are sent to the sign-in page; scripts get a plain 401."""
    is_page = request.headers.get("sec-fetch-mode", "navigate") == "navigate" and "text/html" in request.headers.get("accept", "")
    if not is_page:
        return JSONResponse({"error": {"code": "signed_out"}}, status_code=401)
    came_for = f"?next={quote(_address(request), safe='/')}" if request.method == "GET" else ""
    return RedirectResponse(SIGN_IN + came_for, status_code=303)


def _address(request: Request) -> str:
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")


async def _read_form(request: Request) -> Mapping[str, str]:
    """The fields of a plain form. Raises RefusedFormError."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_FORM_BYTES:
            raise RefusedFormError(413)
    try:
        return dict(parse_qsl(body.decode("utf-8"), keep_blank_values=True, max_num_fields=50))
    except ValueError:
        raise RefusedFormError(400) from None


def _with_headers(send: Send, headers: Mapping[str, str]) -> Send:
    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            given = MutableHeaders(scope=message)
            for name, value in headers.items():
                given.setdefault(name, value)
        await send(message)

    return send_with_headers
