"""Links: one a thing, not to be guessed, gone with the person."""

from __future__ import annotations

from journey_state.links import ORDER, QUOTE, ensure_link, find_linked
from journey_state.privacy import erase_person
from journey_state.store import JourneyStore
from tests.fixtures.journeys import NOW, later


def test_thing_keeps_its_link(store: JourneyStore, contact: str) -> None:
    with store.transaction() as session:
        token = ensure_link(session, ORDER, "DH-2001", contact, NOW)

        assert ensure_link(session, ORDER, "DH-2001", contact, later(days=1)) == token
        assert find_linked(session, ORDER, token) == "DH-2001"


def test_links_differ_and_open_nothing_else(store: JourneyStore, contact: str) -> None:
    with store.transaction() as session:
        tokens = {ensure_link(session, noun, f"DH-{number}", contact, NOW) for noun in (ORDER, QUOTE) for number in range(50)}
        order = ensure_link(session, ORDER, "DH-1", contact, NOW)

        assert len(tokens) == 100 and min(map(len, tokens)) >= 32
        assert find_linked(session, QUOTE, order) is None
        assert find_linked(session, ORDER, "DH-1") is None


def test_erasure_ends_the_link(store: JourneyStore, contact: str) -> None:
    with store.transaction() as session:
        token = ensure_link(session, ORDER, "DH-2001", contact, NOW)
        erase_person(session, contact, "contact", NOW)

        assert find_linked(session, ORDER, token) is None
