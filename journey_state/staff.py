"""Staff: the people who may enter the console, and with which role."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from functools import lru_cache

import sqlalchemy as sa
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy.orm import Session

from journey_state.conversations import Conversation, load_conversation
from journey_state.errors import BadEmailError, StaffExistsError, UnknownRoleError, UnknownStaffError, WeakPasswordError
from journey_state.handoffs import HandoffRequest, find_open_handoff, release_conversation, request_handoff
from journey_state.store import insert_once, new_id
from journey_state.tables import conversations, staff, staff_sessions

MIN_PASSWORD_LENGTH = 10
MAX_PASSWORD_LENGTH = 200
# Plain ASCII, as browsers demand of the field it is typed into.
_EMAIL = re.compile(r"[!-?A-~]+@[!-?A-~]+")
# OWASP's parameters for argon2id: 19 MiB, so that sign-ins do not outweigh the server itself.
_HASHING = PasswordHash((Argon2Hasher(time_cost=2, memory_cost=19 * 1024, parallelism=1),))


class Role(str, Enum):
    """What a staff member may do; each role may do everything the ones before it may."""

    STAFF = "staff"
    SUPERVISOR = "supervisor"
    OWNER = "owner"

    def includes(self, needed: Role) -> bool:
        """True when this role may do what the needed role may."""
        ranks = list(Role)
        return ranks.index(self) >= ranks.index(needed)


@dataclass(frozen=True)
class StaffMember:
    """One person of the staff. disabled_at: since when they may not enter any more."""

    id: str
    email: str
    name: str
    role: Role
    language: str
    created_at: datetime
    disabled_at: datetime | None

    @property
    def is_active(self) -> bool:
        """True while they may sign in."""
        return self.disabled_at is None


@dataclass(frozen=True)
class Candidate:
    """Somebody to be added. password_hash: of `hash_password`."""

    email: str
    name: str
    role: Role
    password_hash: str


def parse_role(raw: str) -> Role:
    """Read a role by its name. Raises UnknownRoleError."""
    try:
        return Role(raw.strip().lower())
    except ValueError:
        raise UnknownRoleError(f"role {raw!r} is not known; use {', '.join(role.value for role in Role)}") from None


def parse_email(raw: str) -> str:
    """An e-mail address as it is kept: trimmed, lower case. Raises BadEmailError."""
    email = raw.strip().lower()
    if not _EMAIL.fullmatch(email) or len(email) > 254:
        raise BadEmailError(f"{raw!r} is not an e-mail address; write one like lan@example.vn")
    return email


def hash_password(password: str) -> str:
    """Argon2 hash of a new password; slow on purpose, never call it inside a transaction. Raises WeakPasswordError."""
    if not MIN_PASSWORD_LENGTH <= len(password) <= MAX_PASSWORD_LENGTH:
        raise WeakPasswordError(f"the password must have {MIN_PASSWORD_LENGTH} to {MAX_PASSWORD_LENGTH} characters; choose another one")
    return _HASHING.hash(password)


def is_right_password(password: str, password_hash: str) -> bool:
    """True when a password belongs to a hash; slow on purpose, never call it inside a transaction."""
    return len(password) <= MAX_PASSWORD_LENGTH and _HASHING.verify(password, password_hash)


@lru_cache(maxsize=1)
def decoy_hash() -> str:
    """A hash nobody knows the password of: checking it takes as long as checking a real one."""
    return hash_password(new_id())


def add_staff(session: Session, candidate: Candidate, now: datetime) -> StaffMember:
    """Add a staff member. Raises StaffExistsError when the e-mail address is taken."""
    is_new = insert_once(session, staff, {
        "id": new_id(), "email": candidate.email, "name": candidate.name, "password_hash": candidate.password_hash,
        "role": candidate.role.value, "created_at": now,
    })
    if not is_new:
        raise StaffExistsError(f"{candidate.email} is on the staff already; disable them first, or use another address")
    return load_staff(session, candidate.email)


def load_staff(session: Session, email: str) -> StaffMember:
    """The staff member with this e-mail address. Raises UnknownStaffError."""
    row = session.execute(sa.select(*STAFF_COLUMNS).where(staff.c.email == email)).one_or_none()
    if row is None:
        raise UnknownStaffError(f"nobody on the staff has the address {email}; see `donghanh staff list`")
    return member_of(row)


def list_staff(session: Session) -> list[StaffMember]:
    """Everybody, also those who may not enter any more, in the order they came."""
    return [member_of(row) for row in session.execute(sa.select(*STAFF_COLUMNS).order_by(staff.c.created_at, staff.c.email))]


def find_staff_ids(session: Session) -> list[str]:
    """Ids of all who may sign in, in the order they came."""
    query = sa.select(staff.c.id).where(staff.c.disabled_at.is_(None)).order_by(staff.c.created_at, staff.c.email)
    return list(session.execute(query).scalars())


def find_staff_name(session: Session, staff_id: str) -> str:
    """A staff member's name; empty for nobody's id."""
    return session.execute(sa.select(staff.c.name).where(staff.c.id == staff_id)).scalar_one_or_none() or ""


def set_staff_language(session: Session, staff_id: str, language: str) -> None:
    """Remember the language a staff member reads the console in."""
    session.execute(staff.update().where(staff.c.id == staff_id).values(language=language))


def disable_staff(session: Session, email: str, now: datetime) -> list[Conversation]:
    """Take a staff member's access away, end their sessions and put what they answered back into the queue.

    Returns the conversations that wait for somebody else now. Raises UnknownStaffError.
    """
    member = load_staff(session, email)
    session.execute(staff.update().where(staff.c.id == member.id, staff.c.disabled_at.is_(None)).values(disabled_at=now))
    session.execute(staff_sessions.delete().where(staff_sessions.c.staff_id == member.id))
    held = session.execute(sa.select(conversations.c.id).where(conversations.c.responder == member.id)).scalars().all()
    return [_requeue(session, conversation_id, member.id, now) for conversation_id in held]


def _requeue(session: Session, conversation_id: str, staff_id: str, now: datetime) -> Conversation:
    held = find_open_handoff(session, conversation_id)
    release_conversation(session, conversation_id, staff_id, now)
    conversation = load_conversation(session, conversation_id)
    request = HandoffRequest(held.reason, now, held.stage, priority=held.priority) if held else HandoffRequest("taken_over", now)
    request_handoff(session, conversation_id, conversation.contact_id, request)
    return conversation


def member_of(row: sa.engine.Row) -> StaffMember:
    """A row of `STAFF_COLUMNS` as a member."""
    values = dict(zip(StaffMember.__dataclass_fields__, row, strict=False))
    return StaffMember(**{**values, "role": Role(values["role"])})


STAFF_COLUMNS = tuple(staff.c[name] for name in StaffMember.__dataclass_fields__)
