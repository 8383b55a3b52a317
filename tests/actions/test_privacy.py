"""What is said about the contact's own data, and what it does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
import sqlalchemy as sa
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.lexicon import load_words
from actions.privacy import (
    ActionAnswerPrivacy,
    ActionEraseData,
    ActionGrantConsent,
    ActionRefuseConsent,
    consent_question,
)
from actions.turn import TurnScope, open_scope
from bot.engine.engine import Outcome
from bot.rehearsal import Rehearsal
from journey_state.consent import find_consent
from journey_state.conversations import Conversation, load_conversation, read_messages
from journey_state.messages import Reply
from journey_state.privacy import ERASURE_OF_TABLE
from journey_state.store import JourneyStore
from journey_state.tables import erasures, messages, metadata
from journey_state.turns import OpenTurn, count_open_turns
from tests.fixtures.journeys import inbound, later
from tests.fixtures.lives import live
from tests.fixtures.people import grant_consent
from tests.fixtures.speaking import Message, play

ERASE, EXPORT, WITHDRAW = ({"privacy_request": request} for request in ("erase", "export", "withdraw"))


@pytest.mark.parametrize("language, spoken, labels", [
    ("vi", "vi", ["Đồng ý", "Không đồng ý"]), ("en", "en", ["I agree", "No, thanks"]), ("fr", "vi", ["Đồng ý", "Không đồng ý"]),
])
def test_consent_is_asked_with_two_equal_buttons(language: str, spoken: str, labels: list[str]) -> None:
    question = consent_question(language)

    assert question.language == spoken
    assert [choice.label for choice in question.choices] == labels
    assert [choice.intent for choice in question.choices] == ["grant_consent", "refuse_consent"]


@pytest.mark.parametrize("language, words", [
    ("vi", ["ghi lại", "phục vụ bạn sát hơn", "mọi hỗ trợ vẫn y như vậy"]),
    ("en", ["note the milestones", "serve you better", "the very same service"]),
])
def test_question_says_what_why_and_that_no_changes_nothing(language: str, words: list[str]) -> None:
    assert all(part in consent_question(language).text for part in words)


def test_yes_is_written_down_with_proof(store: JourneyStore, conversation: Conversation) -> None:
    with store.transaction() as session:
        said = play(ActionGrantConsent(), session, conversation, Message())
        consent = find_consent(session, conversation.contact_id)

    assert consent is not None and consent.is_granted
    assert not said.scope.is_consenting, "it counts from the next message on"
    assert said.responses == ("utter_thank_consent",)


@pytest.mark.parametrize("was_granted, response", [(True, "utter_withdraw_consent"), (False, "utter_accept_refusal")])
def test_no_is_written_down_whether_first_or_later(
    store: JourneyStore, conversation: Conversation, was_granted: bool, response: str,
) -> None:
    with store.transaction() as session:
        if was_granted:
            grant_consent(session, conversation.contact_id)
        said = play(ActionRefuseConsent(), session, conversation, Message())
        consent = find_consent(session, conversation.contact_id)

    assert said.responses == (response,)
    assert consent is not None and not consent.is_granted


def test_withdrawal_in_words_is_a_no(store: JourneyStore, conversation: Conversation) -> None:
    with store.transaction() as session:
        play(ActionGrantConsent(), session, conversation, Message())
    with store.transaction() as session:
        said = play(ActionAnswerPrivacy(), session, conversation, Message(entities=WITHDRAW))
        consent = find_consent(session, conversation.contact_id)

    assert said.responses == ("utter_withdraw_consent",)
    assert consent is not None and not consent.is_granted


@pytest.mark.parametrize("is_consenting, offered", [(True, "privacy_request"), (False, "/grant_consent")])
def test_explanation_comes_from_the_content_with_the_choices(
    store: JourneyStore, conversation: Conversation, is_consenting: bool, offered: str,
) -> None:
    with store.transaction() as session:
        if is_consenting:
            grant_consent(session, conversation.contact_id)
        said = play(ActionAnswerPrivacy(), session, conversation, Message())

    assert "30 ngày sau tin nhắn cuối" in said.text and "10 năm" in said.text
    assert any(offered in payload for payload in said.buttons.values())
    assert '/ask_privacy{"privacy_request": "export"}' in said.buttons.values()
    assert '/ask_privacy{"privacy_request": "erase"}' in said.buttons.values()


@pytest.mark.parametrize("language", ["vi", "en"])
def test_erasure_is_asked_back_before_it_happens(store: JourneyStore, conversation: Conversation, language: str) -> None:
    with store.transaction() as session:
        said = play(ActionAnswerPrivacy(), session, conversation, Message(entities=ERASE, language=language))
        count = session.execute(sa.select(sa.func.count()).select_from(erasures)).scalar_one()

    assert said.responses == ("utter_confirm_erasure",)
    assert list(said.buttons.values())[:2] == ["/confirm_erasure", "/deny"]
    assert said.slots["pending_offer"] == "offer_erasure", "a plain yes answers the question, too"
    assert count == 0


@pytest.mark.parametrize("language, words", [("vi", "• tin nhắn: 6"), ("en", "• messages: 6")])
def test_erasure_tells_its_receipt_and_resets_the_conversation(store: JourneyStore, language: str, words: str) -> None:
    with store.transaction() as session:
        life = live(session, "zanh-mark")
        conversation = load_conversation(session, life.website.conversation_id)
        said = play(ActionEraseData(), session, conversation, Message(language=language))
        (receipt,) = session.execute(sa.select(erasures)).mappings().all()
        left = session.execute(sa.select(sa.func.count()).select_from(messages)).scalar_one()

    assert receipt["requested_by"] == "contact"
    assert receipt["id"][:8].upper() in said.text and words in said.text
    assert "zanh-mark" not in said.text
    assert left == 0
    assert said.scope.is_erased and not said.scope.is_consenting
    assert [event["event"] for event in said.events][0] == "reset_slots"
    assert said.slots["language"] == language


class ErasingEngine:
    """Erases at the word, else echoes: an engine that needs no model."""

    version = "fake-1"

    async def respond(self, turn: OpenTurn, scope: TurnScope, metadata: Mapping[str, Any]) -> Outcome:
        """Run the action in the turn's own scope, as the real engine does."""
        if "xoá" not in turn.body["text"]:
            return Outcome((Reply(f"echo: {turn.body['text']}"),), understanding={"language": "vi"})
        with open_scope(scope):
            ActionEraseData().run(CollectingDispatcher(), Tracker(turn.conversation.id, {}, {}, [], False, None, {}, None), {})
        return Outcome((Reply("đã xoá"),), understanding={"text": turn.body["text"]})


