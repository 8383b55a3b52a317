"""Audit entries: who looked at or changed what, once for each deed."""

from __future__ import annotations

from journey_state.audits import COMMAND_LINE, Deed, append_deed, list_deeds, was_done_since
from journey_state.store import JourneyStore, new_id
from tests.fixtures.journeys import NOW, later
from tests.fixtures.staff import add_member


def test_deeds_are_listed_newest_first_with_names(store: JourneyStore) -> None:
    lan = add_member(store)
    look, added = Deed(lan.id, "look", "conversation", "c1"), Deed(COMMAND_LINE, "add", "staff", lan.id)
    with store.transaction() as session:
        append_deed(session, added, NOW)
        append_deed(session, look, later(minutes=1))

        listed = [(entry.deed, entry.staff_name, entry.at) for entry in list_deeds(session)]
        assert listed == [(look, "Lan", later(minutes=1)), (added, "", NOW)]
        assert len(list_deeds(session, limit=1)) == 1


def test_deed_of_the_same_key_is_written_once(store: JourneyStore) -> None:
    key, reply = new_id(), Deed("s1", "reply", "conversation", "c1")
    with store.transaction() as session:
        written = [append_deed(session, reply, NOW, key=key), append_deed(session, reply, later(minutes=1), key=key)]

        assert written == [True, False]
        assert [entry.at for entry in list_deeds(session)] == [NOW]


def test_a_look_counts_for_the_one_who_looked_at_the_one_thing(store: JourneyStore) -> None:
    look = Deed("s1", "look", "conversation", "c1")
    with store.transaction() as session:
        append_deed(session, look, NOW)

        assert was_done_since(session, look, NOW)
        assert not was_done_since(session, look, later(seconds=1))
        for staff_id, verb, noun_id in [("s2", "look", "c1"), ("s1", "look", "c2"), ("s1", "note", "c1")]:
            assert not was_done_since(session, Deed(staff_id, verb, "conversation", noun_id), NOW)
