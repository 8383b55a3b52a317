"""Edits: the newest words count, every earlier wording stays, on either database."""

from __future__ import annotations

from journey_state.conversations import accept_message, find_message
from journey_state.edits import ANSWER_EDIT, Edit, apply_edit, find_edited_words, make_edit_choice
from journey_state.messages import Choice
from journey_state.store import JourneyStore
from tests.fixtures.journeys import inbound, later


def edit(text: str, minute: float = 1) -> Edit:
    return Edit("website", "visitor-1", "m-1", text, later(minutes=minute))


def test_the_newest_words_count_and_the_earlier_ones_stay(store: JourneyStore) -> None:
    with store.transaction() as session:
        message_id = accept_message(session, inbound("một")).message_id
    with store.transaction() as session:
        changed = [apply_edit(session, edit(text, minute)) for text, minute in (("hai", 1), ("ba", 2), ("trễ", 1.5), ("ba", 3))]
        body = find_message(session, message_id)
    assert [item is not None for item in changed] == [True, True, False, False]
    assert not changed[0].is_answered  # type: ignore[union-attr]
    assert body is not None and body.body["text"] == "ba"
    assert [item["text"] for item in body.body["earlier"]] == ["một", "hai"]


def test_a_button_cannot_be_edited(store: JourneyStore) -> None:
    with store.transaction() as session:
        accept_message(session, inbound("", choice=Choice("Gặp nhân viên", "ask_human")))
        assert apply_edit(session, edit("khác")) is None


def test_only_the_edit_button_brings_the_edited_words(store: JourneyStore) -> None:
    with store.transaction() as session:
        message_id = accept_message(session, inbound("đã sửa")).message_id
        choice = make_edit_choice("Trả lời", message_id)
        assert choice.intent == ANSWER_EDIT
        assert find_edited_words(session, choice) == "đã sửa"
        assert find_edited_words(session, Choice("Giá", "ask_price", {"message": message_id})) is None
        assert find_edited_words(session, make_edit_choice("Trả lời", "erased")) is None
