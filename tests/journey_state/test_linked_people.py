"""Many contacts at once are grouped as one by one they are."""

from __future__ import annotations

from journey_state.contacts import find_linked_contacts
from journey_state.linked_people import group_linked
from journey_state.store import JourneyStore, new_id
from journey_state.tables import identity_links
from tests.fixtures.journeys import NOW
from tests.fixtures.people import link_contacts, make_contact


def test_groups_are_those_of_each_contact_alone(store: JourneyStore) -> None:
    with store.transaction() as session:
        people = [make_contact(session, f"visitor-{number}") for number in range(6)]
        link_contacts(session, people[0], people[1])
        link_contacts(session, people[2], people[1])
        undone = link_contacts(session, people[3], people[4])
        session.execute(identity_links.insert().values(
            id=new_id(), contact_id=people[3], joined_contact_id=people[4], reason="mistake", made_by="s", made_at=NOW, undoes=undone,
        ))
        groups = group_linked(session, [people[0], people[3], people[5]])

        assert {each: set(group) for each, group in groups.items()} == {
            each: set(find_linked_contacts(session, each)) for each in (people[0], people[3], people[5])
        }
        assert len(groups[people[0]]) == 3 and groups[people[3]] == (people[3],)
        assert group_linked(session, []) == {}
