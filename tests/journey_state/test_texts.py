"""Texts in two languages, money, and folded copies."""

from __future__ import annotations

import pytest

from journey_state.texts import Text, fold, format_vnd


@pytest.mark.parametrize("amount, language, written", [
    (119_000, "vi", "119.000đ"), (119_000, "en", "119,000₫"), (0, "vi", "0đ"), (999, "en", "999₫"), (11_900_000, "vi", "11.900.000đ"),
])
def test_money_reads_as_people_write_it(amount: int, language: str, written: str) -> None:
    assert format_vnd(amount, language) == written


@pytest.mark.parametrize("text, bare", [("Dùng thử", "dung thu"), ("Đổi GÓI", "doi goi"), ("hòa hoà", "hoa hoa"), ("SSL 24/7", "ssl 24/7")])
def test_folding_takes_case_and_diacritics_off(text: str, bare: str) -> None:
    assert fold(text) == bare


@pytest.mark.parametrize("language, words", [("vi", "chào"), ("en", "hello"), ("fr", "chào")])
def test_every_language_but_english_reads_vietnamese(language: str, words: str) -> None:
    assert Text("chào", "hello").in_language(language) == words


@pytest.mark.parametrize("raw, problem", [
    ({"vi": "chào"}, "'en' is missing"), ({"vi": " ", "en": "hello"}, "'vi' is missing"), ("chào", "both languages"),
    ({"vi": "chào", "en": "hello", "fr": "salut"}, "'fr'"), ({"vi": 5, "en": "five"}, "'vi' is missing"),
])
def test_text_asks_for_both_languages(raw: object, problem: str) -> None:
    with pytest.raises((TypeError, ValueError), match=problem):
        Text.parse(raw)
