"""Transcripts: who waits, and what was said, understood and delivered."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from journey_state.contacts import update_contact
from journey_state.conversations import BOT, Posting, append_note, append_reply, load_conversation
from journey_state.handoffs import claim_conversation, release_conversation
from journey_state.messages import Reply
from journey_state.stages import Stage
from journey_state.store import JourneyStore
from journey_state.tables import conversations, outbox
from journey_state.transcripts import (
    DeliveryStatus,
    Understanding,
    conversation_version,
    list_closed,
    list_open,
    list_recent,
    parse_understanding,
    queue_version,
    read_transcript,
)
from tests.fixtures.journeys import NOW, later
from tests.fixtures.staff import Customer, add_member, make_estimate, make_understanding


def test_open_list_goes_by_priority_and_waiting_and_numbers_those_who_wait(store: JourneyStore) -> None:
    lan = add_member(store)
    people = {name: Customer(store, name) for name in ("early", "late", "urgent", "claimed")}
    for minute, (name, customer) in enumerate(people.items()):
        customer.write(f"mình là {name}")
        customer.ask_for_human(minute=minute, priority=5 if name == "urgent" else 0)
    with store.transaction() as session:
        claim_conversation(session, people["claimed"].conversation_id, lan.id, later(minutes=9))
    with store.reading() as session:
        cards = list_open(session)

    assert [(card.conversation.address, card.place) for card in cards] == [("urgent", 1), ("early", 2), ("late", 3), ("claimed", None)]
    assert [card.staff_name for card in cards] == ["", "", "", "Lan"]


def test_card_says_what_a_hurried_reader_needs(store: JourneyStore) -> None:
    customer = Customer(store, "42", "telegram")
    customer.say("giá gói M?", "119.000đ mỗi tháng")
    customer.write("cho gặp người thật", minute=2)
    asked = customer.ask_for_human(stage="decision")
    with store.transaction() as session:
        update_contact(session, customer.contact_id, name="Anh Tuấn")
        [card] = list_open(session)

    assert (card.handoff, card.contact_name, card.stage) == (asked, "Anh Tuấn", "decision")
    assert (card.last_words, card.seq) == ("cho gặp người thật", 3)
    assert (card.conversation.channel, card.conversation.language) == ("telegram", "vi")


def test_card_prefers_the_stage_the_conversation_has_reached_since(store: JourneyStore) -> None:
    customer = Customer(store)
    customer.write("xin chào")
    customer.ask_for_human(stage="awareness")
    with store.transaction() as session:
        session.execute(conversations.update().values(closing_stage="service"))

        assert list_open(session)[0].stage == "service"


def test_closed_list_has_the_latest_first_with_who_served(store: JourneyStore) -> None:
    lan = add_member(store)
    for minute, name in enumerate(("a", "b")):
        customer = Customer(store, name)
        customer.write("xin chào")
        with store.transaction() as session:
            claim_conversation(session, customer.conversation_id, lan.id, later(minutes=minute))
            release_conversation(session, customer.conversation_id, lan.id, later(minutes=10 + minute))
    with store.reading() as session:
        assert [(card.conversation.address, card.staff_name) for card in list_closed(session)] == [("b", "Lan"), ("a", "Lan")]
        assert list_open(session) == []


def test_recent_list_has_all_conversations_once_with_their_open_handoff(store: JourneyStore) -> None:
    lan, quiet, loud = add_member(store), Customer(store, "quiet"), Customer(store, "loud")
    quiet.write("hi", minute=2)
    loud.write("gặp nhân viên", minute=1)
    with store.transaction() as session:
        claim_conversation(session, loud.conversation_id, lan.id, later(minutes=3))
        release_conversation(session, loud.conversation_id, lan.id, later(minutes=4))
    asked = loud.ask_for_human(minute=5)
    with store.reading() as session:
        cards = list_recent(session)

    assert [(card.conversation.address, card.handoff) for card in cards] == [("quiet", None), ("loud", asked)]


def test_lists_are_no_longer_than_asked_for(store: JourneyStore) -> None:
    for name in "abc":
        customer = Customer(store, name)
        customer.write("xin chào")
        customer.ask_for_human()
    with store.reading() as session:
        assert (len(list_open(session, limit=2)), len(list_recent(session, limit=2))) == (2, 2)


def test_transcript_tells_what_was_understood_at_each_message(store: JourneyStore) -> None:
    estimate = make_estimate(Stage.DECISION, 0.7)
    customer = Customer(store)
    understood = make_understanding((("buy_plan", 0.8),), (("plan", "hosting-m"),), estimate)
    customer.say("đặt gói M", "Dạ vâng", understanding=understood, action="action_place_order")
    with store.reading() as session:
        asked, answered = read_transcript(session, customer.conversation_id)

    assert (asked.message.author, answered.message.author) == ("contact", BOT)
    assert asked.turn is not None and answered.turn is None
    assert (asked.turn.state, asked.turn.answered_by, asked.turn.actions) == ("closed", BOT, ("action_place_order",))
    assert asked.turn.understanding == Understanding((("buy_plan", 0.8),), (("plan", "hosting-m"),), asked.estimate)
    assert asked.estimate is not None and (asked.estimate.chosen, round(asked.estimate.probability, 3)) == (Stage.DECISION, 0.7)
    assert asked.estimate.evidence == estimate.evidence


def test_transcript_shows_open_turns_notes_and_deliveries(store: JourneyStore) -> None:
    customer = Customer(store, "42", "telegram")
    customer.write("alo")
    with store.transaction() as session:
        append_note(session, customer.conversation_id, "khách quen", author="staff:s1", now=later(minutes=1))
        conversation = load_conversation(session, customer.conversation_id)
        append_reply(session, conversation, Reply("Dạ"), Posting("staff:s1", later(minutes=2), is_mailbox=False))
        session.execute(outbox.update().values(state="failed", error="blocked", is_possibly_double=True))

        waiting, note, reply = read_transcript(session, customer.conversation_id)
    assert waiting.turn is not None and waiting.turn.state == "open" and waiting.turn.understanding == Understanding()
    assert (note.message.direction, note.delivery) == ("note", None)
    assert reply.delivery == DeliveryStatus("failed", is_possibly_double=True, error="blocked")


def test_transcript_pages_backwards(store: JourneyStore) -> None:
    customer = Customer(store)
    for number in range(1, 7):
        customer.write(f"tin {number}", minute=number)
    with store.reading() as session:
        newest = read_transcript(session, customer.conversation_id, limit=2)
        before = read_transcript(session, customer.conversation_id, limit=2, before_seq=newest[0].message.seq)

    assert [line.message.seq for line in before + newest] == [3, 4, 5, 6]


@pytest.mark.parametrize(("raw", "understanding"), [
    ({}, Understanding()),
    ({"intent": {"name": "greet", "confidence": 1}}, Understanding((("greet", 1.0),))),
    ({"intent": {"name": None, "confidence": 0}, "entities": None}, Understanding()),
    ({"intent": {}, "intent_ranking": [], "entities": [{"entity": "language", "value": "vi"}]}, Understanding()),
    ({"entities": [{"entity": "money", "value": 500000}]}, Understanding(entities=(("money", "500000"),))),
])
def test_understanding_is_read_with_parts_missing(raw: dict[str, object], understanding: Understanding) -> None:
    assert parse_understanding(raw) == understanding


Change = Callable[[Session, Customer], object]
CHANGES: list[Change] = [
    lambda session, customer: claim_conversation(session, customer.conversation_id, "s1", later(minutes=9)),
    lambda session, customer: append_note(session, customer.conversation_id, "n", author="staff:s1", now=later(minutes=9)),
    lambda session, customer: append_reply(session, load_conversation(session, customer.conversation_id), Reply("x"), Posting(BOT, NOW)),
]


@pytest.mark.parametrize("change", CHANGES, ids=["claim", "note", "reply"])
def test_versions_change_with_what_is_shown(sqlite_store: JourneyStore, change: Change) -> None:
    customer = Customer(sqlite_store)
    customer.write("gặp nhân viên")
    customer.ask_for_human()
    with sqlite_store.transaction() as session:
        before = queue_version(session), conversation_version(session, customer.conversation_id)
        assert before == (queue_version(session), conversation_version(session, customer.conversation_id))
        change(session, customer)
        after = queue_version(session), conversation_version(session, customer.conversation_id)

    assert before[0] != after[0] and before[1] != after[1]


def test_version_of_a_conversation_changes_when_its_turn_closes_and_when_a_delivery_fails(store: JourneyStore) -> None:
    customer = Customer(store, "42", "telegram")
    seen = set()
    customer.write("một")
    with store.reading() as session:
        seen.add(conversation_version(session, customer.conversation_id))
    customer.count = 0
    customer.say("một", "dạ")
    with store.reading() as session:
        seen.add(conversation_version(session, customer.conversation_id))
    with store.transaction() as session:
        session.execute(outbox.update().values(state="failed"))
        seen.add(conversation_version(session, customer.conversation_id))

    assert len(seen) == 3
