from __future__ import annotations

import re

import pytest

from bot.nlu.intent_model import Ranking
from bot.nlu.parts import find_further

WORDS = {"giá": "ask_price", "thử": "start_trial", "giờ": "ask_hours", "price": "ask_price", "open": "ask_hours", "chào": "greet"}


def rank(text: str, certainty: float = 0.9) -> Ranking:
    """By the first word that tells anything."""
    told = dict.fromkeys(WORDS[word] for word in re.findall(r"\w+", text.lower()) if word in WORDS)
    best = next(iter(told), "out_of_scope")
    others = [name for name in dict.fromkeys([*told, *WORDS.values()]) if name != best]
    return Ranking(((best, certainty), *((name, (1 - certainty) / len(others)) for name in others)), True)


@pytest.mark.parametrize(("text", "intent", "part"), [
    ("cho hỏi giá vps với có dùng thử không", "start_trial", "có dùng thử không"),
    ("giá bao nhiêu vậy em? mấy giờ đóng cửa vậy", "ask_hours", "mấy giờ đóng cửa vậy"),
    ("what is the price and when are you open", "ask_hours", "when are you open"),
    ("giá gói M 1.5 triệu, mấy giờ đóng cửa", "ask_hours", "mấy giờ đóng cửa"),
])
def test_a_second_request_is_found_with_its_part(text: str, intent: str, part: str) -> None:
    further = find_further(text, rank(text), rank)
    assert further is not None and (further.intent, further.text, further.is_first) == (intent, part, False)


def test_a_second_request_may_stand_first() -> None:
    text = "cho hỏi giá vps với có dùng thử không"
    whole = Ranking((("start_trial", 0.6), ("ask_price", 0.4)), True)
    further = find_further(text, whole, rank)
    assert further is not None and (further.text, further.is_first) == ("cho hỏi giá vps", True)


@pytest.mark.parametrize("text", [
    "giá vps bao nhiêu", "giá vps với giá hosting bao nhiêu", "giá, giờ", "giá bao nhiêu và màu sắc ra sao",
    "chào shop nhé, giá bao nhiêu vậy", "", "và và và và và và",
])
def test_one_request_or_two_that_are_no_requests_stay_one(text: str) -> None:
    assert find_further(text, rank(text), rank) is None


def test_doubtful_halves_are_left_alone() -> None:
    text = "cho hỏi giá vps với có dùng thử không"
    assert find_further(text, rank(text), lambda half: rank(half, 0.6)) is None


def test_a_request_that_the_whole_does_not_suggest_is_left_alone() -> None:
    text = "cho hỏi giá vps với có dùng thử không"
    whole = Ranking((("ask_price", 0.9), *((f"other_{n}", 0.01) for n in range(4)), ("start_trial", 0.01)), True)
    assert find_further(text, whole, rank) is None
