"""Plays labelled conversations through the live path and scores intents and stages."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bot.engine.engine import Engine
from bot.rehearsal import Rehearsal
from journey_state.messages import InboundMessage
from journey_state.migrate import migrate
from journey_state.stages import Stage
from journey_state.store import JourneyStore
from journey_state.turns import TurnRecord, read_turn_record

START = datetime(2026, 3, 2, 2, 0, tzinfo=timezone.utc)
BETWEEN_TURNS = timedelta(seconds=45)


class BadRowsError(Exception):
    """Rows of an evaluation file are wrong; the message names file, line, field and remedy of each."""


@dataclass(frozen=True)
class LabelledTurn:
    """One message with what it should be understood as; None = not labelled."""

    text: str
    stage: str | None
    intent: str | None


@dataclass(frozen=True)
class LabelledConversation:
    """One conversation of an evaluation file."""

    id: str
    language: str
    channel: str
    turns: tuple[LabelledTurn, ...]


@dataclass(frozen=True)
class Prediction:
    """What the assistant made of one turn."""

    conversation_id: str
    index: int
    language: str
    expected: LabelledTurn
    expected_before: str | None
    intent: str
    stage: str
    probabilities: Mapping[str, float]
    latency_ms: float
    actions: Sequence[str] = field(default_factory=tuple)
    model_version: str = ""


def read_rows(path: Path) -> list[LabelledConversation]:
    """Read an evaluation file. Raises BadRowsError with every bad row."""
    found: list[LabelledConversation] = []
    errors: list[str] = []
    for number, line in enumerate(_read_text(path).split("\n"), 1):
        if line.strip():
            try:
                found.append(_parse_row(json.loads(line), number))
            except json.JSONDecodeError as error:
                errors.append(f"{path}:{number}: no JSON ({error.msg} at column {error.colno}); write one JSON object on the line")
            except ValueError as error:
                errors.append(f"{path}:{number}: {error}")
    if not found and not errors:
        errors.append(f"{path}: no rows; write one JSON object a line")
    if errors:
        raise BadRowsError("\n".join(errors))
    return found


def _read_text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise BadRowsError(f"{path} cannot be read ({error.strerror}); name a .jsonl file") from error
    except UnicodeDecodeError as error:
        raise BadRowsError(f"{path}: byte {error.start} is not UTF-8; save the file as UTF-8") from error


def play(conversations: Iterable[LabelledConversation], model_path: Path) -> Iterator[Prediction]:
    """Play each conversation turn by turn from an empty contact with consent."""
    with TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'evaluation.db'}"
        migrate(url)
        store = JourneyStore(url)
        rehearsal = Rehearsal(store, Engine(model_path), START)
        player = _Player(rehearsal)
        for conversation in conversations:
            yield from player.play(conversation)
        rehearsal.close()
        store.close()


class _Player:
    """Plays labelled conversations and keeps what was understood."""

    def __init__(self, rehearsal: Rehearsal) -> None:
        self.rehearsal = rehearsal
        self._count = 0

    def play(self, conversation: LabelledConversation) -> Iterator[Prediction]:
        self._count += 1
        address = f"evaluation-{self._count}"
        self.rehearsal.open(conversation.channel, address, is_consenting=True)
        before: str | None = None
        for index, labelled in enumerate(conversation.turns):
            self.rehearsal.now += BETWEEN_TURNS
            yield self._play_turn(conversation, address, index, before)
            before = labelled.stage or before

    def _play_turn(self, conversation: LabelledConversation, address: str, index: int, before: str | None) -> Prediction:
        text = conversation.turns[index].text
        started = time.perf_counter()
        message_id = self.rehearsal.say(InboundMessage(conversation.channel, address, f"{address}-{index}", text, self.rehearsal.now))
        latency_ms = (time.perf_counter() - started) * 1000
        with self.rehearsal.store.reading() as session:
            record = read_turn_record(session, message_id)
        return _prediction(conversation, index, before, record, latency_ms)


def _prediction(conversation: LabelledConversation, index: int, before: str | None, record: TurnRecord, latency_ms: float) -> Prediction:
    understanding = record.understanding
    estimate = understanding.get("stage_estimate") or {}
    return Prediction(
        conversation_id=conversation.id, index=index, language=conversation.language,
        expected=conversation.turns[index], expected_before=before,
        intent=_top_intent(understanding), stage=estimate.get("chosen", ""),
        probabilities=estimate.get("probabilities", {}), latency_ms=latency_ms, actions=record.actions,
        model_version=estimate.get("model_version", ""),
    )


def _top_intent(understanding: Mapping[str, Any]) -> str:
    """The intent; behind a fallback, the likeliest one of the ranking."""
    intent = (understanding.get("intent") or {}).get("name") or ""
    if intent != "nlu_fallback":
        return str(intent)
    ranking = [item["name"] for item in understanding.get("intent_ranking") or () if item["name"] != "nlu_fallback"]
    return ranking[0] if ranking else "out_of_scope"


def _parse_row(row: Any, number: int) -> LabelledConversation:
    if not isinstance(row, dict):
        raise ValueError("row is not a JSON object; write {…} on one line")
    language = row.get("language")
    if language not in ("vi", "en"):
        raise ValueError(f'field "language" is {language!r}; write "vi" or "en"')
    turns = row.get("turns", [row] if "text" in row else None)
    if not isinstance(turns, list) or not turns:
        raise ValueError('field "turns" is missing or empty; write a list of {"text", "stage", "intent"}, or one "text"')
    return LabelledConversation(
        id=str(row.get("id", f"row-{number}")), language=language, channel=str(row.get("channel", "website")),
        turns=tuple(_parse_turn(turn, i) for i, turn in enumerate(turns)),
    )


def _parse_turn(turn: Any, index: int) -> LabelledTurn:
    if not isinstance(turn, dict) or not isinstance(turn.get("text"), str):
        raise ValueError(f'field "turns[{index}].text" is missing or no string; write the customer\'s words')
    stage, intent = turn.get("stage"), turn.get("intent")
    if stage is not None and stage not in {item.value for item in Stage}:
        names = ", ".join(item.value for item in Stage)
        raise ValueError(f'field "turns[{index}].stage" is {stage!r}; write one of {names}, or leave it out')
    if intent is not None and not isinstance(intent, str):
        raise ValueError(f'field "turns[{index}].intent" is {intent!r}; write an intent\'s name, or leave it out')
    return LabelledTurn(turn["text"], stage, intent)
