"""A fact that is asked for comes first; what the content does not tell is admitted, and nothing is begun by it."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from actions.forms import ActionPrepareTrial
from actions.handoffs import ActionRequestHandoff
from actions.outages import ActionCheckOutage
from actions.prices import ActionAnswerPrice
from journey_state.conversations import Conversation
from journey_state.store import JourneyStore
from journey_state.tables import content_gaps, handoffs
from tests.fixtures.speaking import Message, play


@pytest.mark.parametrize(("action", "message", "said"), [
    (ActionPrepareTrial(), Message("dùng thử vps mấy ngày vậy", "start_trial", {"product": "vps"}), "7 ngày"),
    (ActionAnswerPrice(), Message("phí cài đặt bao nhiêu", "ask_price"), "không thu phí khởi tạo"),
    (ActionRequestHandoff(), Message("what is the hotline?", "ask_human", language="en"), "1900 0168"),
])
def test_the_fact_that_is_asked_for_comes_first(
    sqlite_store: JourneyStore, lone_conversation: Conversation, action: object, message: Message, said: str,
) -> None:
    with sqlite_store.transaction() as session:
        assert said in play(action, session, lone_conversation, message).texts[0]  # type: ignore[arg-type]


@pytest.mark.parametrize(("action", "message"), [
    (ActionPrepareTrial(), Message("cho mình dùng thử vps", "start_trial", {"product": "vps"})),
    (ActionCheckOutage(), Message("sao web mình sập, uptime gì kỳ vậy", "report_outage")),
])
def test_who_does_not_ask_hears_no_fact(
    sqlite_store: JourneyStore, lone_conversation: Conversation, action: object, message: Message,
) -> None:
    with sqlite_store.transaction() as session:
        text = play(action, session, lone_conversation, message).text  # type: ignore[arg-type]

    assert "7 ngày" not in text and "99,9%" not in text


def test_a_question_beyond_the_content_is_noted_and_calls_nobody(sqlite_store: JourneyStore, lone_conversation: Conversation) -> None:
    with sqlite_store.transaction() as session:
        said = play(ActionRequestHandoff(), session, lone_conversation, Message("lương nhân viên bao nhiêu", "ask_human"))
        noted = session.execute(sa.select(content_gaps.c.question)).scalars().all()
        called = session.execute(sa.select(handoffs.c.id)).first()

    assert said.responses == ("utter_admit_gap", "utter_offer_human") and noted == ["lương nhân viên bao nhiêu"] and called is None


def test_who_wants_a_person_gets_one_whatever_else_they_name(sqlite_store: JourneyStore, lone_conversation: Conversation) -> None:
    with sqlite_store.transaction() as session:
        said = play(ActionRequestHandoff(), session, lone_conversation, Message("cho gặp giám đốc công ty được không", "ask_human"))

    assert "utter_request_handoff" in said.responses
