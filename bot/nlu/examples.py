"""Labelled texts that the intent model learns from or is measured on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import yaml


@dataclass(frozen=True)
class Example:
    """One text and its intent; previous: intent of the same person's turn before it, where known."""

    text: str
    intent: str
    previous: str | None = None


def load_nlu_examples(folder: Path) -> list[Example]:
    """Read all Rasa YAML files below data/nlu, in the order of their names."""
    return [example for path in sorted(folder.rglob("*.yml")) for example in _read_nlu_file(path)]


def load_conversation_examples(folder: Path) -> list[Example]:
    """Read the turns that carry an intent from a folder of *.jsonl conversations; a missing folder is empty."""
    return [example for path in sorted(folder.glob("*.jsonl")) for example in read_jsonl_examples(path)]


def read_jsonl_examples(path: Path) -> list[Example]:
    """Read rows `{"text", "intent"}` or `{"turns": [{"text", "intent"}]}`; turns without an intent are left out."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    return [example for row in rows for example in _read_turns(row.get("turns", [row]))]


def _read_turns(turns: Sequence[Mapping[str, str]]) -> Iterator[Example]:
    for before, turn in pairwise(({}, *turns)):
        if turn.get("intent"):
            yield Example(turn["text"], turn["intent"], before.get("intent"))


def fingerprint_files(*folders: Path) -> str:
    """Digest of all files below the folders: a model trained from them changes when they do."""
    digest = hashlib.sha256()
    for path in sorted(path for folder in folders for path in folder.rglob("*") if path.suffix in (".yml", ".jsonl", ".py")):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()


def _read_nlu_file(path: Path) -> Iterator[Example]:
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    for item in content["nlu"]:
        for line in item["examples"].splitlines():
            yield Example(line.removeprefix("- "), item["intent"])
