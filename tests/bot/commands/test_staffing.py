"""`donghanh staff`: adds, lists and disables, and never shows a password."""

from __future__ import annotations

from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from bot.commands.staffing import NewStaff, add, disable, list_all
from bot.settings import Settings
from journey_state.audits import COMMAND_LINE, list_deeds
from journey_state.errors import BadEmailError, JourneyError, StaffExistsError, UnknownRoleError, UnknownStaffError, WeakPasswordError
from journey_state.staff import Role, load_staff
from journey_state.staff_sessions import begin_attempt
from journey_state.store import JourneyStore, utc_now

PASSWORD = "mật khẩu của Lan"
LAN = NewStaff("Lan@SenCloud.example", "Lan [bold]", "owner", PASSWORD)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings of a place where nothing has been made yet."""
    return Settings(var_folder=tmp_path)


@pytest.fixture
def out() -> Console:
    """A terminal that keeps what is printed."""
    return Console(file=StringIO(), width=120)


@pytest.fixture
def store(settings: Settings) -> Iterator[JourneyStore]:
    """The store that the commands write."""
    opened = JourneyStore(settings.database)
    yield opened
    opened.close()


def printed(out: Console) -> str:
    assert isinstance(out.file, StringIO)
    return out.file.getvalue()


def test_added_member_can_sign_in_to_a_database_made_on_the_way(settings: Settings, out: Console, store: JourneyStore) -> None:
    assert add(settings, LAN, out) == 0

    with store.transaction() as session:
        member = load_staff(session, "lan@sencloud.example")
        attempt = begin_attempt(session, "lan@sencloud.example", utc_now())
    assert attempt.succeeds_with(PASSWORD)
    assert (member.name, member.role) == ("Lan [bold]", Role.OWNER)
    assert "http://localhost:8000/console" in printed(out) and PASSWORD not in printed(out)


def test_password_is_asked_for_twice_and_never_printed(settings: Settings, out: Console, store: JourneyStore) -> None:
    asked: list[str] = []

    def answer(question: str) -> str:
        asked.append(question)
        return PASSWORD

    add(settings, NewStaff("lan@x.vn", "Lan", "staff"), out, answer)

    with store.transaction() as session:
        assert begin_attempt(session, "lan@x.vn", utc_now()).succeeds_with(PASSWORD)
    assert len(asked) == 2 and PASSWORD not in printed(out)


def test_password_mistyped_the_second_time_is_refused(settings: Settings, out: Console) -> None:
    answers = iter(["mười ký tự", "mười kí tự"])

    with pytest.raises(WeakPasswordError, match="differ"):
        add(settings, NewStaff("lan@x.vn", "Lan", "staff"), out, lambda _: next(answers))


@pytest.mark.parametrize(("new", "error"), [
    (NewStaff("lan", "Lan", "staff", PASSWORD), BadEmailError),
    (NewStaff("lan@x.vn", "Lan", "boss", PASSWORD), UnknownRoleError),
    (NewStaff("lan@x.vn", "Lan", "staff", "ngắn"), WeakPasswordError),
])
def test_what_cannot_be_added_is_refused_before_anything_is_made(
    settings: Settings, out: Console, new: NewStaff, error: type[JourneyError]
) -> None:
    with pytest.raises(error):
        add(settings, new, out)

    assert not (settings.var_folder / "donghanh.db").exists()


def test_second_member_of_one_address_is_refused(settings: Settings, out: Console) -> None:
    add(settings, LAN, out)

    with pytest.raises(StaffExistsError):
        add(settings, LAN, out)


def test_list_says_who_may_sign_in(settings: Settings, out: Console) -> None:
    add(settings, LAN, out)
    add(settings, NewStaff("minh@x.vn", "Minh", "staff", PASSWORD), out)
    disable(settings, " MINH@x.vn", out)
    assert list_all(settings, out) == 0

    lan, minh = [line for line in printed(out).splitlines() if line.startswith("│")]
    assert "Lan [bold]" in lan and "owner" in lan and "yes" in lan
    assert "Minh" in minh and "no, since" in minh


def test_empty_list_says_how_to_add_the_first(settings: Settings, out: Console) -> None:
    assert list_all(settings, out) == 0
    assert "donghanh staff add" in printed(out)


def test_disabling_is_final_and_written_down(settings: Settings, out: Console, store: JourneyStore) -> None:
    add(settings, LAN, out)
    assert disable(settings, LAN.email, out) == 0

    with store.transaction() as session:
        assert not begin_attempt(session, "lan@sencloud.example", utc_now()).succeeds_with(PASSWORD)
        deeds = [entry.deed for entry in list_deeds(session)]
    assert [(deed.staff_id, deed.verb) for deed in deeds] == [(COMMAND_LINE, "disable"), (COMMAND_LINE, "add")]


def test_disabling_somebody_unknown_is_refused(settings: Settings, out: Console) -> None:
    with pytest.raises(UnknownStaffError):
        disable(settings, "nobody@x.vn", out)
