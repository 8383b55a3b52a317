"""Phrases are found in what people write, and only there."""

from __future__ import annotations

import pytest

from journey_state.phrases import PhraseBook

BOOK = PhraseBook([
    ("trial", "dùng thử"), ("trial_card", "dùng thử cần thẻ"), ("ram", "ram"), ("price", "giá"), ("reviews", "đánh giá"),
    ("refund", "không ưng được hoàn"), ("hours", "24/7"),
])


@pytest.mark.parametrize("text, names", [
    ("Cho mình DÙNG THỬ nhé", ["trial"]),
    ("dung thu di shop", ["trial"]),
    ("dùng thử cần thẻ không", ["trial_card"]),
    ("cho xin đánh giá", ["reviews"]),
    ("giá với đánh giá", ["reviews", "price"]),
    ("sau rằm tháng bảy", []),
    ("RAM bao nhiêu", ["ram"]),
    ("program", []),
    ("gia đình em", ["price"]),  # written without diacritics, gia may be giá
    ("già rồi", []),
    ("ko ưng dc hoàn chứ", ["refund"]),
    ("hông ưng được hoàn hông", ["refund"]),
    ("có trực 24/7 không", ["hours"]),
    ("", []),
    ("🙂 … !!", []),
])
def test_phrases_are_whole_words_longest_first_and_diacritics_optional(text: str, names: list[str]) -> None:
    assert [match.name for match in BOOK.find(text)] == names


@pytest.mark.parametrize("text", ["em hỏi giá vps", "em hỏi giá vps"])
def test_a_match_says_where_it_stands_in_the_text_as_written(text: str) -> None:
    (match,) = BOOK.find(text)
    assert text[match.start:match.end] in ("giá", "giá")


@pytest.mark.parametrize("written", ["hoà tiền", "hòa tiền"])
def test_both_ways_to_place_a_tone_mark_are_one(written: str) -> None:
    assert PhraseBook([("x", "hoà tiền")]).find(written)
