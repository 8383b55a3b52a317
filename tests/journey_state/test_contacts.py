"""Contacts: one person behind an address, and links between a person's addresses that can be undone."""

from __future__ import annotations

from threading import Barrier

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from journey_state.contacts import ensure_contact, find_contact, find_linked_contacts, lock_contact, lock_person, update_contact
from journey_state.errors import UnknownContactError
from journey_state.store import JourneyStore, new_id
from journey_state.tables import consents, contacts, identities, identity_links
from tests.fixtures.journeys import NOW, later
from tests.fixtures.threads import run_together


def test_new_address_is_a_new_contact_and_a_known_one_is_not(store: JourneyStore) -> None:
    with store.transaction() as session:
        first = ensure_contact(session, "website", "visitor-1", NOW)
        again = ensure_contact(session, "website", "visitor-1", later(days=1))
        other = ensure_contact(session, "website", "visitor-2", NOW)

    assert first == again
    assert other != first


def test_same_address_on_two_channels_is_two_contacts(store: JourneyStore) -> None:
    with store.transaction() as session:
        assert ensure_contact(session, "website", "42", NOW) != ensure_contact(session, "telegram", "42", NOW)


def test_unknown_address_has_no_contact(store: JourneyStore) -> None:
    with store.reading() as session:
        assert find_contact(session, "website", "visitor-1") is None


def test_twenty_threads_that_meet_one_address_make_one_contact(store: JourneyStore) -> None:
    def meet(_: int) -> str:
        with store.transaction() as session:
            return ensure_contact(session, "telegram", "42", NOW)

    assert len(set(run_together(20, meet))) == 1
    with store.reading() as session:
        assert count_rows(session, contacts) == count_rows(session, identities) == 1


def test_contact_of_a_rolled_back_transaction_is_gone(store: JourneyStore) -> None:
    with pytest.raises(ZeroDivisionError), store.transaction() as session:
        ensure_contact(session, "website", "visitor-1", NOW)
        raise ZeroDivisionError

    with store.reading() as session:
        assert find_contact(session, "website", "visitor-1") is None


def test_fields_of_a_contact_are_kept(store: JourneyStore, contact: str) -> None:
    with store.transaction() as session:
        update_contact(session, contact, name="Nguyễn Thị Ánh", phone="+84912345678", language="en")

    with store.reading() as session:
        row = session.execute(sa.select(contacts)).one()
    assert (row.name, row.phone, row.language, row.email) == ("Nguyễn Thị Ánh", "+84912345678", "en", None)


def test_only_an_existing_contact_can_be_locked(store: JourneyStore, contact: str) -> None:
    with store.transaction() as session:
        lock_contact(session, contact)
        with pytest.raises(UnknownContactError, match="may have been erased"):
            lock_contact(session, new_id())


def test_rule_checked_under_the_lock_is_never_broken(store: JourneyStore, contact: str) -> None:
    def claim_name(number: int) -> bool:
        with store.transaction() as session:
            lock_contact(session, contact)
            if session.execute(sa.select(contacts.c.name).where(contacts.c.id == contact)).scalar_one() is not None:
                return False
            update_contact(session, contact, name=f"thread {number}")
            return True

    assert sum(run_together(10, claim_name)) == 1


def test_unlinked_contact_stands_alone(store: JourneyStore, contact: str) -> None:
    with store.reading() as session:
        assert find_linked_contacts(session, contact) == (contact,)


@pytest.mark.parametrize("asked", ["a", "b", "c", "d"])
def test_chain_of_links_is_one_person_from_every_end(store: JourneyStore, asked: str) -> None:
    with store.transaction() as session:
        link(session, "a", "b")
        link(session, "c", "b")
        link(session, "c", "d")
        link(session, "x", "y")

        found = find_linked_contacts(session, asked)

    assert found[0] == asked
    assert sorted(found) == ["a", "b", "c", "d"]


def test_circle_of_links_ends(store: JourneyStore) -> None:
    with store.transaction() as session:
        link(session, "a", "b")
        link(session, "b", "c")
        link(session, "c", "a")

        assert sorted(find_linked_contacts(session, "b")) == ["a", "b", "c"]


def test_undone_link_no_longer_counts_and_moves_no_row(store: JourneyStore) -> None:
    with store.transaction() as session:
        link(session, "a", "b")
        mistaken = link(session, "b", "c")
        link(session, "b", "c", undoes=mistaken)

        assert sorted(find_linked_contacts(session, "a")) == ["a", "b"]
        assert find_linked_contacts(session, "c") == ("c",)
        assert count_rows(session, identity_links) == 3


def test_link_made_again_after_it_was_undone_counts(store: JourneyStore) -> None:
    with store.transaction() as session:
        first = link(session, "a", "b")
        link(session, "a", "b", undoes=first)
        link(session, "a", "b")

        assert find_linked_contacts(session, "a") == ("a", "b")


def test_lock_of_a_person_holds_all_linked_contacts(store: JourneyStore, contact: str) -> None:
    with store.transaction() as session:
        other = ensure_contact(session, "telegram", "42", NOW)
        link(session, other, contact)

        assert lock_person(session, contact) == (contact, other)
        assert lock_person(session, other) == (other, contact)
        with pytest.raises(UnknownContactError):
            lock_person(session, "nobody")


@pytest.mark.postgres
def test_two_turns_of_one_person_that_have_written_already_do_not_block_each_other(postgresql_store: JourneyStore) -> None:
    with postgresql_store.transaction() as session:
        people = [ensure_contact(session, channel, "42", NOW) for channel in ("website", "telegram")]
        link(session, *people)
    both_have_written = Barrier(2, timeout=60)

    def run_turn(number: int) -> tuple[str, ...]:
        with postgresql_store.transaction() as session:
            session.execute(consents.insert().values(
                id=new_id(), contact_id=people[number], is_granted=True, wording="test", channel="website", decided_at=NOW,
            ))
            both_have_written.wait()
            return lock_person(session, people[number])

    assert [set(locked) for locked in run_together(2, run_turn)] == [set(people), set(people)]


def link(session: Session, contact_id: str, joined_contact_id: str, undoes: str | None = None) -> str:
    link_id = new_id()
    session.execute(
        identity_links.insert().values(
            id=link_id,
            contact_id=contact_id,
            joined_contact_id=joined_contact_id,
            reason="signed_in",
            made_by="staff",
            made_at=NOW,
            undoes=undoes,
        )
    )
    return link_id


def count_rows(session: Session, table: sa.Table) -> int:
    return int(session.execute(sa.select(sa.func.count()).select_from(table)).scalar_one())
