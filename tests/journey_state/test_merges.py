"""Merges by hand: one person afterwards, two again after the undo."""

from __future__ import annotations

import pytest

from journey_state.contacts import find_linked_contacts, update_contact
from journey_state.errors import UnknownContactError
from journey_state.merges import (
    AlreadyLinkedError,
    UnknownLinkError,
    list_identities,
    list_links,
    list_lookalikes,
    merge_contacts,
    undo_merge,
)
from journey_state.store import JourneyStore
from tests.fixtures.journeys import NOW
from tests.fixtures.people import make_contact


def test_merge_is_made_seen_undone_and_made_again(store: JourneyStore) -> None:
    with store.transaction() as session:
        web, telegram = make_contact(session, "v-1"), make_contact(session, "42", channel="telegram")
        link_id = merge_contacts(session, web, telegram, "s-1", NOW)
        people = find_linked_contacts(session, telegram)

        assert set(people) == {web, telegram} and [link.id for link in list_links(session, people)] == [link_id]
        assert {each.channel for each in list_identities(session, people)} == {"website", "telegram"}
        with pytest.raises(AlreadyLinkedError):
            merge_contacts(session, telegram, web, "s-1", NOW)
        undo_merge(session, link_id, "s-1", NOW)
        assert find_linked_contacts(session, web) == (web,) and list_links(session, (web, telegram)) == []
        with pytest.raises(UnknownLinkError):
            undo_merge(session, link_id, "s-1", NOW)
        merge_contacts(session, web, telegram, "s-1", NOW)
        assert len(find_linked_contacts(session, web)) == 2


def test_nobody_is_merged_with_themselves_or_with_nobody(store: JourneyStore) -> None:
    with store.transaction() as session:
        web = make_contact(session, "v-1")
        with pytest.raises(AlreadyLinkedError):
            merge_contacts(session, web, web, "s-1", NOW)
        with pytest.raises(UnknownContactError):
            merge_contacts(session, web, "nobody", "s-1", NOW)


def test_lookalikes_share_phone_or_mail_and_are_not_linked_yet(store: JourneyStore) -> None:
    with store.transaction() as session:
        me, phone, mail, other = (make_contact(session, f"v-{number}") for number in range(4))
        update_contact(session, me, phone="+84901", email="a@x.example")
        update_contact(session, phone, phone="+84901", name="Hoa")
        update_contact(session, mail, email="a@x.example")
        update_contact(session, other, phone="+84902")

        assert {(each.contact_id, each.same) for each in list_lookalikes(session, (me,))} == {(phone, "phone"), (mail, "email")}
        assert list_lookalikes(session, (me, phone, mail)) == [] == list_lookalikes(session, (other,))
