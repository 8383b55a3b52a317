"""Terms, trials, demos and orders before anybody has anything with us; and for those who have."""

from __future__ import annotations

import pytest

from actions.action import JourneyAction
from actions.demos import ActionAnswerDemo, ActionBookDemo, ActionOfferTraining
from actions.order_offers import ActionExplainAddition, ActionSummariseChoice
from actions.terms import (
    ActionExplainCancellation,
    ActionExplainFriendDiscount,
    ActionExplainReferral,
    ActionExplainRenewal,
    ActionExplainUpgrade,
)
from actions.trial_offers import ActionExplainTrial, ActionOfferOtherTrial, ActionOfferTrial
from journey_state.conversations import Conversation
from journey_state.handoffs import find_open_handoff
from journey_state.store import JourneyStore
from journey_state.trials import TrialRequest, start_trial
from tests.fixtures.customers import buy_plan
from tests.fixtures.journeys import NOW
from tests.fixtures.speaking import Message, play


@pytest.mark.parametrize("action, text, words, offer", [
    (ActionExplainRenewal(), "gia hạn thế nào", ["30", "giá niêm yết"], "offer_trial"),
    (ActionExplainRenewal(), "có tự động gia hạn không", ["mặc định là tắt"], "offer_trial"),
    (ActionExplainUpgrade(), "sau này nâng gói được không", ["chênh lệch"], "offer_order"),
    (ActionExplainCancellation(), "không thích thì huỷ được không", ["1 tháng", "30 ngày"], None),
    (ActionExplainReferral(), "giới thiệu bạn được gì", ["10%", "100.000đ"], "offer_referral"),
    (ActionExplainFriendDiscount(), "giới thiệu bạn được gì", ["10%"], None),
    (ActionAnswerDemo(), "có webinar không", ["webinar"], "offer_demo"),
    (ActionAnswerDemo(), "cho xem demo", ["30 phút"], "offer_demo"),
    (ActionOfferTraining(), "có lớp hướng dẫn không", ["webinar", "cẩm nang"], "offer_demo"),
    (ActionOfferTrial(), "dùng thử có cần thẻ không", ["không cần thẻ"], "offer_trial"),
    (ActionOfferTrial(), "dùng thử", ["14 ngày", "tạm dừng"], "offer_trial"),
])
def test_terms_are_told_with_a_next_step(
    sqlite_store: JourneyStore, lone_conversation: Conversation, action: JourneyAction, text: str, words: list[str], offer: str | None,
) -> None:
    with sqlite_store.transaction() as session:
        said = play(action, session, lone_conversation, Message(text=text))

    assert all(word in said.text for word in words), said.text
    assert said.slots.get("pending_offer") == offer


def test_trial_is_explained_before_its_form(sqlite_store: JourneyStore, lone_conversation: Conversation) -> None:
    with sqlite_store.transaction() as session:
        said = play(ActionExplainTrial(), session, lone_conversation, Message(text="cho thử vps", entities={"product": "vps"}))

    assert "7 ngày" in said.text
    assert {event["event"] for event in said.events} == {"slot"}


def test_demo_is_arranged_by_staff(sqlite_store: JourneyStore, lone_conversation: Conversation) -> None:
    with sqlite_store.transaction() as session:
        said = play(ActionBookDemo(), session, lone_conversation, Message(text="mai 9h nhé"))
        handoff = find_open_handoff(session, lone_conversation.id)

    assert handoff is not None and handoff.reason == "demo"
    assert "vị trí 1" in said.text


@pytest.mark.parametrize("tried, entities, buttons, offer", [
    (("hosting",), {}, {"vps", "email"}, "offer_trial"),
    (("hosting",), {"product": "vps"}, {"vps"}, "offer_trial"),
    (("hosting",), {"product": "hosting"}, set(), "offer_order"),
    (("hosting", "vps", "email"), {}, set(), "offer_order"),
])
def test_customer_is_offered_what_was_never_tried(
    sqlite_store: JourneyStore, lone_conversation: Conversation, tried: tuple[str, ...], entities: dict[str, str],
    buttons: set[str], offer: str,
) -> None:
    with sqlite_store.transaction() as session:
        for product in tried:
            start_trial(session, lone_conversation.contact_id, TrialRequest(product, 14), NOW)
        said = play(ActionOfferOtherTrial(), session, lone_conversation, Message(entities=entities))

    assert "còn 14 ngày" in said.text
    pressed = {value for value in said.buttons.values() if "begin_trial" in value}
    assert pressed == {f'/begin_trial{{"product": "{product}"}}' for product in buttons}
    assert said.slots["pending_offer"] == offer


def test_newcomer_sees_the_plan_before_ordering_it(sqlite_store: JourneyStore, lone_conversation: Conversation) -> None:
    with sqlite_store.transaction() as session:
        said = play(ActionSummariseChoice(), session, lone_conversation, Message(entities={"product": "vps"}))
        lost = play(ActionSummariseChoice(), session, lone_conversation, Message())

    assert [card["title"] for card in said.cards] == ["VPS 2"] and said.slots["pending_offer"] == "offer_order"
    assert lost.responses == ("utter_ask_need",)


@pytest.mark.parametrize("is_customer, response", [(True, "utter_explain_addition"), (False, "utter_offer_order")])
def test_customer_chooses_between_one_more_and_a_bigger_one(
    sqlite_store: JourneyStore, lone_conversation: Conversation, is_customer: bool, response: str,
) -> None:
    with sqlite_store.transaction() as session:
        if is_customer:
            buy_plan(session, lone_conversation.contact_id)
        said = play(ActionExplainAddition(), session, lone_conversation, Message(entities={"plan": "vps-2"}))

    assert said.responses == (response,)
    assert '/order_plan{"plan": "vps-2"}' in said.buttons.values()
