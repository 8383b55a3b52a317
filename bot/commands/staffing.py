"""`donghanh staff`: who may enter the console."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from getpass import getpass

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.settings import Settings
from journey_state.audits import COMMAND_LINE, Deed, append_deed
from journey_state.desk_cards import map_account
from journey_state.errors import WeakPasswordError
from journey_state.migrate import migrate
from journey_state.periods import format_date
from journey_state.staff import (
    Candidate,
    StaffMember,
    add_staff,
    disable_staff,
    hash_password,
    list_staff,
    load_staff,
    parse_email,
    parse_role,
)
from journey_state.store import JourneyStore, utc_now


@dataclass(frozen=True)
class NewStaff:
    """Somebody to be added, as typed. password: None asks for it without showing it."""

    email: str
    name: str
    role: str
    password: str | None = None


def add(settings: Settings, new: NewStaff, out: Console, ask: Callable[[str], str] = getpass) -> int:
    """Add a staff member. Raises JourneyError naming what to correct."""
    email, role = parse_email(new.email), parse_role(new.role)
    password = new.password if new.password is not None else _ask_twice(ask)
    candidate = Candidate(email, new.name.strip()[:200] or email, role, hash_password(password))
    with _open_store(settings) as store, store.transaction() as session:
        member = add_staff(session, candidate, utc_now())
        append_deed(session, Deed(COMMAND_LINE, "add", "staff", member.id), utc_now())
    _print(out, f"{member.name} <{member.email}> may sign in at {settings.public_url}/console as {member.role.value}")
    return 0


def list_all(settings: Settings, out: Console) -> int:
    """Print everybody, also those who may not sign in any more."""
    with _open_store(settings) as store, store.reading() as session:
        members = list_staff(session)
    if not members:
        _print(out, "Nobody yet; add the first: donghanh staff add lan@example.vn --name Lan --role owner")
        return 0
    out.print(_table(members))
    return 0


def disable(settings: Settings, email: str, out: Console) -> int:
    """Take somebody's access away; what they answered waits in the queue again. Raises JourneyError."""
    with _open_store(settings) as store, store.transaction() as session:
        member = load_staff(session, parse_email(email))
        waiting = disable_staff(session, member.email, utc_now())
        append_deed(session, Deed(COMMAND_LINE, "disable", "staff", member.id), utc_now())
    _print(out, f"{member.email} may not sign in any more; conversations back in the queue: {len(waiting)}")
    return 0


def link(settings: Settings, email: str, telegram: int, out: Console) -> int:
    """Say which Telegram account is a staff member's, so that they can claim and answer in the staff's group. Raises JourneyError."""
    with _open_store(settings) as store, store.transaction() as session:
        member = load_staff(session, parse_email(email))
        map_account(session, member.id, "telegram", str(telegram), utc_now())
        append_deed(session, Deed(COMMAND_LINE, "link", "staff", member.id), utc_now())
    _print(out, f"{member.name} <{member.email}> answers in the staff's group as Telegram account {telegram}")
    return 0


@contextmanager
def _open_store(settings: Settings) -> Iterator[JourneyStore]:
    migrate(settings.database)
    store = JourneyStore(settings.database)
    try:
        yield store
    finally:
        store.close()


def _ask_twice(ask: Callable[[str], str]) -> str:
    password = ask("Password (at least 10 characters): ")
    if ask("The same once more: ") != password:
        raise WeakPasswordError("the two passwords differ; try again")
    return password


def _table(members: list[StaffMember]) -> Table:
    table = Table("E-mail", "Name", "Role", "Since", "Signs in")
    for member in members:
        may_sign_in = "yes" if member.disabled_at is None else f"no, since {format_date(member.disabled_at, 'en')}"
        cells = member.email, member.name, member.role.value, format_date(member.created_at, "en"), may_sign_in
        table.add_row(*(Text(cell) for cell in cells))
    return table


def _print(out: Console, line: str) -> None:
    out.print(line, highlight=False, markup=False, soft_wrap=True)
