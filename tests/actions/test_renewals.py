"""What is said about renewal, bigger and smaller plans and loyalty, to the đồng and the day."""

from __future__ import annotations

import pytest
from rasa_sdk import Action

from actions.renewals import ActionAnswerDowngrade, ActionAnswerLoyalty, ActionAnswerRenewal, ActionAnswerUpgrade
from journey_state.conversations import Conversation
from journey_state.store import JourneyStore
from journey_state.touchpoints import read_touchpoints
from tests.fixtures.customers import buy_plan
from tests.fixtures.journeys import later
from tests.fixtures.people import grant_consent
from tests.fixtures.speaking import Message, play


@pytest.mark.parametrize("days, response", [
    (3, "utter_say_renewal_running"), (33, "utter_say_renewal_grace"), (45, "utter_say_renewal_suspended"), (200, "utter_say_renewal_gone"),
])
def test_renewal_is_told_as_the_plan_stands(store: JourneyStore, conversation: Conversation, days: int, response: str) -> None:
    with store.transaction() as session:
        buy_plan(session, conversation.contact_id)
        vi = play(ActionAnswerRenewal(), session, conversation, Message(at=later(days=days)))
        en = play(ActionAnswerRenewal(), session, conversation, Message(at=later(days=days), language="en"))

    assert vi.responses[0] == en.responses[0] == response
    assert "02/04/2026" in vi.text and "128.520đ" in vi.text
    assert "2 April 2026" in en.text and "128,520₫" in en.text
    assert vi.slots["pending_offer"] == "offer_human"


@pytest.mark.parametrize("plan, period, days, total", [
    ("hosting-m", "month", 800, "128.520đ"),  # loyalty is for yearly renewals
    ("hosting-m", "year", 300, "1.285.200đ"),
    ("hosting-m", "year", 366, "1.246.644đ"),  # 3% off 1.190.000, and 8% VAT
])
def test_loyalty_lowers_yearly_renewals(
    store: JourneyStore, conversation: Conversation, plan: str, period: str, days: int, total: str,
) -> None:
    with store.transaction() as session:
        buy_plan(session, conversation.contact_id, plan, period)

        assert total in play(ActionAnswerRenewal(), session, conversation, Message(at=later(days=days))).text


@pytest.mark.parametrize("text, words", [
    ("gói có tự động gia hạn không", "mặc định là tắt"), ("trễ hạn thì sao vậy", "chạy thêm 7 ngày"),
])
def test_question_about_a_rule_gets_that_rule(store: JourneyStore, conversation: Conversation, text: str, words: str) -> None:
    with store.transaction() as session:
        without = play(ActionAnswerRenewal(), session, conversation, Message(text))
        buy_plan(session, conversation.contact_id)
        own = play(ActionAnswerRenewal(), session, conversation, Message(text))

    assert words in without.text
    assert words in own.text


@pytest.mark.parametrize("days, left, net, vat, total", [
    (0, "31/31", "120.000đ", "9.600đ", "129.600đ"),
    (15, "16/31", "61.935đ", "4.955đ", "66.890đ"),
    (30, "1/31", "3.871đ", "310đ", "4.181đ"),
])
def test_upgrade_costs_the_difference_of_the_days_left(
    store: JourneyStore, conversation: Conversation, days: int, left: str, net: str, vat: str, total: str,
) -> None:
    with store.transaction() as session:
        buy_plan(session, conversation.contact_id)
        said = play(ActionAnswerUpgrade(), session, conversation, Message(at=later(days=days)))

    assert all(words in said.text for words in ("Hosting M lên Hosting L", left, net, vat, total, "02/04/2026")), said.text
    assert said.slots["plan"] == "hosting-l"


def test_named_plan_is_the_one_to_grow_to(store: JourneyStore, conversation: Conversation) -> None:
    with store.transaction() as session:
        buy_plan(session, conversation.contact_id, "vps-1")
        said = play(ActionAnswerUpgrade(), session, conversation, Message(entities={"plan": "vps-8"}, language="en"))
        smaller = play(ActionAnswerUpgrade(), session, conversation, Message(entities={"plan": "hosting-s"}))

    assert "From VPS 1 to VPS 8" in said.text and "1,124,280₫" in said.text
    assert "VPS 1 lên VPS 2" in smaller.text


def test_biggest_and_smallest_plan_say_so(store: JourneyStore, conversation: Conversation) -> None:
    with store.transaction() as session:
        buy_plan(session, conversation.contact_id, "vps-8")
        assert play(ActionAnswerUpgrade(), session, conversation, Message()).responses[0] == "utter_say_biggest_plan"
        buy_plan(session, conversation.contact_id, "vps-1", at=later(days=1))
        assert play(ActionAnswerDowngrade(), session, conversation, Message(at=later(days=1))).responses[0] == "utter_say_smallest_plan"


def test_smaller_plan_begins_at_the_next_renewal(store: JourneyStore, conversation: Conversation) -> None:
    with store.transaction() as session:
        buy_plan(session, conversation.contact_id, "hosting-l")
        said = play(ActionAnswerDowngrade(), session, conversation, Message())
        named = play(ActionAnswerDowngrade(), session, conversation, Message(entities={"plan": "hosting-s"}, language="en"))

    assert "Hosting L xuống Hosting M từ ngày 02/04/2026, giá 119.000đ" in said.text
    assert "kỳ gia hạn kế tiếp" in said.text
    assert "to Hosting S from 2 April 2026" in named.text and "59,000₫" in named.text


@pytest.mark.parametrize("action, words", [
    (ActionAnswerRenewal(), "nhắc gia hạn"), (ActionAnswerUpgrade(), "phần chênh lệch"), (ActionAnswerDowngrade(), "kỳ gia hạn kế tiếp"),
])
def test_without_a_plan_the_rule_is_told_and_nothing_guessed(
    store: JourneyStore, conversation: Conversation, action: Action, words: str,
) -> None:
    with store.transaction() as session:
        said = play(action, session, conversation, Message())

    assert words in said.text
    assert "utter_say_account_unknown" in said.responses
    assert said.slots["pending_offer"] == "offer_human"


@pytest.mark.parametrize("days, response, words", [
    (10, "utter_say_no_loyalty_tier", "năm đầu tiên"), (800, "utter_say_loyalty_tier", "5%"), (4000, "utter_say_loyalty_tier", "8%"),
])
def test_loyalty_tells_the_tier_reached(store: JourneyStore, conversation: Conversation, days: int, response: str, words: str) -> None:
    with store.transaction() as session:
        buy_plan(session, conversation.contact_id)
        said = play(ActionAnswerLoyalty(), session, conversation, Message(at=later(days=days)))

    assert response in said.responses
    assert words in said.texts[-1]


def test_loyalty_of_a_stranger_is_the_rule_alone(store: JourneyStore, conversation: Conversation) -> None:
    with store.transaction() as session:
        said = play(ActionAnswerLoyalty(), session, conversation, Message())

    assert said.responses == () and "3%" in said.text


def test_questions_leave_touchpoints_of_renewal(store: JourneyStore, conversation: Conversation) -> None:
    with store.transaction() as session:
        grant_consent(session, conversation.contact_id)
        for action in (ActionAnswerRenewal(), ActionAnswerUpgrade(), ActionAnswerDowngrade(), ActionAnswerLoyalty()):
            play(action, session, conversation, Message())
        rows = read_touchpoints(session, [conversation.contact_id])

    assert sorted(row["type"] for row in rows) == ["downgrade_asked", "loyalty_asked", "renewal_asked", "upgrade_asked"]
    assert {row["group"] for row in rows} == {"renewal"}
