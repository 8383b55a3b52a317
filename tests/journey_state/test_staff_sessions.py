"""Sign-ins: counted before they are tried, locked ever longer, and sessions that end."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from journey_state.staff import disable_staff
from journey_state.staff_sessions import FREE_ATTEMPTS, SESSION_LASTS, begin_attempt, close_session, find_session, open_session
from journey_state.store import JourneyStore
from journey_state.tables import staff, staff_sessions
from tests.fixtures.journeys import NOW, later
from tests.fixtures.staff import PASSWORD, add_member, sign_in
from tests.fixtures.threads import run_together

EMAIL = "lan@sencloud.example"


def attempt(store: JourneyStore, password: str, seconds: float = 0, email: str = EMAIL) -> bool:
    with store.transaction() as session:
        begun = begin_attempt(session, email, later(seconds=seconds))
    return begun.succeeds_with(password)


def fail_until_locked(store: JourneyStore, times: int = FREE_ATTEMPTS) -> None:
    with store.transaction() as session:
        session.execute(staff.update().values(failed_sign_ins=times - 1))
        begin_attempt(session, EMAIL, NOW)


@pytest.mark.parametrize(("email", "password", "is_let_in"), [
    (EMAIL, PASSWORD, True),
    (" LAN@sencloud.example", PASSWORD, True),
    (EMAIL, PASSWORD.upper(), False),
    (EMAIL, "", False),
    (EMAIL, "x" * 100_000, False),
    ("nobody@sencloud.example", PASSWORD, False),
])
def test_only_the_right_password_of_a_known_address_lets_in(sqlite_store: JourneyStore, email: str, password: str, is_let_in: bool) -> None:
    add_member(sqlite_store)

    assert attempt(sqlite_store, password, email=email) is is_let_in


def test_disabled_member_is_not_let_in(sqlite_store: JourneyStore) -> None:
    add_member(sqlite_store)
    with sqlite_store.transaction() as session:
        disable_staff(session, EMAIL, NOW)

    assert not attempt(sqlite_store, PASSWORD)


@pytest.mark.parametrize(("failures", "locked_s"), [(5, 30), (6, 60), (7, 120), (11, 1800), (1000, 1800)])
def test_each_further_failure_locks_for_twice_as_long(sqlite_store: JourneyStore, failures: int, locked_s: int) -> None:
    add_member(sqlite_store)
    fail_until_locked(sqlite_store, failures)

    assert not attempt(sqlite_store, PASSWORD, seconds=locked_s - 1)
    assert attempt(sqlite_store, PASSWORD, seconds=locked_s)


def test_four_failures_lock_nobody_out(sqlite_store: JourneyStore) -> None:
    add_member(sqlite_store)
    fail_until_locked(sqlite_store, FREE_ATTEMPTS - 1)

    assert attempt(sqlite_store, PASSWORD)


def test_tries_while_locked_do_not_lengthen_the_lock(sqlite_store: JourneyStore) -> None:
    add_member(sqlite_store)
    fail_until_locked(sqlite_store)
    attempt(sqlite_store, "wrong", seconds=10)

    assert attempt(sqlite_store, PASSWORD, seconds=30)


def test_guesses_at_once_are_all_counted(store: JourneyStore) -> None:
    add_member(store)

    def guess(_: int) -> bool:
        with store.transaction() as session:
            return begin_attempt(session, EMAIL, NOW).staff_id is not None

    looked_at = run_together(20, guess)

    assert sum(looked_at) == FREE_ATTEMPTS


def test_success_forgets_the_failures(store: JourneyStore) -> None:
    lan = add_member(store)
    fail_until_locked(store)
    with store.transaction() as session:
        open_session(session, lan.id, NOW)

        assert session.execute(sa.select(staff.c.failed_sign_ins, staff.c.locked_until)).one() == (0, None)


def test_session_knows_its_member_until_it_ends(store: JourneyStore) -> None:
    lan = add_member(store)
    issued = sign_in(store, lan)
    with store.reading() as session:
        found = find_session(session, issued.token, NOW)
        almost_over = find_session(session, issued.token, NOW + SESSION_LASTS - timedelta(seconds=1))
        over = find_session(session, issued.token, NOW + SESSION_LASTS)

    assert found is not None and (found.member, found.csrf_token, found.expires_at) == (lan, issued.csrf_token, NOW + SESSION_LASTS)
    assert almost_over is not None and over is None


def test_store_keeps_no_token_that_opens_anything(store: JourneyStore) -> None:
    issued = sign_in(store, add_member(store))

    with store.reading() as session:
        kept = session.execute(sa.select(staff_sessions.c.token_hash)).scalar_one()
        assert find_session(session, kept, NOW) is None
        assert find_session(session, issued.csrf_token, NOW) is None
    assert kept != issued.token


def test_closed_session_opens_nothing_and_others_stay(store: JourneyStore) -> None:
    lan = add_member(store)
    phone, desk = sign_in(store, lan), sign_in(store, lan)
    with store.transaction() as session:
        close_session(session, phone.token)

        assert find_session(session, phone.token, NOW) is None
        assert find_session(session, desk.token, NOW) is not None


def test_sessions_that_are_over_are_cleared_away_at_the_next_sign_in(store: JourneyStore) -> None:
    lan = add_member(store)
    sign_in(store, lan)
    sign_in(store, lan, NOW + SESSION_LASTS)

    with store.reading() as session:
        assert session.execute(sa.select(sa.func.count()).select_from(staff_sessions)).scalar_one() == 1
