"""Links: addresses nobody can guess, for what a customer may open without signing in."""

from __future__ import annotations

from datetime import datetime
from secrets import token_urlsafe

import sqlalchemy as sa
from sqlalchemy.orm import Session

from journey_state.store import insert_once
from journey_state.tables import public_links

ORDER, QUOTE = "order", "quote"
TOKEN_BYTES = 24


def ensure_link(session: Session, noun: str, noun_id: str, contact_id: str, now: datetime) -> str:
    """The token of a thing's address, made the first time; erasing the contact ends it.

    noun: ORDER or QUOTE; noun_id: the number.
    """
    insert_once(session, public_links, {
        "token": token_urlsafe(TOKEN_BYTES), "noun": noun, "noun_id": noun_id, "contact_id": contact_id, "made_at": now,
    })
    where = (public_links.c.noun == noun) & (public_links.c.noun_id == noun_id)
    return str(session.execute(sa.select(public_links.c.token).where(where)).scalar_one())


def find_linked(session: Session, noun: str, token: str) -> str | None:
    """The number behind a token; None when there is no such link (any more)."""
    where = (public_links.c.noun == noun) & (public_links.c.token == token)
    return session.execute(sa.select(public_links.c.noun_id).where(where)).scalar_one_or_none()
