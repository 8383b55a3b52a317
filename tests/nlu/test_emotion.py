"""Emotion on texts written before its lexicon, and on the intents' held-out texts, which nobody wrote for it."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from bot.nlu.valence import measure_valence

HERE = Path(__file__).parent


def read(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (HERE / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]


ROWS, OTHERS = read("emotion"), [row for name in ("vi_clean", "vi_noisy", "en") for row in read(name)]
TOLD_FROM = 0.35  # from here the console shows a mood


def tell(text: str) -> int:
    valence = measure_valence(text)
    return (valence >= TOLD_FROM) - (valence <= -TOLD_FROM)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_moods_are_heard(language: str) -> None:
    rows = [row for row in ROWS if row["language"] == language]
    right = sum(tell(row["text"]) == row["mood"] for row in rows) / len(rows)
    print(f"{language}: {len(rows)} texts, accuracy {right:.3f}")
    assert right >= 0.9


def test_no_mood_is_turned_round() -> None:
    assert [row["text"] for row in ROWS if tell(row["text"]) * row["mood"] < 0] == []


def test_every_mood_has_rows_in_both_languages() -> None:
    counts = Counter((row["language"], row["mood"]) for row in ROWS)
    assert len(counts) == 6 and min(counts.values()) >= 20


@pytest.mark.parametrize(("intents", "mood", "least", "most"), [
    (("make_complaint",), -1, 0.5, 1.0), (("make_complaint",), 1, 0.0, 0.06), (("thank",), 1, 0.5, 1.0), (("thank",), -1, 0.0, 0.06),
    (("ask_price", "ask_setup", "ask_how_to", "compare_plans", "ask_hours", "ask_product"), 1, 0.0, 0.06),
    (("ask_price", "ask_setup", "ask_how_to", "compare_plans", "ask_hours", "ask_product"), -1, 0.0, 0.06),
])
def test_complaints_thanks_and_questions_of_other_writers_sound_so(intents: tuple[str, ...], mood: int, least: float, most: float) -> None:
    texts = [row["text"] for row in OTHERS if row["intent"] in intents]
    share = sum(tell(text) == mood for text in texts) / len(texts)
    print(f"{intents[0]}: {share:.2f} of {len(texts)} sound {mood:+}")
    assert least <= share <= most
