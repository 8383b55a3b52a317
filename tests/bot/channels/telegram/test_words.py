"""The channel's words: whole in both languages, the same gaps in both, and each of them said."""

from __future__ import annotations

import re

import pytest

from bot.channels.telegram.commands import MEANINGS
from bot.channels.telegram.reading import ANSWER_OF_KIND
from bot.channels.telegram.words import FILE, load_words, name_of
from bot.console.words import label, load_labels
from journey_state.stages import STAGES


@pytest.mark.parametrize("key", sorted(load_words()))
def test_both_languages_say_it_with_the_same_gaps(key: str) -> None:
    words = load_words()[key]
    gaps = {language: set(re.findall(r"\{(\w+)\}", text)) for language, text in words.items()}
    assert set(words) == {"vi", "en"} and all(words.values())
    assert gaps["vi"] == gaps["en"]


def test_every_word_is_said_somewhere() -> None:
    code = "\n".join(path.read_text() for path in FILE.parent.glob("*.py"))
    composed = {f"{kind}_{name}" for name in MEANINGS for kind in ("command", "said")} | set(ANSWER_OF_KIND.values())
    composed |= {f"stage_{stage.value}" for stage in STAGES} | {f"reason_{reason}" for reason in load_labels()["reason"]}
    composed |= {f"channel_{channel}" for channel in ("website", "telegram")}
    composed |= {f"kind_{kind}" for kind in ("photo", "video", "voice", "document", "sticker", "location", "contact", "other")}
    assert {key for key in load_words() if f'"{key}"' not in code} - composed == set()
    assert composed - set(load_words()) == set()


@pytest.mark.parametrize("language", ["vi", "en"])
def test_staff_read_the_same_reasons_in_the_group_as_in_the_console(language: str) -> None:
    reasons = load_labels()["reason"]
    assert {reason: name_of(language, "reason", reason) for reason in reasons} == {
        reason: label(language, "reason", reason) for reason in reasons
    }


def test_a_menu_line_is_short_enough_for_telegram() -> None:
    assert all(3 <= len(text) <= 256 for key, words in load_words().items() if key.startswith("command_") for text in words.values())
