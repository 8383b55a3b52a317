"""Word lists of data/lexicon, read once."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml

LEXICON_DIR = Path(__file__).resolve().parents[2] / "data" / "lexicon"


@cache
def load_lexicon(name: str) -> dict[str, Any]:
    """Read data/lexicon/<name>.yml; raises FileNotFoundError naming the file when it is missing."""
    path = LEXICON_DIR / f"{name}.yml"
    return dict(yaml.safe_load(path.read_text(encoding="utf-8")))


@cache
def word_set(name: str, *keys: str) -> frozenset[str]:
    """Join the space-separated word lists under the given keys of one lexicon."""
    lexicon = load_lexicon(name)
    return frozenset(word for key in keys for word in str(lexicon[key]).split())
