"""Help: one glance at what the assistant can do, with buttons to begin with."""

from __future__ import annotations

import pytest

from actions.helps import ActionShowHelp
from journey_state.conversations import Conversation
from journey_state.store import JourneyStore
from tests.fixtures.speaking import Message, play


@pytest.mark.parametrize("language, words", [("vi", "sự cố"), ("en", "problems")])
def test_help_says_what_can_be_done_and_how_to_begin(
    sqlite_store: JourneyStore, lone_conversation: Conversation, language: str, words: str,
) -> None:
    with sqlite_store.transaction() as session:
        said = play(ActionShowHelp(), session, lone_conversation, Message(language=language))
    assert words in said.text
    assert {"/ask_recommendation", "/ask_price", "/report_outage", "/ask_human"} == set(said.buttons.values())
