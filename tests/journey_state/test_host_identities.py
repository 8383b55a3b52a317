"""A host's word links a visitor to an account; two people known for certain are never joined by themselves."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from journey_state.contacts import find_contact, find_linked_contacts
from journey_state.errors import IdentityConflictError
from journey_state.host_identities import HostIdentity, find_account, link_host_identity
from journey_state.privacy import erase_person
from journey_state.store import JourneyStore
from journey_state.tables import contacts, identities, identity_links
from tests.fixtures.journeys import NOW, later

LAN = HostIdentity("customer-1", "Lan", "lan@example.vn")


def test_visitor_is_linked_to_a_verified_account_once(store: JourneyStore, contact: str) -> None:
    with store.transaction() as session:
        assert find_account(session, contact) is None
        assert [link_host_identity(session, "website", "visitor-1", LAN, later(hours=hour)) for hour in (0, 1)] == [True, False]

        account = find_contact(session, "account", "customer-1")
        assert account is not None and set(find_linked_contacts(session, contact)) == {contact, account}
        assert find_account(session, contact) == "customer-1"
        [link] = session.execute(sa.select(identity_links)).mappings().all()
        assert (link["reason"], link["made_by"], link["made_at"]) == ("signed_identity", "host", NOW)
        row = session.execute(sa.select(contacts).where(contacts.c.id == account)).mappings().one()
        assert (row["name"], row["email"], row["phone"]) == ("Lan", "lan@example.vn", None)


def test_account_is_one_person_in_two_browsers_and_keeps_what_it_told_itself(store: JourneyStore, contact: str) -> None:
    with store.transaction() as session:
        for address in ("visitor-1", "visitor-2"):
            link_host_identity(session, "website", address, HostIdentity("customer-1", f"tên {address}"), NOW)

        people = find_linked_contacts(session, contact)
        assert find_contact(session, "website", "visitor-2") in people and len(people) == 3
        account = find_contact(session, "account", "customer-1")
        assert session.execute(sa.select(contacts.c.name).where(contacts.c.id == account)).scalar_one() == "tên visitor-1"


def test_browser_of_one_account_is_not_joined_to_another(store: JourneyStore, contact: str) -> None:
    with store.transaction() as session:
        link_host_identity(session, "website", "visitor-1", LAN, NOW)
    with pytest.raises(IdentityConflictError), store.transaction() as session:
        link_host_identity(session, "website", "visitor-1", HostIdentity("customer-2"), NOW)
    with store.reading() as session:
        assert find_contact(session, "account", "customer-2") is None
        assert find_account(session, contact) == "customer-1"


def test_people_verified_on_the_same_channel_by_other_addresses_are_two(store: JourneyStore) -> None:
    with store.transaction() as session:
        for address, account, telegram in (("visitor-1", "customer-1", "tg-1"), ("visitor-2", "customer-2", "tg-2")):
            link_host_identity(session, "website", address, HostIdentity(account), NOW)
            link_host_identity(session, "telegram", telegram, HostIdentity(account), NOW)
        session.execute(identities.update().where(identities.c.channel == "telegram").values(verified_at=NOW))
    with pytest.raises(IdentityConflictError), store.transaction() as session:
        link_host_identity(session, "telegram", "tg-1", HostIdentity("customer-2"), NOW)


def test_erasure_forgets_the_account_too(store: JourneyStore, contact: str) -> None:
    with store.transaction() as session:
        link_host_identity(session, "website", "visitor-1", LAN, NOW)
        erase_person(session, contact, "contact", NOW)

        assert find_contact(session, "account", "customer-1") is None
        assert session.execute(sa.select(sa.func.count()).select_from(identity_links)).scalar_one() == 0
