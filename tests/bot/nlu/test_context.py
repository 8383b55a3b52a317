"""What a message means next to an open form, an offer, and what the person has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from rasa.shared.core.events import ActiveLoop, SlotSet
from rasa.shared.core.slots import AnySlot
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.context import ContextReader
from bot.nlu.entities import EntityMatcher
from bot.nlu.plan_names import PlanNames
from journey_state.content import get_content

MATCHER = EntityMatcher(get_content())
READER = ContextReader(PlanNames({plan.id: plan.name for plan in get_content().plans.values()}))
SLOTS = ("requested_slot", "pending_offer", "plan", "product", "billing_period", "quantity", "facts")


def read(
    text: str, intent: str = "nlu_fallback", confidence: float = 0.3, *, form: str | None = None,
    slots: Mapping[str, Any] | None = None, facts: Mapping[str, Any] | None = None,
) -> Message:
    tracker = DialogueStateTracker("talk", [AnySlot(name, mappings=[]) for name in SLOTS])
    for name, value in (slots or {}).items():
        tracker.update(SlotSet(name, value))
    tracker.update(ActiveLoop(form))
    ranking = [{"name": intent, "confidence": confidence}, {"name": "thank", "confidence": (1 - confidence) / 2}]
    understood = {"text": text, "intent": ranking[0], "intent_ranking": ranking, "metadata": {"facts": facts or {}}}
    [message] = MATCHER.process([Message(understood)])
    return READER.process([message], tracker)[0]


def intent_of(message: Message) -> str:
    return str(message.get("intent")["name"])


def values_of(message: Message, name: str) -> list[str]:
    return [item["value"] for item in message.get("entities") if item["entity"] == name]


ORDER = {"plan": "hosting-m", "product": "hosting", "billing_period": "year"}


@pytest.mark.parametrize(("text", "intent", "confidence", "form", "meant"), [
    ("what? no, per month", "ask_price", 0.96, "order_form", "buy_plan"),
    ("nhầm, gói L nha", "deny", 0.36, "order_form", "buy_plan"),
    ("wait, L. i meant monthly, ok?", "deny", 0.6, "order_form", "buy_plan"),
    ("à 8 người nha", "rate_nps", 0.95, "order_form", "buy_plan"),
    ("how much is hosting L?", "ask_price", 0.97, "order_form", "ask_price"),
    ("huỷ gói M đi", "cancel_plan", 0.9, "order_form", "cancel_plan"),
    ("à nhầm, vps nha", "deny", 0.5, "trial_form", "start_trial"),
    ("mấy ngày vậy", "renew_plan", 0.4, "trial_form", "start_trial"),
    ("bao nhiêu ngày vậy?", "ask_price", 0.95, "trial_form", "start_trial"),
    ("giá bao nhiêu", "ask_price", 0.99, "trial_form", "ask_price"),
    ("how long does it take", "request_refund", 0.43, "ticket_form", "check_ticket"),
    ("I want my money back", "request_refund", 0.97, "ticket_form", "request_refund"),
])
def test_open_form_says_what_a_message_is_for(text: str, intent: str, confidence: float, form: str, meant: str) -> None:
    assert intent_of(read(text, intent, confidence, form=form, slots=ORDER)) == meant


def test_number_alone_counts_where_the_form_asks_for_one() -> None:
    asked = {"plan": "email-pro", "product": "email", "requested_slot": "quantity"}

    assert intent_of(read("8", "rate_nps", 0.9, form="order_form", slots=asked)) == "buy_plan"
    assert values_of(read("actually make it 2", "rate_csat", 0.5, form="order_form", slots=ORDER), "units") == ["2"]


def test_question_about_leaving_is_marked() -> None:
    asked = read("what if I want to cancel after 3 days", "cancel_plan", 0.5, form="order_form", slots=ORDER)
    assert values_of(asked, "question") == ["yes"]
    assert values_of(read("cancel it", "cancel_plan", 0.9, form="order_form", slots=ORDER), "question") == []


@pytest.mark.parametrize(("text", "kind"), [("???", "marks"), ("😀😀", "emoji"), ("asdfgh qwer zxcv", "letters")])
def test_noise_is_told_apart(text: str, kind: str) -> None:
    message = read(text)

    assert (intent_of(message), values_of(message, "noise")) == ("out_of_scope", [kind])


def test_thumb_up_takes_an_offer_and_is_noise_without_one() -> None:
    assert intent_of(read("👍", slots={"pending_offer": "offer_trial"})) == "affirm"
    assert intent_of(read("👍")) == "out_of_scope"


@pytest.mark.parametrize(("text", "facts", "meant"), [
    ("fix it now!!!", {"open_ticket": True}, "check_ticket"), ("lâu quá vậy", {"open_ticket": True}, "check_ticket"),
    ("fix it now!!!", {}, "nlu_fallback"), ("sao rồi em, xong chưa", {"open_ticket": True}, "check_ticket"),
    ("sao rồi em", {"open_order": True}, "check_order"), ("any update?", {}, "nlu_fallback"),
    ("khoan, trả theo tháng trước đã", {"open_order": True}, "buy_plan"), ("khoan, trả theo tháng trước đã", {}, "nlu_fallback"),
])
def test_what_the_person_has_answers_who_presses_or_asks_how_far_it_is(text: str, facts: dict[str, bool], meant: str) -> None:
    assert intent_of(read(text, facts=facts)) == meant


@pytest.mark.parametrize(("text", "intent", "meant"), [
    ("matbao tốt hơn mà", "chitchat", "compare_plans"), ("thôi khỏi, hosting S đi", "deny", "buy_plan"),
    ("không lấy gói S", "deny", "deny"), ("delete everything", "cancel_plan", "ask_privacy"),
    ("any API or terraform?", "nlu_fallback", "ask_product"),
])
def test_names_settle_what_the_words_leave_open(text: str, intent: str, meant: str) -> None:
    assert intent_of(read(text, intent, 0.6)) == meant


def test_time_asked_after_an_offer_is_about_the_offer() -> None:
    assert intent_of(read("mấy ngày vậy", "renew_plan", 0.2, slots={"pending_offer": "offer_trial"})) == "start_trial"
    assert intent_of(read("mấy ngày vậy", "renew_plan", 0.2)) == "renew_plan"


def test_bare_email_is_a_product_to_who_wants_one() -> None:
    assert values_of(read("dùng thử email", "start_trial", 0.9), "product") == ["email"]
    assert values_of(read("email của mình là lan@congty.vn", "give_contact", 0.9), "product") == []


def test_pressed_button_stays_as_it_is() -> None:
    pressed = Message({"text": "???", "intent": {"name": "affirm", "confidence": 1.0}, "metadata": {"choice": {"intent": "affirm"}}})

    assert intent_of(READER.process([pressed])[0]) == "affirm"


def test_intents_put_first_leave_probabilities_that_sum_to_one() -> None:
    ranking = read("what? no, per month", "ask_price", 0.9, form="order_form", slots=ORDER).get("intent_ranking")

    assert ranking[0] == {"name": "buy_plan", "confidence": 0.9}
    assert sum(row["confidence"] for row in ranking) == pytest.approx(1.0)
