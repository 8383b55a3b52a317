"""Stage-labelled conversations that the stage model learns from or is measured on."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from journey_state.errors import ContentError
from journey_state.stages import Stage


@dataclass(frozen=True)
class LabelledTurn:
    """One message of a customer, the stage reached with it and what it asks."""

    text: str
    stage: Stage
    intent: str


@dataclass(frozen=True)
class LabelledConversation:
    """All messages of one customer in one conversation, in order; never empty."""

    id: str
    turns: tuple[LabelledTurn, ...]


def load_conversations(folder: Path) -> list[LabelledConversation]:
    """Read every *.jsonl of a folder, files in the order of their names.

    Raises ContentError naming file, line, field and remedy; also when there is no conversation at all.
    """
    found = [parsed for path in sorted(folder.glob("*.jsonl")) for parsed in read_conversations(path)]
    if not found:
        raise ContentError(f"{folder} holds no stage-labelled conversations; put *.jsonl files there (README, data/stages)")
    return found


def read_conversations(path: Path) -> list[LabelledConversation]:
    """Read one *.jsonl file; raises ContentError as `load_conversations`."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [_parse(line, f"{path.name}, line {number}") for number, line in enumerate(lines, 1) if line.strip()]


def _parse(line: str, where: str) -> LabelledConversation:
    try:
        row = json.loads(line)
    except ValueError as error:
        raise ContentError(f"{where}: is not JSON ({error}); write one conversation a line") from None
    turns = row.get("turns") if isinstance(row, dict) else None
    if not isinstance(turns, list) or not turns:
        raise ContentError(f"{where}, turns: is missing; write a list of {{text, stage, intent}}")
    parsed = tuple(_parse_turn(turn, f"{where}, turns[{number}]") for number, turn in enumerate(turns))
    return LabelledConversation(str(row.get("id", where)), parsed)


def _parse_turn(turn: Any, where: str) -> LabelledTurn:
    if not isinstance(turn, Mapping):
        raise ContentError(f"{where}: must be an object with text, stage and intent")
    for name in ("text", "stage", "intent"):
        if not isinstance(turn.get(name), str) or not turn[name].strip():
            raise ContentError(f"{where}.{name}: is missing; write a text")
    if turn["stage"] not in [stage.value for stage in Stage]:
        raise ContentError(f"{where}.stage: {turn['stage']!r} is no stage; write one of {', '.join(stage.value for stage in Stage)}")
    return LabelledTurn(turn["text"], Stage(turn["stage"]), turn["intent"])
