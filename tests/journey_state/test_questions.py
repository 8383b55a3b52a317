"""What counts as a question, and which are beyond the content."""

from __future__ import annotations

import pytest

from journey_state.content import get_content
from journey_state.questions import is_question, names_untold, wants_to_talk


@pytest.mark.parametrize(("text", "asks"), [
    ("gói M giá bao nhiêu", True), ("co ssl ko", True), ("where are the servers", True), ("backup?", True), ("cho xin stk", True),
    ("mình cảm ơn nhé", False), ("đặt gói M theo năm", False), ("thanks a lot", False), ("", False),
])
def test_a_question_is_known_by_its_words_or_its_mark(text: str, asks: bool) -> None:
    assert is_question(text) is asks


@pytest.mark.parametrize(("text", "untold"), [
    ("giám đốc công ty tên gì", True), ("vps co gpu khong", True), ("who is your CEO?", True), ("are you hiring?", True),
    ("web bán camera thì dùng gói nào", False), ("vps 2 dung luong bao nhieu", False), ("I want to launch a website", False),
    ("công ty mình có 3 chi nhánh thì dùng email nào", False), ("hosting for a mobile app", False), ("bao lâu có lương", False),
])
def test_what_is_not_told_is_named_outright(text: str, untold: bool) -> None:
    assert names_untold(text, get_content().untold_phrases) is untold


def test_who_wants_to_talk_says_so() -> None:
    assert wants_to_talk("cho tôi gặp giám đốc công ty") and not wants_to_talk("giám đốc công ty tên gì")
