"""Two lines in the customer's own words, that tell most."""

from __future__ import annotations

import pytest

from journey_state.summaries import LINE_LENGTH, Said, clip, summarise


def test_question_and_trouble_are_told_and_small_talk_is_not() -> None:
    said = [
        Said("chào shop", "greet"), Said("gói Hosting M có mấy GB và giá bao nhiêu một năm", "ask_price", 2), Said("ok", "affirm"),
        Said("web shopmay.vn chậm từ sáng, mất đơn hàng", "report_outage", 1, -0.8), Said("cho gặp nhân viên", "ask_human", 0, None, True),
    ]

    assert summarise(said) == ["gói Hosting M có mấy GB và giá bao nhiêu một năm", "web shopmay.vn chậm từ sáng, mất đơn hàng"]


def test_what_is_said_twice_is_told_once() -> None:
    twice = [Said("web của mình bị chậm quá", "report_outage"), Said("Web cua minh bi cham qua!!", "report_outage")]
    said = [*twice, Said("gói L giá sao", "ask_price")]

    assert summarise(said) == ["Web cua minh bi cham qua!!", "gói L giá sao"]


@pytest.mark.parametrize(("said", "expected"), [
    ([], []), ([Said("  ")], []), ([Said("chào", "greet"), Said("gặp người", "ask_human")], ["gặp người"]),
])
def test_little_said_gives_little(said: list[Said], expected: list[str]) -> None:
    assert summarise(said) == expected


def test_long_lines_end_at_a_word() -> None:
    line = clip("một hai ba " * 40)

    assert len(line) <= LINE_LENGTH + 1 and line.endswith("…") and line.removesuffix("…").split()[-1] in {"một", "hai", "ba"}
    assert clip("a\n b") == "a b"
