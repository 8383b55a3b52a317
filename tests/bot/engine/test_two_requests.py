"""Two requests in one message through the live path: both are answered, in order, and no form asks twice."""

from __future__ import annotations

import pytest

from bot.rehearsal import Rehearsal
from tests.fixtures.dialogues import talk

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(("text", "first", "second"), [
    ("Gói M bao nhiêu tiền một tháng vậy em? Mấy giờ bên mình đóng cửa?", "đ", "8:30"),
    ("cho hỏi giá vps với có dùng thử không", "đ", "thử"),
    ("How much is VPS 2? And what are your opening hours?", "₫", "8:30"),
    ("what are your opening hours, and can I pay by bank transfer?", "8:30", "transfer"),
])
def test_both_requests_are_answered_in_order(rehearsal: Rehearsal, text: str, first: str, second: str) -> None:
    [answer] = talk(rehearsal, [text])
    assert first in answer and second in answer[answer.index(first):]


@pytest.mark.parametrize("text", ["cho hỏi giá vps với có dùng thử không", "How much is VPS 2 and do you have a free trial?"])
def test_a_form_asks_once_and_last(rehearsal: Rehearsal, text: str) -> None:
    [answer] = talk(rehearsal, [text])
    assert answer.count("email") <= 1 and answer.count("e-mail") <= 1


def test_a_conversation_goes_on_after_a_double_answer(rehearsal: Rehearsal) -> None:
    answers = talk(rehearsal, ["How much is VPS 2? And what are your opening hours?", "and per year?", "thanks"])
    assert "₫" in answers[0] and "8:30" in answers[0] and "₫" in answers[1] and answers[2]


def test_one_request_gets_one_answer(rehearsal: Rehearsal) -> None:
    [one, both] = [talk(rehearsal, [text], address)[0] for address, text in (
        ("visitor-1", "Mấy giờ bên mình đóng cửa vậy?"), ("visitor-2", "Mấy giờ bên mình đóng cửa vậy? Mình cảm ơn trước nhé"),
    )]
    assert one and both.count("8:30") == one.count("8:30")


def test_an_answer_to_a_form_is_not_cut(rehearsal: Rehearsal) -> None:
    answers = talk(rehearsal, ["mình muốn dùng thử hosting M", "bắt đầu dùng thử", "giá vps bao nhiêu vậy, mấy giờ đóng cửa vậy em"])
    assert not ("8:30" in answers[-1] and "đ" in answers[-1].split("8:30")[0])
