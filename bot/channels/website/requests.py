"""Reads what visitors send, distrusting all of it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from starlette.requests import Request

from bot.channels.inbound_text import clean_text
from bot.channels.website import problems
from bot.channels.website.commands import find_command
from bot.channels.website.problems import MAX_BODY_BYTES, MAX_TEXT, Problem, RefusedError
from journey_state.arrivals import Arrival
from journey_state.messages import Choice

_MESSAGE_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")
_TOKEN = re.compile(r"[A-Za-z0-9_-]{1,128}")
_MAX_PAGE = 100
_MAX_ARRIVALS = 4
_MAX_ADDRESS = 2_000
_MAX_SEQ = 2**31 - 1


@dataclass(frozen=True)
class Draft:
    """A message a visitor wants to send. client_id: the unique id the browser made; one of text, choice_token and command."""

    client_id: str
    language: str | None
    text: str = ""
    choice_token: str | None = None
    command: Choice | None = None


@dataclass(frozen=True)
class Position:
    """Which part of the log a visitor asks for: rows after a seq, or the newest rows (below `before`)."""

    after: int | None
    before: int | None
    limit: int


async def read_object(request: Request, *, is_optional: bool = False) -> Mapping[str, Any]:
    """Return the JSON object of a body; an optional one may be missing. Raises RefusedError."""
    body = await _read_body(request)
    if is_optional and not body:
        return {}
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise RefusedError(problems.WRONG_CONTENT_TYPE)
    try:
        parsed = json.loads(body)
    except (ValueError, RecursionError):
        raise RefusedError(problems.BROKEN_JSON) from None
    if not isinstance(parsed, dict):
        raise RefusedError(problems.BROKEN_JSON)
    return parsed


def parse_draft(payload: Mapping[str, Any]) -> Draft:
    """Check a message. Raises RefusedError."""
    client_id, text, choice = payload.get("id"), payload.get("text"), payload.get("choice")
    client_id = parse_message_id(client_id)
    language, command = parse_language(payload), payload.get("command")
    if [text, choice, command].count(None) != 2:
        raise RefusedError(problems.TEXT_OR_CHOICE)
    if text is not None:
        return Draft(client_id, language, text=_parse_text(text))
    if command is not None:
        return Draft(client_id, language, command=_parse_command(command, language))
    if not isinstance(choice, str):
        raise RefusedError(problems.TEXT_OR_CHOICE)
    if not _TOKEN.fullmatch(choice):
        raise RefusedError(problems.UNKNOWN_CHOICE)
    return Draft(client_id, language, choice_token=choice)


def parse_message_id(raw: object) -> str:
    """The unique id that the browser gave a message. Raises RefusedError."""
    if not isinstance(raw, str) or not _MESSAGE_ID.fullmatch(raw):
        raise RefusedError(problems.BAD_MESSAGE_ID)
    return raw


def parse_language(payload: Mapping[str, Any]) -> str | None:
    """The visitor's chosen language, if any. Raises RefusedError."""
    language = payload.get("language")
    if language not in (None, "vi", "en"):
        raise RefusedError(problems.BAD_LANGUAGE)
    return language


def parse_arrivals(payload: Mapping[str, Any]) -> list[Arrival]:
    """Where a visitor came from, as the browser had it. Raises RefusedError."""
    raw = payload.get("arrivals")
    if not isinstance(raw, list) or not 1 <= len(raw) <= _MAX_ARRIVALS:
        raise RefusedError(problems.BAD_ARRIVALS)
    return [_parse_arrival(each) for each in raw]


def parse_position(query: Mapping[str, str]) -> Position:
    """Check ?after= or ?before= and ?limit=. Raises RefusedError."""
    after, before = _parse_number(query, "after"), _parse_number(query, "before")
    limit = _parse_number(query, "limit")
    if after is not None and before is not None:
        raise RefusedError(problems.BAD_POSITION)
    return Position(after, before, min(_MAX_PAGE, max(1, _MAX_PAGE if limit is None else limit)))


def find_token(request: Request, cookie: str) -> str | None:
    """The visitor's token: of the Authorization header, else of the cookie on requests of our own pages."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return token.strip()[:128]
    kept = request.cookies.get(cookie)
    # Browsers that send this header say truthfully where a request comes from; a cookie must not be borrowed.
    if kept is not None and request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise RefusedError(problems.FOREIGN_REQUEST)
    return kept


def client_address(request: Request) -> str:
    """Where a request comes from, for rate limits."""
    return request.client.host if request.client else "unknown"


def _parse_arrival(raw: object) -> Arrival:
    fields = raw if isinstance(raw, dict) else {}
    page, referrer, at = fields.get("page"), fields.get("referrer", ""), fields.get("at")
    if not all(isinstance(each, str) and len(each) <= _MAX_ADDRESS for each in (page, referrer, at)):
        raise RefusedError(problems.BAD_ARRIVALS)
    try:
        moment = datetime.fromisoformat(str(at).replace("Z", "+00:00"))
        urlsplit(str(page))
    except ValueError:
        raise RefusedError(problems.BAD_ARRIVALS) from None
    _refuse_if(moment.tzinfo is None, problems.BAD_ARRIVALS)
    return Arrival(moment, str(page), str(referrer))


def _parse_command(raw: object, language: str | None) -> Choice:
    command = find_command(raw, language or "vi") if isinstance(raw, str) else None
    if command is None:
        raise RefusedError(problems.UNKNOWN_COMMAND)
    return command


def _parse_text(raw: object) -> str:
    if not isinstance(raw, str):
        raise RefusedError(problems.TEXT_OR_CHOICE)
    text = clean_text(raw)
    _refuse_if(not text, problems.EMPTY_MESSAGE)
    _refuse_if(len(text) > MAX_TEXT, problems.MESSAGE_TOO_LONG)
    return text


def _parse_number(query: Mapping[str, str], name: str) -> int | None:
    raw = query.get(name)
    if raw is None:
        return None
    if not re.fullmatch(r"[0-9]{1,10}", raw) or int(raw) > _MAX_SEQ:
        raise RefusedError(problems.BAD_POSITION)
    return int(raw)


async def _read_body(request: Request) -> bytes:
    declared = request.headers.get("content-length", "")
    _refuse_if(declared.isdigit() and int(declared) > MAX_BODY_BYTES, problems.BODY_TOO_LARGE)
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        _refuse_if(len(body) > MAX_BODY_BYTES, problems.BODY_TOO_LARGE)
    return bytes(body)


def _refuse_if(is_wrong: bool, problem: Problem) -> None:
    if is_wrong:
        raise RefusedError(problem)
