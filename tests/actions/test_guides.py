"""Setting up and using: steps for customers, a look ahead for everybody else."""

from __future__ import annotations

import pytest

from actions.action import JourneyAction
from actions.guides import ActionAnswerHowTo, ActionAnswerSetup, ActionExplainActivation, ActionExplainSetup, ActionShowFeature
from journey_state.conversations import Conversation
from journey_state.store import JourneyStore
from tests.fixtures.speaking import Message, play


@pytest.mark.parametrize("action, text, language, words, offer", [
    (ActionAnswerSetup(), "trỏ tên miền về hosting như nào", "vi", ["name server", "ns1.sencloud.example"], "offer_ticket"),
    (ActionAnswerSetup(), "how do I point my domain", "en", ["name servers"], "offer_ticket"),
    (ActionAnswerSetup(), "làm sao giờ", "vi", ["miễn phí"], "offer_ticket"),
    (ActionAnswerHowTo(), "đổi phiên bản php ở đâu", "vi", ["DirectAdmin", "PHP"], "offer_ticket"),
    (ActionExplainSetup(), "cài đặt có khó không", "vi", ["miễn phí"], "offer_trial"),
    (ActionExplainActivation(), "mua xong bao lâu dùng được", "vi", ["5 phút", "30 phút"], "offer_order"),
    (ActionShowFeature(), "cách cài wordpress", "vi", ["WordPress", "30 phút"], "offer_demo"),
])
def test_steps_are_told_with_a_next_step(
    sqlite_store: JourneyStore, lone_conversation: Conversation, action: JourneyAction, text: str, language: str,
    words: list[str], offer: str,
) -> None:
    with sqlite_store.transaction() as session:
        said = play(action, session, lone_conversation, Message(text=text, language=language))

    assert all(word in said.text for word in words), said.text
    assert said.slots["pending_offer"] == offer


@pytest.mark.parametrize("action", [ActionAnswerHowTo(), ActionShowFeature()])
def test_feature_nobody_wrote_about_is_admitted(
    sqlite_store: JourneyStore, lone_conversation: Conversation, action: JourneyAction,
) -> None:
    with sqlite_store.transaction() as session:
        said = play(action, session, lone_conversation, Message(text="pha trà sữa kiểu gì"))

    assert "utter_admit_gap" in said.responses
