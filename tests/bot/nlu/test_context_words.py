"""Words that only mean something next to what is going on."""

from __future__ import annotations

import pytest

from bot.nlu.context_words import count_phrases, covers, has_phrase, starts_after
from bot.nlu.normaliser import normalise


def words(text: str) -> list[str]:
    return [token.folded for token in normalise(text).tokens if token.kind != "mark"]


@pytest.mark.parametrize(("text", "kind", "count"), [
    ("nhầm, gói L nha", "changing", 1), ("I meant monthly, make it yearly", "changing", 2), ("gói L", "changing", 0), ("", "changing", 0),
])
def test_phrases_are_counted_with_or_without_diacritics(text: str, kind: str, count: int) -> None:
    assert count_phrases(words(text), kind) == count
    assert has_phrase(words(text), kind) is (count > 0)


@pytest.mark.parametrize(("text", "is_only_that"), [
    ("fix it now!!!", True), ("sửa lẹ đi trời", True), ("nhanh lên em ơi", True), ("sửa lỗi 500 ngay", False), ("fix shopx.vn now", False),
])
def test_pressing_says_nothing_else(text: str, is_only_that: bool) -> None:
    assert covers(words(text), "urging", "filler") is is_only_that


@pytest.mark.parametrize(("text", "value", "is_after"), [
    ("not yearly, monthly", "yearly", True), ("not yearly, monthly", "monthly", False), ("no, per month", "per month", False),
    ("không phải gói M mà gói L", "gói M", True), ("thay vì vps", "vps", True),
])
def test_what_stands_right_behind_a_no_is_not_meant(text: str, value: str, is_after: bool) -> None:
    assert starts_after(normalise(text), text.index(value), "negating") is is_after
