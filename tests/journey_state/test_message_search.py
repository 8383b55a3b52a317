"""Search: with or without diacritics, all words, the latest first, gone with the message."""

from __future__ import annotations

import pytest

from journey_state.conversations import Posting, append_note, append_reply, load_conversation, purge_conversations
from journey_state.edits import Edit, apply_edit
from journey_state.message_search import search_messages
from journey_state.messages import Reply
from journey_state.store import JourneyStore
from tests.fixtures.journeys import NOW, later
from tests.fixtures.staff import Customer


@pytest.fixture
def customer(store: JourneyStore) -> Customer:
    asking = Customer(store)
    asking.write("Gói Hosting M giá bao nhiêu", minute=1)
    with store.transaction() as session:
        conversation = load_conversation(session, asking.conversation_id)
        append_reply(session, conversation, Reply("Giá 119.000đ mỗi tháng ạ"), Posting("bot", later(minutes=2)))
        append_note(session, asking.conversation_id, "khách quen, giảm 10%", author="staff:s-1", now=later(minutes=3))
    return asking


@pytest.mark.parametrize(("words", "found"), [
    ("gia", [3, 2, 1]), ("GIÁ B", [1]), ("gia hosting", [1]), ("đ mỗi", [2]), ("10%", [3]), ("khach quen", [3]), ("_", []), ("g", []),
    ("%", []), ("vps", []), ("", []),
])
def test_words_are_found_with_and_without_diacritics(store: JourneyStore, customer: Customer, words: str, found: list[int]) -> None:
    with store.reading() as session:
        assert [item.seq for item in search_messages(session, words)] == found


def test_edited_message_is_found_by_its_new_words_only(store: JourneyStore, customer: Customer) -> None:
    with store.transaction() as session:
        apply_edit(session, Edit("website", "visitor-1", "visitor-1-1", "Gói VPS giá sao", later(minutes=4)))
        assert [item.seq for item in search_messages(session, "vps")] == [1]
        assert search_messages(session, "hosting") == []


def test_emptied_conversation_is_found_no_more(store: JourneyStore, customer: Customer) -> None:
    with store.transaction() as session:
        assert purge_conversations(session, later(days=90)) == 1
        assert search_messages(session, "gia") == []
    assert later(days=90) > NOW
