"""Which plan is recommended, and what follows at each stage."""

from __future__ import annotations

import pytest

from actions.action import JourneyAction
from actions.recommendations import (
    ActionAskNeed,
    ActionRecommendOrder,
    ActionRecommendPlan,
    ActionRecommendToFriend,
    ActionRecommendUpgrade,
)
from journey_state.conversations import Conversation
from journey_state.store import JourneyStore
from tests.fixtures.customers import buy_plan
from tests.fixtures.speaking import Message, play


@pytest.mark.parametrize("text, language, entities, plan", [
    ("mình bán quần áo online nên dùng gói nào", "vi", {}, "Hosting M"),
    ("em la sinh vien lam do an", "vi", {"product": "vps"}, "VPS 1"),
    ("em la sinh vien lam do an", "vi", {}, "Hosting Free"),
    ("sinh viên nên lấy gói nào rẻ nhất", "vi", {"product": "vps"}, "VPS 1"),
    ("dev cần chạy docker", "vi", {}, "VPS 2"),
    ("agency bên mình giữ nhiều website", "vi", {"product": "hosting"}, "Hosting L"),
    ("which one for my online store?", "en", {}, "Hosting M"),
    ("email nào hợp", "vi", {"product": "email"}, "Email Pro"),
    ("tầm 70k một tháng", "vi", {"product": "hosting", "money": "70000"}, "Hosting S"),
    ("rẻ nhất là gói nào", "vi", {"product": "vps"}, "VPS 1"), ("the cheapest one?", "en", {"product": "hosting"}, "Hosting S"),
    ("tui bán bánh kem online, cần web nhỏ", "vi", {}, "Hosting M"),
    ("chỉ có 1k", "vi", {"product": "vps", "money": "1000"}, "VPS 1"),
])
def test_plan_fits_the_need_and_the_budget(
    sqlite_store: JourneyStore, lone_conversation: Conversation, text: str, language: str, entities: dict[str, str], plan: str,
) -> None:
    with sqlite_store.transaction() as session:
        said = play(ActionRecommendPlan(), session, lone_conversation, Message(text=text, language=language, entities=entities))

    assert [card["title"] for card in said.cards] == [plan]
    assert said.slots["pending_offer"] == "offer_trial"


@pytest.mark.parametrize("action", [ActionRecommendPlan(), ActionAskNeed(), ActionRecommendOrder(), ActionRecommendToFriend()])
def test_who_says_nothing_is_asked_what_it_is_for(
    sqlite_store: JourneyStore, lone_conversation: Conversation, action: JourneyAction,
) -> None:
    with sqlite_store.transaction() as session:
        said = play(action, session, lone_conversation, Message(text="nên lấy gói nào"))

    assert said.responses == ("utter_ask_need",)
    assert '/ask_recommendation{"product": "vps"}' in said.buttons.values()


@pytest.mark.parametrize("action, words, offer", [
    (ActionAskNeed(), ["Hosting M"], None),
    (ActionRecommendOrder(), ["Hosting M", "128.520đ/tháng"], "offer_order"),
    (ActionRecommendToFriend(), ["Hosting M", "1.156.680đ/năm"], "offer_referral"),
])
def test_next_step_follows_the_route(
    sqlite_store: JourneyStore, lone_conversation: Conversation, action: JourneyAction, words: list[str], offer: str | None,
) -> None:
    with sqlite_store.transaction() as session:
        said = play(action, session, lone_conversation, Message(text="mình có shop online"))

    assert all(word in said.text for word in words), said.text
    assert said.slots.get("pending_offer") == offer


@pytest.mark.parametrize("own, entities, words, offer", [
    ("hosting-s", {}, ["Sau Hosting S", "Hosting M giá 119.000đ"], "offer_upgrade"),
    ("hosting-l", {"product": "hosting"}, ["Hosting M"], "offer_trial"),
    ("hosting-s", {"product": "vps"}, ["VPS 2"], "offer_trial"),
])
def test_customer_is_shown_what_comes_after_the_own_plan(
    sqlite_store: JourneyStore, lone_conversation: Conversation, own: str, entities: dict[str, str], words: list[str], offer: str,
) -> None:
    with sqlite_store.transaction() as session:
        buy_plan(session, lone_conversation.contact_id, own)
        said = play(ActionRecommendUpgrade(), session, lone_conversation, Message(text="nên lên gói nào", entities=entities))

    assert all(word in said.text for word in words), said.text
    assert said.slots["pending_offer"] == offer
