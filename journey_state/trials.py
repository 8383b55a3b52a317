"""Trials: one a product and person, with an end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from journey_state.contacts import find_linked_contacts, lock_person
from journey_state.errors import TrialAlreadyUsedError, UnknownTrialError
from journey_state.store import new_id
from journey_state.tables import trials


@dataclass(frozen=True)
class TrialRequest:
    """What a person wants to try. days: length from the content; email: where the access goes."""

    product: str
    days: int
    plan: str | None = None
    email: str | None = None
    message_id: str | None = None


@dataclass(frozen=True)
class Trial:
    """A free trial. ended_at: set when it was stopped or turned into an order before its time."""

    id: str
    contact_id: str
    product: str
    plan: str | None
    started_at: datetime
    ends_at: datetime
    ended_at: datetime | None
    message_id: str | None

    def is_active(self, now: datetime) -> bool:
        """True while it can be used."""
        return self.ended_at is None and now < self.ends_at

    def days_left(self, now: datetime) -> int:
        """Days that are left, the last one counted whole; 0 when it is over."""
        return -((now - self.ends_at) // timedelta(days=1)) if self.is_active(now) else 0


def start_trial(session: Session, contact_id: str, request: TrialRequest, now: datetime) -> Trial:
    """Start a trial for the whole person; the same message twice starts it once.

    Raises TrialAlreadyUsedError when any linked contact had this product before.
    """
    lock_person(session, contact_id)
    earlier = find_trial(session, contact_id, request.product)
    if earlier is not None and request.message_id is not None and earlier.message_id == request.message_id:
        return earlier
    if earlier is not None:
        raise TrialAlreadyUsedError(f"contact {contact_id} tried {request.product} from {earlier.started_at:%Y-%m-%d}; offer a paid plan")
    session.execute(trials.insert().values(
        id=new_id(), contact_id=contact_id, product=request.product, plan=request.plan, email=request.email,
        started_at=now, ends_at=now + timedelta(days=request.days), message_id=request.message_id,
    ))
    started = find_trial(session, contact_id, request.product)
    assert started is not None
    return started


def list_trials(session: Session, contact_id: str) -> list[Trial]:
    """All trials of the person, the newest first."""
    people = find_linked_contacts(session, contact_id)
    query = sa.select(*_TRIAL).where(trials.c.contact_id.in_(people)).order_by(trials.c.started_at.desc())
    return [Trial(*row) for row in session.execute(query)]


def find_trial(session: Session, contact_id: str, product: str) -> Trial | None:
    """The person's trial of a product, running or over; None when there was none."""
    return next((trial for trial in list_trials(session, contact_id) if trial.product == product), None)


def find_active_trials(session: Session, contact_id: str, now: datetime) -> list[Trial]:
    """The person's running trials, the first to end first."""
    running = [trial for trial in list_trials(session, contact_id) if trial.is_active(now)]
    return sorted(running, key=lambda trial: trial.ends_at)


def end_trial(session: Session, contact_id: str, product: str, now: datetime) -> Trial:
    """Stop a running trial before its time. Raises UnknownTrialError when none runs."""
    lock_person(session, contact_id)
    trial = find_trial(session, contact_id, product)
    if trial is None or not trial.is_active(now):
        raise UnknownTrialError(f"contact {contact_id} has no running trial of {product}; see list_trials")
    session.execute(trials.update().where(trials.c.id == trial.id).values(ended_at=now))
    return Trial(**{**vars(trial), "ended_at": now})


_TRIAL = tuple(trials.c[name] for name in Trial.__dataclass_fields__)
