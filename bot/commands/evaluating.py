"""`donghanh evaluate`."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from bot.evaluation import BadRowsError, Prediction, play, read_rows
from bot.model_files import ModelMissingError, find_latest_model
from bot.scores import score
from bot.settings import Settings


def evaluate(settings: Settings, file: Path, predictions_file: Path | None, out: Console | None) -> int:
    """Score a file; out None prints JSON. Returns 2 when rows or model are wrong."""
    try:
        conversations = read_rows(file)
        predictions = list(play(conversations, find_latest_model(settings.models_folder)))
    except FileNotFoundError:
        print(f"{file} does not exist; name a .jsonl file", file=sys.stderr)
        return 2
    except (BadRowsError, ModelMissingError) as error:
        print(error, file=sys.stderr)
        return 2
    report = score(predictions)
    if predictions_file is not None:
        _write_predictions(predictions_file, predictions)
    if out is None:
        print(json.dumps(report, ensure_ascii=False))
    else:
        _print_table(report, out)
    return 0


def _write_predictions(path: Path, predictions: Sequence[Prediction]) -> None:
    lines = (json.dumps(_row(item), ensure_ascii=False) for item in predictions)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _row(item: Prediction) -> dict[str, Any]:
    return {
        "id": item.conversation_id, "turn": item.index, "text": item.expected.text, "expected": asdict(item.expected),
        "intent": item.intent, "stage": item.stage, "probabilities": dict(item.probabilities),
        "actions": list(item.actions), "model_version": item.model_version, "latency_ms": round(item.latency_ms, 2),
    }


def _print_table(report: dict[str, Any], out: Console) -> None:
    groups = {"all": report, **report["by_language"]}
    table = Table(title=f"{report['turns']} turns")
    table.add_column("measure")
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
