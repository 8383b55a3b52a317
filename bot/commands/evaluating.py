"""`donghanh evaluate`."""

from __future__ import annotations

import json
import sys
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any, TextIO

from cyclopts import Parameter
from rich.console import Console
from rich.progress import track
from rich.table import Table

from bot.evaluation import BadRowsError, LabelledConversation, Prediction, play, read_rows
from bot.model_files import find_latest_model
from bot.scores import score
from bot.settings import load_settings

_JSON_HELP = "print one JSON object instead of a table"
_PREDICTIONS_HELP = "write each turn's predicted intent, stage and probabilities to this file"


def evaluate(
    file: Path, *, json_: Annotated[bool, Parameter(name="--json", negative="", help=_JSON_HELP)] = False,
    predictions: Annotated[Path | None, Parameter(help=_PREDICTIONS_HELP)] = None,
) -> int:
    """Score a file of labelled conversations; 2 when its rows are wrong. Raises ModelMissingError."""
    try:
        conversations = read_rows(file)
        played = _play(conversations, find_latest_model(load_settings().models_folder), predictions)
    except BadRowsError as error:
        print(error, file=sys.stderr)
        return 2
    report = score(played)
    if json_:
        print(json.dumps(report, ensure_ascii=False))
    else:
        _print_table(report, Console())
    return 0


def _play(conversations: list[LabelledConversation], model: Path, predictions: Path | None) -> list[Prediction]:
    """Play everything; progress shows on a terminal only, and on stderr: stdout belongs to the result."""
    console = Console(stderr=True)
    turns = sum(len(item.turns) for item in conversations)
    with ExitStack() as stack:
        target = stack.enter_context(_open_for_writing(predictions)) if predictions else None
        playing = play(conversations, model)
        played = list(track(playing, "playing the conversations", turns, console=console, transient=True, disable=not console.is_terminal))
        if target:
            target.writelines(json.dumps(_row(item), ensure_ascii=False) + "\n" for item in played)
    return played


def _open_for_writing(path: Path) -> TextIO:
    """Open before anything is played, so that a wrong path costs no waiting."""
    try:
        return path.open("w", encoding="utf-8")
    except OSError as error:
        raise BadRowsError(f"{path} cannot be written ({error.strerror}); name a file in a folder that is there") from error


def _row(item: Prediction) -> dict[str, Any]:
    return {
        "id": item.conversation_id, "turn": item.index, "text": item.expected.text, "expected": asdict(item.expected),
        "intent": item.intent, "stage": item.stage, "probabilities": dict(item.probabilities),
        "actions": list(item.actions), "model_version": item.model_version, "latency_ms": round(item.latency_ms, 2),
    }


def _print_table(report: dict[str, Any], out: Console) -> None:
    groups = {"all": report, **report["by_language"]}
    table = Table(title=f"{report['turns']} turns")
    table.add_column("measure", no_wrap=True)
    for name in groups:
        table.add_column(name, justify="right")
    for part in ("stage", "intent"):
        for measure in report[part]:
            if measure != "per_stage":
                table.add_row(f"{part} {measure}", *(_cell(group[part][measure]) for group in groups.values()))
    out.print(table)
    out.print(f"latency p50 {report['latency_ms']['p50']} ms, p95 {report['latency_ms']['p95']} ms")


def _cell(value: Any) -> str:
    if isinstance(value, dict):
        return f"F1 {value['f1']:.3f} (P {value['precision']:.3f}, R {value['recall']:.3f})"
    return "–" if value is None else f"{value:.3f}"
