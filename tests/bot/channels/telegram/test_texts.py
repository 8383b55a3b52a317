"""Replies as Telegram text: complete, split where people pause, never too long."""

from __future__ import annotations

import pytest

from bot.channels.telegram.texts import MOST_UNITS, count_units, render_text, split_text


def test_cards_become_paragraphs() -> None:
    card = {"title": "Hosting M", "badge": "Phổ biến", "lines": ["119.000đ/tháng", "30 GB NVMe"], "url": "https://a.example"}
    assert render_text({"text": "Các gói:", "cards": [card]}) == (
        "Các gói:\n\n▪ Hosting M · Phổ biến\n  119.000đ/tháng\n  30 GB NVMe\nhttps://a.example"
    )


def test_links_to_our_own_pages_are_whole_and_others_stay() -> None:
    cards = [{"title": "Đơn", "url": "/pay/abc"}, {"title": "Bài", "url": "https://a.example"}]
    assert render_text({"text": "Đây ạ", "cards": cards}, "https://chat.example/").split("\n\n") == [
        "Đây ạ", "▪ Đơn\nhttps://chat.example/pay/abc", "▪ Bài\nhttps://a.example",
    ]


@pytest.mark.parametrize("text", ["Câu này dài vừa phải. " * 600, "từ " * 4000, "x" * 9000, "😀" * 5000, "😀 " * 3000, "Xong! 🎉\n" * 900])
def test_long_texts_are_split_and_nothing_is_lost(text: str) -> None:
    parts = split_text(text)
    assert all(0 < len(part.encode("utf-16-le")) // 2 <= MOST_UNITS for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())


def test_a_long_text_is_cut_at_a_sentence_end() -> None:
    assert all(part.endswith(".") for part in split_text("Câu này dài vừa phải. " * 600))


@pytest.mark.parametrize("text, units", [("", 0), ("giá?", 4), ("🎉", 2), ("Đồng Hành", 9)])
def test_a_text_is_as_long_as_telegram_says(text: str, units: int) -> None:
    assert count_units(text) == units == len(text.encode("utf-16-le")) // 2
