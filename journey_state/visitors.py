"""Visitors of the website: an unguessable token in the browser, only its hash in the store."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from secrets import token_urlsafe

import sqlalchemy as sa
from sqlalchemy.orm import Session

from journey_state.conversations import BOT, Conversation
from journey_state.store import new_id
from journey_state.tables import staff, visitor_tokens


@dataclass(frozen=True)
class IssuedToken:
    """A fresh token, to be given to the visitor once and never stored, and the address it opens."""

    token: str
    address: str


def issue_token(session: Session, now: datetime) -> IssuedToken:
    """Make a new visitor with a token of 256 random bits."""
    issued = IssuedToken(token=token_urlsafe(32), address=new_id())
    session.execute(visitor_tokens.insert().values(token_hash=_hash(issued.token), address=issued.address, issued_at=now))
    return issued


def find_visitor(session: Session, token: str) -> str | None:
    """Return the address a token opens; None when it was never issued, or was revoked."""
    address: str | None = session.execute(_ADDRESS, {"token_hash": _hash(token)}).scalar_one_or_none()
    return address


def revoke_tokens(session: Session, address: str, now: datetime) -> int:
    """Make every token of a visitor worthless; returns how many there were."""
    where = (visitor_tokens.c.address == address) & visitor_tokens.c.revoked_at.is_(None)
    return int(session.execute(visitor_tokens.update().where(where).values(revoked_at=now)).rowcount)


def find_responder_name(session: Session, conversation: Conversation) -> str | None:
    """Return the name of the staff member who answers; None while the bot does."""
    if conversation.responder == BOT:
        return None
    name: str | None = session.execute(_STAFF_NAME, {"staff": conversation.responder}).scalar_one_or_none()
    return name


def _hash(token: str) -> str:
    # 256 random bits cannot be guessed, so a fast hash without salt is enough.
    return sha256(token.encode()).hexdigest()


# Built once: every request of a widget reads them.
_ADDRESS = sa.select(visitor_tokens.c.address).where(
    visitor_tokens.c.token_hash == sa.bindparam("token_hash"), visitor_tokens.c.revoked_at.is_(None),
)
_STAFF_NAME = sa.select(staff.c.name).where(staff.c.id == sa.bindparam("staff"))
