"""Staff: added once, known by address, kept out when they leave, and nothing they held is forgotten."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from journey_state.conversations import BOT, load_conversation
from journey_state.errors import BadEmailError, StaffExistsError, UnknownRoleError, UnknownStaffError, WeakPasswordError
from journey_state.handoffs import claim_conversation, find_open_handoff
from journey_state.staff import (
    Candidate,
    Role,
    add_staff,
    disable_staff,
    find_staff_ids,
    find_staff_name,
    hash_password,
    is_right_password,
    list_staff,
    load_staff,
    parse_email,
    parse_role,
    set_staff_language,
)
from journey_state.staff_sessions import find_session
from journey_state.store import JourneyStore
from journey_state.tables import staff
from tests.fixtures.journeys import NOW, later
from tests.fixtures.staff import PASSWORD, Customer, add_member, password_hash, sign_in


def test_added_member_is_found_by_address_and_may_enter(store: JourneyStore) -> None:
    lan = add_member(store, "Lan", Role.SUPERVISOR)

    with store.reading() as session:
        assert load_staff(session, "lan@sencloud.example") == lan
        assert find_staff_ids(session) == [lan.id]
        assert find_staff_name(session, lan.id) == "Lan"
    assert (lan.role, lan.language, lan.is_active, lan.created_at) == (Role.SUPERVISOR, "vi", True, NOW)


def test_store_keeps_an_argon2_hash_and_no_password(store: JourneyStore) -> None:
    add_member(store)

    with store.reading() as session:
        kept = session.execute(sa.select(staff.c.password_hash)).scalar_one()
    assert kept.startswith("$argon2id$") and PASSWORD not in kept
    assert is_right_password(PASSWORD, kept) and not is_right_password(PASSWORD + "!", kept)


def test_second_member_with_the_same_address_is_refused(store: JourneyStore) -> None:
    add_member(store)

    with pytest.raises(StaffExistsError, match=r"lan@sencloud\.example is on the staff already"):
        add_member(store)


@pytest.mark.parametrize("password", ["", "ngắn quá", "123456789", "x" * 201])
def test_password_outside_of_the_allowed_length_is_refused(password: str) -> None:
    with pytest.raises(WeakPasswordError, match="10 to 200 characters"):
        hash_password(password)


@pytest.mark.parametrize(("raw", "email"), [(" Lan@SenCloud.Example ", "lan@sencloud.example"), ("a@b", "a@b")])
def test_address_is_kept_trimmed_and_in_lower_case(raw: str, email: str) -> None:
    assert parse_email(raw) == email


@pytest.mark.parametrize("raw", ["", "lan", "lan@", "@x", "a b@c", "a@b@c", "hoàng@x.vn", "x" * 250 + "@b.vn"])
def test_what_cannot_be_an_address_is_refused(raw: str) -> None:
    with pytest.raises(BadEmailError, match=r"lan@example\.vn"):
        parse_email(raw)


@pytest.mark.parametrize(("raw", "role"), [("owner", Role.OWNER), (" Staff", Role.STAFF)])
def test_role_is_read_by_name(raw: str, role: Role) -> None:
    assert parse_role(raw) is role


def test_unknown_role_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UnknownRoleError, match="staff, supervisor, owner"):
        parse_role("boss")


@pytest.mark.parametrize(("role", "needed", "is_enough"), [
    (Role.STAFF, Role.STAFF, True),
    (Role.STAFF, Role.SUPERVISOR, False),
    (Role.OWNER, Role.SUPERVISOR, True),
    (Role.SUPERVISOR, Role.OWNER, False),
])
def test_higher_roles_include_the_lower_ones(role: Role, needed: Role, is_enough: bool) -> None:
    assert role.includes(needed) is is_enough


def test_language_of_the_console_is_remembered(store: JourneyStore) -> None:
    lan = add_member(store)
    with store.transaction() as session:
        set_staff_language(session, lan.id, "en")

        assert load_staff(session, lan.email).language == "en"


def test_disabled_member_loses_sessions_and_stays_on_the_list(store: JourneyStore) -> None:
    lan = add_member(store)
    token = sign_in(store, lan).token
    with store.transaction() as session:
        assert find_session(session, token, NOW) is not None
        disable_staff(session, lan.email, later(minutes=1))

        assert find_session(session, token, NOW) is None
        assert find_staff_ids(session) == []
        assert [(member.email, member.disabled_at) for member in list_staff(session)] == [(lan.email, later(minutes=1))]


def test_disabling_twice_keeps_the_first_time(store: JourneyStore) -> None:
    lan = add_member(store)
    with store.transaction() as session:
        disable_staff(session, lan.email, later(minutes=1))
        disable_staff(session, lan.email, later(minutes=9))

        assert load_staff(session, lan.email).disabled_at == later(minutes=1)


def test_disabling_somebody_unknown_says_where_to_look(store: JourneyStore) -> None:
    with pytest.raises(UnknownStaffError, match="donghanh staff list"), store.transaction() as session:
        disable_staff(session, "nobody@x.vn", NOW)


def test_what_a_disabled_member_answered_waits_for_somebody_else(store: JourneyStore) -> None:
    lan, customer = add_member(store), Customer(store)
    customer.write("cho mình gặp nhân viên")
    asked = customer.ask_for_human(reason="asked", stage="service", priority=2)
    with store.transaction() as session:
        claim_conversation(session, customer.conversation_id, lan.id, later(minutes=6))
        [waiting] = disable_staff(session, lan.email, later(minutes=7))

        again = find_open_handoff(session, customer.conversation_id)
        assert load_conversation(session, customer.conversation_id).responder == BOT
    assert waiting.id == customer.conversation_id
    assert again is not None and again.id != asked.id
    assert (again.state, again.reason, again.stage, again.priority) == ("requested", "asked", "service", 2)


def test_members_are_listed_in_the_order_they_came(store: JourneyStore) -> None:
    with store.transaction() as session:
        for minute, name in enumerate(("lan", "minh", "an")):
            add_staff(session, Candidate(f"{name}@x.vn", name, Role.STAFF, password_hash()), later(minutes=minute))

        assert [member.name for member in list_staff(session)] == ["lan", "minh", "an"]
