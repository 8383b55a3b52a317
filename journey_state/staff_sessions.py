"""Sign-ins and sessions of staff: attempts are counted before they are tried, tokens are kept as hashes only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from secrets import token_urlsafe

import sqlalchemy as sa
from sqlalchemy.orm import Session

from journey_state.staff import STAFF_COLUMNS, StaffMember, decoy_hash, is_right_password, member_of
from journey_state.tables import staff, staff_sessions

SESSION_LASTS = timedelta(hours=12)
FREE_ATTEMPTS = 5
FIRST_LOCK = timedelta(seconds=30)
LONGEST_LOCK = timedelta(minutes=30)


@dataclass(frozen=True)
class Attempt:
    """One try to sign in. staff_id: None when it must fail whatever the password is."""

    staff_id: str | None
    password_hash: str

    def succeeds_with(self, password: str) -> bool:
        """True for the right password; slow on purpose and equally slow for unknown addresses. Not for transactions."""
        return is_right_password(password, self.password_hash) and self.staff_id is not None


@dataclass(frozen=True)
class IssuedSession:
    """A fresh session. token: to be given to the browser once and never stored."""

    token: str
    csrf_token: str


@dataclass(frozen=True)
class StaffSession:
    """Who is signed in. csrf_token: what every form of this session must carry."""

    member: StaffMember
    csrf_token: str
    expires_at: datetime


def begin_attempt(session: Session, email: str, now: datetime) -> Attempt:
    """Count a try to sign in, in a transaction of its own, before its password is looked at.

    Counting first means that a thousand guesses at once are a thousand failures, not one. From the
    FREE_ATTEMPTS-th failure on the account is locked, for twice as long each time.
    """
    columns = staff.c.id, staff.c.password_hash, staff.c.failed_sign_ins, staff.c.locked_until
    who = (staff.c.email == email.strip().lower()) & staff.c.disabled_at.is_(None)
    row = session.execute(sa.select(*columns).where(who).with_for_update()).one_or_none()
    if row is None or (row.locked_until is not None and now < row.locked_until):
        return Attempt(None, decoy_hash())
    failed = row.failed_sign_ins + 1
    session.execute(staff.update().where(staff.c.id == row.id).values(failed_sign_ins=failed, locked_until=_lock_end(failed, now)))
    return Attempt(row.id, row.password_hash)


def open_session(session: Session, staff_id: str, now: datetime) -> IssuedSession:
    """Let a staff member in: a new session of SESSION_LASTS; failures before are forgotten, old sessions cleared away."""
    issued = IssuedSession(token=token_urlsafe(32), csrf_token=token_urlsafe(32))
    session.execute(staff.update().where(staff.c.id == staff_id).values(failed_sign_ins=0, locked_until=None))
    session.execute(staff_sessions.delete().where(staff_sessions.c.expires_at <= now))
    session.execute(staff_sessions.insert().values(
        token_hash=_hash(issued.token), staff_id=staff_id, csrf_token=issued.csrf_token, opened_at=now, expires_at=now + SESSION_LASTS,
    ))
    return issued


def find_session(session: Session, token: str, now: datetime) -> StaffSession | None:
    """The session a token opens; None when it ended, or its owner may not enter any more."""
    query = (
        sa.select(*STAFF_COLUMNS, staff_sessions.c.csrf_token, staff_sessions.c.expires_at)
        .join(staff_sessions, staff_sessions.c.staff_id == staff.c.id)
        .where(staff_sessions.c.token_hash == _hash(token), staff_sessions.c.expires_at > now, staff.c.disabled_at.is_(None))
    )
    row = session.execute(query).one_or_none()
    return None if row is None else StaffSession(member_of(row), row.csrf_token, row.expires_at)


def close_session(session: Session, token: str) -> None:
    """End a session; its token opens nothing any more."""
    session.execute(staff_sessions.delete().where(staff_sessions.c.token_hash == _hash(token)))


def _lock_end(failed: int, now: datetime) -> datetime | None:
    if failed < FREE_ATTEMPTS:
        return None
    doublings = min(failed - FREE_ATTEMPTS, 16)
    return now + min(FIRST_LOCK * 2**doublings, LONGEST_LOCK)


def _hash(token: str) -> str:
    # 256 random bits cannot be guessed, so a fast hash without salt is enough.
    return sha256(token.encode()).hexdigest()
