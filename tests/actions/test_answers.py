"""Questions: the fact that fits, else an article, else an honest no; the next step by stage."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from actions.action import JourneyAction
from actions.answers import (
    ActionAnswerBrand,
    ActionAnswerHours,
    ActionAnswerOwnPlanQuestion,
    ActionAnswerQuestion,
    ActionAnswerQuestionAndOfferOrder,
    ActionAnswerQuestionAndOfferTrial,
    ActionAnswerQuestionAndOfferUpgrade,
    ActionIntroduceProduct,
)
from journey_state.conversations import Conversation
from journey_state.store import JourneyStore
from journey_state.tables import content_gaps
from tests.fixtures.customers import buy_plan
from tests.fixtures.speaking import Message, play

HOSTING_M = {"plan": "hosting-m", "product": "hosting"}
QUESTIONS: list[tuple[JourneyAction, str, str, dict[str, str], list[str], str | None]] = [
    (ActionAnswerQuestion(), "vi", "gói M có SSL không", HOSTING_M, ["Let's Encrypt"], None),
    (ActionAnswerQuestion(), "vi", "co ssl ko", HOSTING_M, ["Let's Encrypt"], None),
    (ActionAnswerQuestion(), "en", "does it come with an SSL certificate?", HOSTING_M, ["Let's Encrypt"], None),
    (ActionAnswerQuestion(), "vi", "máy chủ đặt ở đâu", {"product": "vps"}, ["Hà Nội", "TP.HCM"], None),
    (ActionIntroduceProduct(), "vi", "hosting là gì vậy", {"product": "hosting"}, ["Chỗ đặt website"], None),
    (ActionAnswerQuestionAndOfferTrial(), "vi", "uptime bên mình bao nhiêu", {"product": "vps"}, ["99,95%"], "offer_trial"),
    (ActionAnswerQuestionAndOfferOrder(), "vi", "dung lượng bao nhiêu", HOSTING_M, ["30 GB", "30 ngày"], "offer_order"),
    (ActionAnswerQuestion(), "vi", "hosting", {"product": "hosting"}, ["Chỗ đặt website"], None),
    (ActionAnswerBrand(), "vi", "văn phòng ở đâu ạ", {}, ["Cầu Giấy"], None),
    (ActionAnswerBrand(), "vi", "bên mình là ai", {}, ["Sen Cloud"], None),
    (ActionAnswerHours(), "en", "what are your support hours?", {}, ["24/7"], None),
]


@pytest.mark.parametrize("action, language, text, entities, words, offer", QUESTIONS)
def test_question_gets_its_fact_and_a_next_step(
    sqlite_store: JourneyStore, lone_conversation: Conversation, action: JourneyAction, language: str, text: str,
    entities: dict[str, str], words: list[str], offer: str | None,
) -> None:
    with sqlite_store.transaction() as session:
        said = play(action, session, lone_conversation, Message(text=text, language=language, entities=entities))

    assert all(word in said.text for word in words), said.text
    assert said.slots.get("pending_offer") == offer
    assert said.buttons


@pytest.mark.parametrize("action", [ActionAnswerQuestion(), ActionIntroduceProduct(), ActionAnswerQuestionAndOfferTrial()])
def test_unknown_answer_is_admitted_kept_for_staff_and_leads_to_a_human(
    sqlite_store: JourneyStore, lone_conversation: Conversation, action: JourneyAction,
) -> None:
    question = Message(text="bên mình có nhận nuôi mèo không", intent="ask_product", id="m-1")
    with sqlite_store.transaction() as session:
        for _ in range(2):
            said = play(action, session, lone_conversation, question)
        rows = session.execute(sa.select(content_gaps.c.question, content_gaps.c.intent, content_gaps.c.conversation_id)).all()

    assert said.responses == ("utter_admit_gap", "utter_offer_human")
    assert said.slots["pending_offer"] == "offer_human"
    assert [tuple(row) for row in rows] == [("bên mình có nhận nuôi mèo không", "ask_product", lone_conversation.id)]


def test_customer_is_told_of_the_own_plan(sqlite_store: JourneyStore, lone_conversation: Conversation) -> None:
    with sqlite_store.transaction() as session:
        buy_plan(session, lone_conversation.contact_id, "hosting-s")
        said = play(ActionAnswerOwnPlanQuestion(), session, lone_conversation, Message(text="dung lượng bao nhiêu"))
        weighing = play(ActionAnswerQuestionAndOfferUpgrade(), session, lone_conversation, Message(text="dung lượng bao nhiêu"))

    assert "Hosting S có dung lượng 10 GB" in said.text and said.slots["pending_offer"] == "offer_ticket"
    assert "10 GB" in weighing.text and "Hosting M có dung lượng 30 GB" in weighing.text
    assert weighing.slots["pending_offer"] == "offer_upgrade"
