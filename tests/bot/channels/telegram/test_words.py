"""The channel's words: whole in both languages, the same gaps in both, and each of them said."""

from __future__ import annotations

import re

import pytest

from bot.channels.telegram.commands import MEANINGS
from bot.channels.telegram.reading import ANSWER_OF_KIND
from bot.channels.telegram.words import FILE, load_words


@pytest.mark.parametrize("key", sorted(load_words()))
def test_both_languages_say_it_with_the_same_gaps(key: str) -> None:
    words = load_words()[key]
    gaps = {language: set(re.findall(r"\{(\w+)\}", text)) for language, text in words.items()}
    assert set(words) == {"vi", "en"} and all(words.values())
    assert gaps["vi"] == gaps["en"]


def test_every_word_is_said_somewhere() -> None:
    code = "\n".join(path.read_text() for path in FILE.parent.glob("*.py"))
    composed = {f"{kind}_{name}" for name in MEANINGS for kind in ("command", "said")} | set(ANSWER_OF_KIND.values())
    assert {key for key in load_words() if f'"{key}"' not in code} - composed == set()
    assert composed - set(load_words()) == set()


def test_a_menu_line_is_short_enough_for_telegram() -> None:
    assert all(3 <= len(text) <= 256 for key, words in load_words().items() if key.startswith("command_") for text in words.values())
