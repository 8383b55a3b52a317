"""What forms share: asking with buttons, wrong answers, leaving."""

from __future__ import annotations

import pytest
from rasa_sdk.events import ActiveLoop

from actions.action import JourneyAction
from actions.forms import (
    ActionAskBillingPeriod,
    ActionAskPlan,
    ActionAskTrialFormProduct,
    ActionLeaveForm,
    ActionPrepareRedemption,
    ActionRepeatQuestion,
)
from journey_state.conversations import Conversation
from journey_state.store import JourneyStore
from tests.fixtures.speaking import Message, play


@pytest.mark.parametrize("action, slots, words, choices", [
    (ActionAskTrialFormProduct(), {}, "dùng thử", 3),
    (ActionAskPlan(), {}, "dịch vụ nào", 3),
    (ActionAskPlan(), {"product": "email"}, "gói nào", 2),
    (ActionAskBillingPeriod(), {"plan": "hosting-m"}, "119.000đ/tháng · 1.190.000đ/năm", 2),
])
def test_form_asks_with_something_to_press(
    sqlite_store: JourneyStore, lone_conversation: Conversation, action: JourneyAction, slots: dict[str, str], words: str, choices: int,
) -> None:
    with sqlite_store.transaction() as session:
        said = play(action, session, lone_conversation, Message(slots=slots))

    assert words in said.text
    assert len(said.buttons) + len(said.cards) == choices
    assert not any(event["event"] == "followup" for event in said.events)


@pytest.mark.parametrize("before, after, offers_human", [(None, 1.0, False), (1.0, 2.0, False), (2.0, 3.0, True)])
def test_wrong_answers_are_counted_and_the_third_offers_a_human(
    sqlite_store: JourneyStore, lone_conversation: Conversation, before: float | None, after: float, offers_human: bool,
) -> None:
    with sqlite_store.transaction() as session:
        said = play(ActionRepeatQuestion(), session, lone_conversation, Message(slots={"wrong_inputs": before}, loop="trial_form"))

    assert said.slots["wrong_inputs"] == after
    assert ("utter_offer_human_in_form" in said.responses) is offers_human


@pytest.mark.parametrize("intent, response", [("deny", "utter_leave_form"), ("goodbye", "utter_keep_order_form")])
def test_leaving_a_form_stops_it(sqlite_store: JourneyStore, lone_conversation: Conversation, intent: str, response: str) -> None:
    with sqlite_store.transaction() as session:
        said = play(ActionLeaveForm(), session, lone_conversation, Message(intent=intent, loop="order_form"))

    assert said.responses == (response,)
    assert ActiveLoop(None) in said.events and said.slots["requested_slot"] is None
    assert said.slots.get("pending_offer") == ("offer_order" if intent == "goodbye" else None)


def test_question_about_leaving_is_answered_without_leaving(sqlite_store: JourneyStore, lone_conversation: Conversation) -> None:
    with sqlite_store.transaction() as session:
        asked = Message(intent="cancel_plan", loop="order_form", entities={"question": "yes"}, slots={"product": "vps"})
        said = play(ActionLeaveForm(), session, lone_conversation, asked)

    assert "7 ngày" in said.text and ActiveLoop(None) not in said.events


@pytest.mark.parametrize("entities, code", [({"referral_code": "SEN-AB12CD"}, "SEN-AB12CD"), ({}, None)])
def test_only_a_code_of_this_message_is_redeemed(
    sqlite_store: JourneyStore, lone_conversation: Conversation, entities: dict[str, str], code: str | None,
) -> None:
    with sqlite_store.transaction() as session:
        message = Message(entities=entities, slots={"referral_code": "SEN-OLD234"})
        said = play(ActionPrepareRedemption(), session, lone_conversation, message)

    assert said.slots["referral_code"] == code
