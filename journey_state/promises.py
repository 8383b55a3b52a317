"""Promises: what staff told a customer before they gave the conversation back, and what the assistant must honour."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from journey_state.contacts import find_linked_contacts
from journey_state.store import new_id
from journey_state.tables import promises, staff
from journey_state.texts import fold

# Whoever asks around a topic hears of the promise; which intents that are.
INTENTS_OF_TOPIC: Mapping[str, frozenset[str]] = {
    "price": frozenset("ask_price ask_promotion buy_plan renew_plan upgrade_plan downgrade_plan ask_loyalty use_referral".split()),
    "payment": frozenset("ask_payment report_payment request_invoice check_order report_billing".split()),
    "ticket": frozenset("check_ticket report_outage ask_setup ask_how_to".split()),
    "refund": frozenset("request_refund make_complaint cancel_plan".split()),
    "other": frozenset(),
}
# Told again unasked only after this long; whoever asks in the promise's own words hears it every time.
QUIET = timedelta(hours=12)
MIN_SHARED = 2
MAX_LENGTH = 500
_WORD = re.compile(r"\w+")
_COMMON = frozenset(
    "anh chi em ban minh toi da a nhe cho la co khong duoc the nay do thi va cua voi den tu trong se roi ma hay gi bao nhieu khi sao nao "
    "thu ngay the a an the to of for on in is it you i we will be and or until by do does what how when my your our".split()
)


@dataclass(frozen=True)
class NewPromise:
    """What was promised, in words the customer may read. topic: of INTENTS_OF_TOPIC."""

    contact_id: str
    conversation_id: str
    topic: str
    text: str
    made_by: str
    valid_until: datetime | None = None


@dataclass(frozen=True)
class Promise:
    """A promise that still holds. staff_name: who made it; said_at: when the assistant last told it."""

    id: str
    topic: str
    text: str
    valid_until: datetime | None
    made_at: datetime
    said_at: datetime | None
    staff_name: str


def append_promise(session: Session, promise: NewPromise, now: datetime) -> str:
    """Write a promise down; returns its id."""
    promise_id = new_id()
    session.execute(promises.insert().values(id=promise_id, **{**vars(promise), "text": promise.text[:MAX_LENGTH]}, made_at=now))
    return promise_id


def list_promises(session: Session, contact_id: str, now: datetime) -> list[Promise]:
    """What still holds for the person, on whichever channel it was promised, the newest first."""
    people = find_linked_contacts(session, contact_id)
    return [_promise(row) for row in session.execute(_HOLDING, {"people": people, "moment": now})]


def withdraw_promise(session: Session, promise_id: str, now: datetime) -> None:
    """End a promise: it was kept, or was a mistake."""
    session.execute(promises.update().where(promises.c.id == promise_id).values(valid_until=now))


def note_said(session: Session, promise_id: str, now: datetime) -> None:
    """Remember that the assistant told a promise."""
    session.execute(promises.update().where(promises.c.id == promise_id).values(said_at=now))


def is_asked_about(promise: Promise, intent: str, text: str, now: datetime) -> bool:
    """True when a message asks about a promise: in its own words, or, once in a while, around its topic."""
    if _shared_weight(promise.text, text) >= MIN_SHARED:
        return True
    was_said = promise.said_at is not None and now - promise.said_at < QUIET
    return intent in INTENTS_OF_TOPIC.get(promise.topic, frozenset()) and not was_said


def _promise(row: Any) -> Promise:
    return Promise(row.id, row.topic, row.text, row.valid_until, row.made_at, row.said_at, row.name or "")


def _shared_weight(one: str, other: str) -> int:
    """Content words in both texts; a number weighs two."""
    shared = _content_words(one) & _content_words(other)
    return sum(2 if word.isdigit() else 1 for word in shared)


def _content_words(text: str) -> set[str]:
    return {word for word in _WORD.findall(fold(text)) if (len(word) > 1 or word.isdigit()) and word not in _COMMON}


# Built once: it runs at every turn.
_HOLDING = (
    sa.select(
        promises.c.id, promises.c.topic, promises.c.text, promises.c.valid_until, promises.c.made_at, promises.c.said_at, staff.c.name
    )
    .join(staff, staff.c.id == promises.c.made_by, isouter=True)
    .where(promises.c.contact_id.in_(sa.bindparam("people", expanding=True)))
    .where(promises.c.valid_until.is_(None) | (promises.c.valid_until > sa.bindparam("moment")))
    .order_by(promises.c.made_at.desc())
)
