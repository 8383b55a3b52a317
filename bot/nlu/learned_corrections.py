"""Approved corrections as training files beside data/: rows of intents for Rasa, conversations of stages for the stage model."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from pathlib import Path

import yaml

from journey_state.corrections import Correction

NLU, STAGES, CONFIG = "nlu", "stages", "config.yml"
OF_CONVERSATIONS = ("bot.nlu.intents.IntentClassifier", "bot.nlu.stage_classifier.StageClassifier")


def write_corrections(corrections: Sequence[Correction], project: Path, folder: Path) -> None:
    """Write folder/nlu, folder/stages (with all of data/stages) and a config.yml that reads them.

    A corrected intent is an NLU example; a corrected stage a conversation of the message and the one before it.
    """
    shutil.copytree(project / "data" / "stages", folder / STAGES)
    (folder / NLU).mkdir()
    (folder / NLU / "corrections.yml").write_text(_spell_examples(corrections), encoding="utf-8")
    rows = [json.dumps(row, ensure_ascii=False) for item in corrections if (row := _tell(item))]
    (folder / STAGES / "zz_corrections.jsonl").write_text("\n".join(rows), encoding="utf-8")
    (folder / CONFIG).write_text(_redirect(project / CONFIG, folder / STAGES), encoding="utf-8")


def _spell_examples(corrections: Sequence[Correction]) -> str:
    texts: dict[str, list[str]] = {}
    for item in corrections:
        if item.intent:
            texts.setdefault(item.intent, []).append(" ".join(item.text.split()))
    nlu = [{"intent": intent, "examples": "".join(f"- {text}\n" for text in dict.fromkeys(own))} for intent, own in sorted(texts.items())]
    return yaml.safe_dump({"version": "3.1", "nlu": nlu}, allow_unicode=True, sort_keys=False)


def _tell(item: Correction) -> dict[str, object] | None:
    if not (item.stage and item.label.intent):
        return None
    before = {"text": item.before_text, "stage": item.before_stage, "intent": item.before_intent}
    turns = [before] if all(before.values()) else []
    return {"id": f"correction-{item.id}", "turns": [*turns, {"text": item.text, "stage": item.stage, "intent": item.label.intent}]}


def _redirect(config: Path, stages: Path) -> str:
    content = yaml.safe_load(config.read_text(encoding="utf-8"))
    for component, key in zip(OF_CONVERSATIONS, ("extra", "data"), strict=True):
        next(item for item in content["pipeline"] if item["name"] == component)[key] = str(stages)
    return yaml.safe_dump(content, allow_unicode=True, sort_keys=False)
