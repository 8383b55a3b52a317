"""The website channel's HTTP API; openapi.json beside this file documents it."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from functools import partial
from traceback import format_tb
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from bot.channels.website import problems, visitors
from bot.channels.website.host_tokens import parse_host_token
from bot.channels.website.messages import public_message, public_responder
from bot.channels.website.problems import RefusedError, problem_response
from bot.channels.website.reception import COOKIE, Reception
from bot.channels.website.requests import (
    client_address,
    find_token,
    parse_arrivals,
    parse_draft,
    parse_language,
    parse_position,
    read_object,
)
from bot.channels.website.stream import HEADERS, VisitorStream
from bot.channels.website.visitors import News, OpenSession
from journey_state.errors import JourneyError
from journey_state.store import utc_now

COOKIE_PATH = "/api/website"
COOKIE_LASTS_S = 180 * 24 * 3600

Handler = Callable[[Request], Awaitable[Response]]
_log = logging.getLogger(__name__)


class WebsiteApi:
    """Handlers of /api/website; the event loop only waits, the database is used in a few threads."""

    def __init__(self, reception: Reception) -> None:
        self._reception = reception
        self._services = reception.services
        self._limits = reception.limits

    async def open_session(self, request: Request) -> Response:
        """Keep the visitor's session, or open a new one."""
        payload = await read_object(request, is_optional=True)
        language = parse_language(payload)
        token = find_token(request, COOKIE)
        session = await self._reception.run(visitors.find_session, token) if token else None
        if session is None:
            self._limits.check_session(client_address(request))
            session = await self._reception.run(visitors.open_session)
        session = await self._identify(session, payload)
        is_bearer = payload.get("carry") == "token"
        hours = await self._reception.run(lambda _: visitors.read_hours())
        response = JSONResponse({**self._describe(session, language, is_bearer), "hours": hours}, headers={"Cache-Control": "no-store"})
        if session.token and not is_bearer:
            self._set_cookie(request, response, session.token)
        return response

    async def end_session(self, request: Request) -> Response:
        """Make the visitor's tokens worthless: somebody signed out, or wants to be forgotten by this browser."""
        await self._reception.run(visitors.end_session, self._reception.require_token(request))
        response = Response(status_code=204, headers={"Cache-Control": "no-store"})
        response.delete_cookie(COOKIE, path=COOKIE_PATH)
        return response

    async def post_arrivals(self, request: Request) -> Response:
        """Where the visitor came from; kept only with consent."""
        token = self._reception.require_token(request)
        self._limits.check_message(token, client_address(request))
        arrivals = parse_arrivals(await read_object(request))
        count = await self._reception.run(visitors.keep_arrivals, token, arrivals)
        return JSONResponse({"kept": count}, headers={"Cache-Control": "no-store"})

    async def post_message(self, request: Request) -> Response:
        """Write a message down; 202 after the commit, 200 for a repeat."""
        token = self._reception.require_token(request)
        self._limits.check_message(token, client_address(request))
        draft = parse_draft(await read_object(request))
        accepted, address = await self._reception.run(visitors.accept_draft, token, draft)
        self._services.wakeups.wake_engine()
        self._services.wakeups.notify(accepted.conversation_id, address)
        written = {"id": accepted.message_id, "client_id": draft.client_id, "seq": accepted.seq}
        return JSONResponse(written, status_code=200 if accepted.is_repeat else 202, headers={"Cache-Control": "no-store"})

    async def get_messages(self, request: Request) -> Response:
        """A part of the visitor's own log."""
        token = self._reception.require_token(request)
        self._limits.check_read(token, client_address(request))
        page = await self._reception.run(visitors.read_page, token, parse_position(request.query_params))
        body = {"messages": [public_message(message) for message in page.messages], "has_more": page.has_more}
        return JSONResponse(body, headers={"Cache-Control": "no-store"})

    async def get_stream(self, request: Request) -> Response:
        """Events of the visitor's own conversation, as they happen."""
        token = self._reception.require_token(request)
        self._limits.check_read(token, client_address(request))
        self._limits.check_stream(token)
        position = parse_position(request.query_params)
        address = await self._reception.run(visitors.load_address, token)
        stream = VisitorStream(self._services.wakeups, address, position.after or 0, partial(self._read_news, token))
        return StreamingResponse(self._counted(token, stream), media_type="text/event-stream", headers=HEADERS)

    async def _identify(self, session: OpenSession, payload: Mapping[str, Any]) -> OpenSession:
        token = payload.get("identity")
        if token is None:
            return session
        identity = parse_host_token(token, self._services.settings.identity_secret, utc_now())
        return await self._reception.run(visitors.identify, session, identity)

    async def _read_news(self, token: str, after: int) -> News:
        try:
            return await self._reception.run(visitors.read_news, token, after)
        except RefusedError:
            raise
        except Exception as error:
            # The border of the channel: the visitor's browser comes back by itself, the log says why it had to.
            _log_failure("an event stream", error)
            raise RefusedError(problems.NOT_AVAILABLE) from error

    async def _counted(self, token: str, stream: VisitorStream) -> AsyncIterator[bytes]:
        with self._limits.open_stream(token):
            async for event in stream.events():
                yield event

    def _describe(self, session: OpenSession, language: str | None, is_bearer: bool) -> dict[str, Any]:
        settings, conversation = self._services.faces.apply(self._services.settings), session.conversation
        chosen = language or (conversation.language if conversation else "vi")
        described = {
            "conversation": conversation is not None, "language": chosen, "name": settings.name, "colour": settings.colour,
            "logo_url": settings.logo_url, "greeting": {"vi": settings.greeting("vi"), "en": settings.greeting("en")},
            "responder": public_responder(session.responder), "upload_bytes": settings.upload_mb * 1_000_000,
            "consent": session.is_consenting,
        }
        return {**described, "token": session.token} if session.token and is_bearer else described

    def _set_cookie(self, request: Request, response: Response, token: str) -> None:
        is_secure = self._services.settings.is_secure_cookie or request.url.scheme == "https"
        response.set_cookie(
            COOKIE, token, max_age=COOKIE_LASTS_S, path=COOKIE_PATH, httponly=True, samesite="lax", secure=is_secure
        )


def answering(handler: Handler) -> Handler:
    """The channel's border: whatever goes wrong becomes a documented error."""

    async def answer(request: Request) -> Response:
        try:
            return await handler(request)
        except RefusedError as refused:
            return problem_response(refused)
        except Exception as error:
            _log_failure(request.url.path, error)
            return problem_response(RefusedError(problems.NOT_AVAILABLE, retry_after_s=2))

    return answer


def _log_failure(what: str, error: Exception) -> None:
    # Errors of the database quote its parameters, a customer's words among them: for those the frames must do.
    reason = str(error) if isinstance(error, JourneyError) else "".join(format_tb(error.__traceback__))
    _log.error("%s failed: %s: %s", what, type(error).__name__, reason)
