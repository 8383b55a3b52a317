"""The console's words in both languages: of its pages, and for values of the store."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import cast

import yaml

from bot.settings import PROJECT

FOLDER = Path(__file__).parent / "words"
INTENT_LABELS = PROJECT / "data" / "lexicon" / "intent_labels.yml"

Words = Mapping[str, Mapping[str, str]]


def say(language: str, key: str, **values: object) -> str:
    """Words of a page with their gaps filled. Raises KeyError for a key that words/ lacks."""
    return load_pages()[key][language].format(**values)


def label(language: str, kind: str, value: str | None) -> str:
    """What a value of the store is called; a value nobody named is shown as it is."""
    named = load_labels()[kind].get(value or "")
    return named[language] if named else (value or "").replace("_", " ")


@lru_cache(maxsize=1)
def load_pages() -> Words:
    """All of words/ but labels.yml, one file an area of the console: a key a line."""
    files = sorted(path for path in FOLDER.glob("*.yml") if path.name != "labels.yml")
    return {key: words for path in files for key, words in cast(Words, yaml.safe_load(path.read_text(encoding="utf-8"))).items()}


@lru_cache(maxsize=1)
def load_labels() -> Mapping[str, Words]:
    """words/labels.yml by kind, with the intents' labels that buttons carry."""
    labels = cast(dict[str, Words], yaml.safe_load((FOLDER / "labels.yml").read_text(encoding="utf-8")))
    intents = cast(Words, yaml.safe_load(INTENT_LABELS.read_text(encoding="utf-8")))
    return {**labels, "intent": {**intents, **labels["intent"]}}


@lru_cache(maxsize=1)
def list_intents() -> tuple[str, ...]:
    """Names of all intents that have examples: what a message may be corrected to."""
    return tuple(sorted({path.stem for path in (PROJECT / "data" / "nlu").rglob("*.yml")}))
