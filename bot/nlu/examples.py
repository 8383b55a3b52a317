"""Labelled texts that the intent model learns from or is measured on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import yaml


@dataclass(frozen=True)
class Example:
    """One text and its intent.

    previous: intent of the same person's turn before it, where known; told: number of the conversation it is from.
    """

    text: str
    intent: str
    previous: str | None = None
    told: int | None = None


def load_nlu_examples(*folders: Path) -> list[Example]:
    """Read all Rasa YAML files below data/nlu (and other folders), in the order of their names, as Rasa does."""
    paths = sorted(path for folder in folders for path in folder.rglob("*.yml"))
    return [example for path in paths for example in _read_nlu_file(path)]


def load_conversation_examples(folder: Path) -> list[Example]:
    """Read the turns that carry an intent from a folder of *.jsonl conversations; a missing folder is empty."""
    return _read_rows([row for path in sorted(folder.glob("*.jsonl")) for row in _read_jsonl(path)])


def read_jsonl_examples(path: Path) -> list[Example]:
    """Read rows `{"text", "intent"}` or `{"turns": [{"text", "intent"}]}`; turns without an intent are left out."""
    return _read_rows(_read_jsonl(path))


def _read_jsonl(path: Path) -> list[Any]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def _read_rows(rows: Sequence[Any]) -> list[Example]:
    return [example for number, row in enumerate(rows) for example in _read_turns(row.get("turns"), row, number)]


def _read_turns(turns: Sequence[Mapping[str, str]] | None, row: Mapping[str, str], number: int) -> Iterator[Example]:
    for before, turn in pairwise(({}, *(turns or [row]))):
        if turn.get("intent"):
            yield Example(turn["text"], turn["intent"], before.get("intent"), None if turns is None else number)


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
