"""Answers to a form that change its mind."""

from __future__ import annotations

from datetime import date

import pytest

from bot.nlu.corrections import Said, choose_values, is_answer, is_question
from bot.nlu.entities import EntityMatcher
from bot.nlu.normaliser import normalise
from journey_state.content import get_content

MATCHER = EntityMatcher(get_content())
FORM = ("plan", "product", "billing_period", "users", "units")
HELD = {"plan": "hosting-m", "product": "hosting", "billing_period": "year"}


def values(text: str) -> list[dict[str, object]]:
    return [item.to_dict() for item in MATCHER.find(text, date(2026, 3, 2)) if item.name in FORM]


def said(text: str, intent: str = "ask_price", confidence: float = 0.95) -> Said:
    message = normalise(text)
    return Said(message, intent, confidence, choose_values(message, values(text)))


@pytest.mark.parametrize("text", [
    "what? no, per month", "à không, theo tháng", "nhầm, gói L nha", "wait, make that hosting L", "i meant monthly, ok?",
    "đổi sang theo tháng được không",
    "khong, theo thang", "hosting L instead please", "lấy gói L", "8 người nha, mình nói nhầm",
])
def test_change_of_mind_is_an_answer_whatever_it_looks_like(text: str) -> None:
    assert is_answer(said(text), HELD)


@pytest.mark.parametrize("text", [
    "how much is hosting L?", "gói L bao nhiêu", "còn gói L thì sao", "can I change to monthly later?", "sau này đổi sang gói L được không",
    "làm sao đổi sang theo tháng", "what does hosting L have", "không", "ok", "lan@congty.vn",
])
def test_question_or_a_word_without_a_value_is_none(text: str) -> None:
    assert not is_answer(said(text), HELD)


def test_short_answer_counts_unless_another_intent_is_sure() -> None:
    assert is_answer(said("hosting L", "compare_plans", 0.4), HELD)
    assert not is_answer(said("hosting L", "compare_plans", 0.95), HELD)
    assert not is_answer(said("hosting M", "compare_plans", 0.4), HELD)


@pytest.mark.parametrize(("text", "kept"), [
    ("not yearly, monthly", ["month"]), ("hosting M, no wait, hosting L", ["hosting-l"]), ("không phải gói M mà gói L", ["hosting-l"]),
])
def test_of_several_values_the_last_one_that_is_meant_stays(text: str, kept: list[str]) -> None:
    found = choose_values(normalise(text), values(text))

    assert [item["value"] for item in found if item["entity"] in ("plan", "billing_period")] == kept


@pytest.mark.parametrize(("text", "asks"), [
    ("what? no, per month", False), ("how long?", True), ("mấy ngày vậy", True), ("theo tháng nha", False),
    ("per month, ok?", False), ("", False),
])
def test_a_what_before_and_an_ok_behind_make_no_question(text: str, asks: bool) -> None:
    assert is_question(normalise(text).tokens) is asks