def test_running_turn_erases_itself_and_the_next_one_starts_afresh(store: JourneyStore) -> None:
    rehearsal = Rehearsal(store, ErasingEngine(), later(minutes=1))  # type: ignore[arg-type]
    conversation = rehearsal.open("website", "visitor-1", is_consenting=True)
    rehearsal.say(inbound("số của mình là 0912345678", 1))
    rehearsal.say(inbound("xoá số 0912345678 của tôi", 2))
    with store.reading() as session:
        rows = [str(row) for table in metadata.sorted_tables for row in session.execute(sa.select(table)).all()]
        assert not [row for row in rows if "0912345678" in row]
        assert [message.body["text"] for message in read_messages(session, conversation.id)] == ["đã xoá"]
        assert count_open_turns(session) == 0

    rehearsal.say(inbound("chào lại", 3))
    rehearsal.close()
    with store.reading() as session:
        log = read_messages(session, conversation.id)
    assert [message.body["text"] for message in log] == ["đã xoá", "chào lại", "echo: chào lại"]
    assert [message.seq for message in log] == sorted({message.seq for message in log})


def test_every_table_that_erasure_counts_has_a_name_in_both_languages() -> None:
    names = load_words("records")

    for table, fate in ERASURE_OF_TABLE.items():
        assert fate.startswith("kept: ") or set(names[f"table_{table}"]) == {"vi", "en"}


@pytest.mark.parametrize("language", ["vi", "en"])
def test_copy_shows_what_is_held(store: JourneyStore, language: str) -> None:
    with store.transaction() as session:
        life = live(session, "zanh-mark")
        conversation = load_conversation(session, life.telegram.conversation_id)
        said = play(ActionAnswerPrivacy(), session, conversation, Message(entities=EXPORT, language=language))

    for words in ("zanh-mark@example.com", "+84-zanh-mark", "DH-2001", "TK-10001", "vps", life.code, "website", "telegram"):
        assert words in said.text


def test_copy_of_somebody_new_is_nearly_empty(store: JourneyStore, conversation: Conversation) -> None:
    with store.transaction() as session:
        said = play(ActionAnswerPrivacy(), session, conversation, Message(entities=EXPORT))

    assert "Đơn hàng: không có" in said.text and "Tin nhắn: 0" in said.text
