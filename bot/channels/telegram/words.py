"""The channel's own words in both languages: words.yml beside this file."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import cast

import yaml

FILE = Path(__file__).parent / "words.yml"


def say(language: str, key: str, **values: object) -> str:
    """Words with their gaps filled. Raises KeyError for a key that words.yml lacks."""
    return load_words()[key]["en" if language == "en" else "vi"].format(**values)


def name_of(language: str, kind: str, value: str) -> str:
    """What a value of the store is called; one that nobody named is shown as it is."""
    key = f"{kind}_{value}"
    return say(language, key) if key in load_words() else value.replace("_", " ")


@lru_cache(maxsize=1)
def load_words() -> Mapping[str, Mapping[str, str]]:
    """words.yml: a key a line, both languages."""
    return cast(Mapping[str, Mapping[str, str]], yaml.safe_load(FILE.read_text(encoding="utf-8")))
