"""One request to the console, as its pages see it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from starlette.requests import Request

from bot.services import Services
from journey_state.staff import StaffMember
from journey_state.staff_sessions import StaffSession

HOME = "/console/"
SIGN_IN = "/console/sign-in"
_OWN_PATH = re.compile(r"/console/[A-Za-z0-9/_?=&.-]*")


@dataclass(frozen=True)
class Visit:
    """A request that passed the guard. session: None only on the sign-in page.

    form_token: what every form of the answer must carry. form: the fields sent, checked for that token.
    is_live: the page is fetched again by its own script, not opened anew. is_secure: cookies travel by HTTPS only.
    here: the page's own address, to come back to.
    """

    services: Services
    now: datetime
    language: str
    form_token: str
    session: StaffSession | None = None
    token: str = ""
    form: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    is_live: bool = False
    is_secure: bool = False
    here: str = HOME

    @property
    def member(self) -> StaffMember:
        """Who is signed in; not for the sign-in page."""
        assert self.session is not None
        return self.session.member


def visit_of(request: Request) -> Visit:
    """The visit that the guard made of a request."""
    visit: Visit = request.scope["console_visit"]
    return visit


def own_path(raw: str) -> str:
    """A path of the console to go to next; anything else becomes its first page."""
    return raw if _OWN_PATH.fullmatch(raw) and "//" not in raw else HOME
