"""Serves the widget's scripts: its modules as they are written, less comments and blanks, joined and compressed once."""

from __future__ import annotations

import gzip
import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from bot.channels.website.widget_bundles import bundle_modules

FOLDER = Path(__file__).parent / "widget"
_COMMENT = re.compile(r"^\s*(?://.*|/\*\*(?:[^*]|\*(?!/))*\*/)\s*?\n", re.MULTILINE)
_BLANKS = re.compile(r"^\s+", re.MULTILINE)
_SHEET = re.compile(r"(?<=sheet\(`).*?(?=`\))", re.DOTALL)
# Strings, templates and patterns, which stay as they are; templates are never nested (a test says so).
_KEPT = re.compile(r'("(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`|(?<=[(=,:!] )/[^/*\s](?:\\.|[^/\n])*/|(?<=[(=,!])/[^/*\s](?:\\.|[^/\n])*/)')
_JS_BLANKS = re.compile(r" ?(=>|[=!]==|&&|\|\||\?\?=?|[=<>?]) |(?<=[,:{(]) | (?=[}:])|(?<=\)) (?=\{)|(?<=\bif) (?=\()")
_CSS_BLANKS = re.compile(r"(?<=[{};:,])\s+|\s+(?=[{}])|;\s*(?=})")
# Any site may load the scripts; what it may ask of the API is another matter.
_HEADERS = {
    "Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin", "Cache-Control": "no-cache",
    "X-Content-Type-Options": "nosniff", "Vary": "Accept-Encoding",
}


@dataclass(frozen=True)
class WidgetFile:
    """One script, ready to be sent. etag: changes with the content."""

    body: bytes
    compressed: bytes
    etag: str


def shorten(script: str) -> str:
    """Leave out whole-line comments and blanks that mean nothing; all else stays as it is written."""
    lines = _SHEET.sub(lambda sheet: _CSS_BLANKS.sub("", sheet.group().strip()), _BLANKS.sub("", _COMMENT.sub("", script)))
    return "".join(part if at % 2 else _JS_BLANKS.sub(r"\1", part) for at, part in enumerate(_KEPT.split(lines)))


def read_widget_files(folder: Path = FOLDER) -> Mapping[str, WidgetFile]:
    """All scripts that browsers fetch, by name, made of the modules of a folder."""
    modules = {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.js")}
    return {name: _prepare(shorten(script)) for name, script in bundle_modules(modules).items()}


class WidgetFiles:
    """GET /widget/{name}"""

    def __init__(self) -> None:
        self._files = read_widget_files()

    async def get(self, request: Request) -> Response:
        """One script; 304 when the browser has it."""
        file = self._files.get(request.path_params["name"])
        if file is None:
            return PlainTextResponse("There is no such script.\n", status_code=404)
        headers = {**_HEADERS, "ETag": file.etag}
        if request.headers.get("if-none-match") == file.etag:
            return Response(status_code=304, headers=headers)
        if "gzip" not in request.headers.get("accept-encoding", ""):
            return Response(file.body, media_type="text/javascript", headers=headers)
        return Response(file.compressed, media_type="text/javascript", headers={**headers, "Content-Encoding": "gzip"})


def _prepare(script: str) -> WidgetFile:
    body = script.encode()
    return WidgetFile(body, gzip.compress(body, 9, mtime=0), f'"{sha256(body).hexdigest()[:20]}"')
