"""Words that actions put together themselves: labels of buttons and intents, units, joints of lists."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import yaml

from journey_state.phrases import PhraseBook

LEXICON = Path(__file__).resolve().parent.parent / "data" / "lexicon"


@cache
def load_words(name: str) -> Mapping[str, Mapping[str, str]]:
    """Read data/lexicon/<name>.yml: a key a line, each in both languages."""
    return dict(yaml.safe_load((LEXICON / f"{name}.yml").read_text(encoding="utf-8")))


@cache
def load_word_lists(name: str) -> Mapping[str, tuple[str, ...]]:
    """Read data/lexicon/<name>.yml: lists of words under a key, those of both languages together."""
    raw = yaml.safe_load((LEXICON / f"{name}.yml").read_text(encoding="utf-8"))
    return {key: tuple(lists) if isinstance(lists, list) else tuple(lists["vi"] + lists["en"]) for key, lists in raw.items()}


def word(key: str, language: str, **values: object) -> str:
    """The words of data/lexicon/words.yml with their gaps filled. Raises KeyError for an unknown key."""
    return load_words("words")[key][language].format(**values)


def capitalise(text: str) -> str:
    """The text with its first letter large, the others as they are; a bullet before it stays."""
    at = next((place for place, char in enumerate(text) if char.isalpha()), 0)
    return text[:at] + text[at:at + 1].upper() + text[at + 1:]


def label_intent(intent: str, language: str) -> str | None:
    """What an intent is called on a button; None for small talk, which is never asked back."""
    labels = load_words("intent_labels").get(intent)
    return labels[language] if labels else None


def find_listed(text: str, name: str) -> str | None:
    """The key of data/lexicon/<name>.yml whose longest phrase the text has; None for none."""
    return next((match.name for match in _load_phrases(name).find(text)), None)


def find_last_listed(text: str, name: str) -> str | None:
    """The key whose phrase stands last in the text: "not Vietnamese, English please"."""
    return max(((match.start, match.name) for match in _load_phrases(name).find(text)), default=(0, None))[1]


@cache
def _load_phrases(name: str) -> PhraseBook:
    return PhraseBook((key, phrase) for key, phrases in load_word_lists(name).items() for phrase in phrases)
