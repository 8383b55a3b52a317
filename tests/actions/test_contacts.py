"""Ways to reach the contact: kept only when this message gives them."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from actions.contacts import ActionSaveContact, read_email
from journey_state.conversations import Conversation
from journey_state.store import JourneyStore
from journey_state.tables import contacts
from tests.fixtures.speaking import Message, play


@pytest.mark.parametrize("entities, kept, said_as", [
    ({"phone": "+84912345678"}, ("+84912345678", None), "0912 345 678"),
    ({"phone": "+6591234567"}, ("+6591234567", None), "+65 9123 4567"),
    ({"email": "lan@example.com"}, (None, "lan@example.com"), "lan@example.com"),
    ({"phone": "+84912345678", "email": "lan@example.com"}, ("+84912345678", "lan@example.com"), "0912 345 678, lan@example.com"),
])
def test_what_the_message_gives_is_kept_and_read_back(
    store: JourneyStore, conversation: Conversation, entities: dict[str, str], kept: tuple[str | None, str | None], said_as: str,
) -> None:
    with store.transaction() as session:
        said = play(ActionSaveContact(), session, conversation, Message(entities=entities))
        row = session.execute(sa.select(contacts.c.phone, contacts.c.email).where(contacts.c.id == conversation.contact_id)).one()

    assert tuple(row) == kept
    assert said_as in said.text


def test_older_slots_are_not_taken_for_a_contact(store: JourneyStore, conversation: Conversation) -> None:
    with store.transaction() as session:
        said = play(ActionSaveContact(), session, conversation, Message("gọi cho em", slots={"email": "lan@example.com"}))
        email = session.execute(sa.select(contacts.c.email).where(contacts.c.id == conversation.contact_id)).scalar_one()

    assert said.responses == ("utter_ask_contact",)
    assert email is None


@pytest.mark.parametrize("value, email", [
    ("Lan@Example.COM", "Lan@example.com"), ("lan@", None), ("lan", None), ("", None), (None, None), ("a@b@c.vn", None),
])
def test_address_is_read_in_its_normal_form(value: str | None, email: str | None) -> None:
    assert read_email(value) == email
