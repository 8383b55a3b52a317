"""Discounts: what runs, what a code does, and that the order then costs what was said."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from actions.action import JourneyAction
from actions.orders import ActionPlaceOrder
from actions.promotions import ActionAnswerCustomerSaving, ActionAnswerDiscountedTotal, ActionAnswerFreeStart, ActionAnswerPromotion
from journey_state.conversations import Conversation
from journey_state.orders import list_orders
from journey_state.store import JourneyStore
from tests.fixtures.customers import buy_plan
from tests.fixtures.speaking import Message, play

NOVEMBER = datetime(2026, 11, 22, 3, tzinfo=timezone.utc)


@pytest.mark.parametrize("action, entities, response, words", [
    (ActionAnswerPromotion(), {}, "utter_answer_promotion", ["SENMOI"]),
    (ActionAnswerPromotion(), {"promo_code": "SENMOI"}, "utter_explain_promotion", ["SENMOI", "15%", "31/12/2027"]),
    (ActionAnswerPromotion(), {"promo_code": "TET2026"}, "utter_explain_past_promotion", ["TET2026", "• SENMOI"]),
    (ActionAnswerPromotion(), {"promo_code": "ABC"}, "utter_find_no_promotion", ["ABC", "• SENMOI"]),
    (ActionAnswerDiscountedTotal(), {"plan": "hosting-m"}, "utter_answer_discounted_total", ["SENMOI", "1.092.420đ/năm"]),
    (ActionAnswerDiscountedTotal(), {"plan": "vps-2"}, "utter_answer_discounted_total", ["VPS20", "258.336đ/tháng"]),
    (ActionAnswerDiscountedTotal(), {"plan": "vps-2", "promo_code": "SENMOI"}, "utter_explain_promotion", ["SENMOI"]),
    (ActionAnswerDiscountedTotal(), {"plan": "vps-1"}, "utter_answer_promotion", ["Ưu đãi"]),
    (ActionAnswerFreeStart(), {}, "utter_answer_promotion", ["Hosting Free", "14 ngày", "SENMOI"]),
])
def test_promotion_is_told_as_it_stands_today(
    sqlite_store: JourneyStore, lone_conversation: Conversation, action: JourneyAction, entities: dict[str, str],
    response: str, words: list[str],
) -> None:
    with sqlite_store.transaction() as session:
        said = play(action, session, lone_conversation, Message(entities=entities, at=NOVEMBER))

    assert response in said.responses
    assert all(word in said.text for word in words), said.text


@pytest.mark.parametrize("action", [ActionAnswerPromotion(), ActionAnswerDiscountedTotal(), ActionAnswerFreeStart()])
@pytest.mark.parametrize("text, language, word", [
    ("sinh viên có được giảm không", "vi", "inh viên"), ("any student discount?", "en", "tudent"),
    ("trả theo năm có rẻ hơn không", "vi", "10 tháng"),
])
def test_discount_that_is_asked_for_is_told_before_the_codes(
    sqlite_store: JourneyStore, lone_conversation: Conversation, action: JourneyAction, text: str, language: str, word: str,
) -> None:
    with sqlite_store.transaction() as session:
        said = play(action, session, lone_conversation, Message(text=text, language=language, at=NOVEMBER))

    assert word in said.texts[0] and "SENMOI" in said.text


def test_code_of_last_year_is_not_among_the_running_ones(sqlite_store: JourneyStore, lone_conversation: Conversation) -> None:
    with sqlite_store.transaction() as session:
        assert "TET2026" not in play(ActionAnswerPromotion(), session, lone_conversation, Message(at=NOVEMBER)).text


def test_order_costs_what_the_discounted_total_said(sqlite_store: JourneyStore, lone_conversation: Conversation) -> None:
    with sqlite_store.transaction() as session:
        told = play(ActionAnswerDiscountedTotal(), session, lone_conversation, Message(entities={"plan": "hosting-m"}, at=NOVEMBER))
        form = {**told.slots, "email": "lan@example.com"}
        placed = play(ActionPlaceOrder(), session, lone_conversation, Message(slots=form, at=NOVEMBER))
        (order,) = list_orders(session, lone_conversation.contact_id)

    assert (order.billing_period, order.amount) == ("year", 1_092_420)
    assert placed.slots["promo_code"] is None


@pytest.mark.parametrize("period, words", [("month", ["Hosting M", "238.000đ", "3%"]), ("year", ["2 tháng", "3%"])])
def test_customer_hears_what_customers_save(
    sqlite_store: JourneyStore, lone_conversation: Conversation, period: str, words: list[str],
) -> None:
    with sqlite_store.transaction() as session:
        buy_plan(session, lone_conversation.contact_id, "hosting-m", period)
        said = play(ActionAnswerCustomerSaving(), session, lone_conversation, Message())

    assert all(word in said.text for word in words), said.text
