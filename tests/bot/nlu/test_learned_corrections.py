from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from bot.nlu.examples import Example, load_conversation_examples, load_nlu_examples
from bot.nlu.learned_corrections import write_corrections
from bot.nlu.stage_examples import load_conversations
from bot.settings import PROJECT
from journey_state.corrections import APPROVED, Correction
from journey_state.stages import Stage
from tests.fixtures.journeys import NOW


def correction(number: int, text: str, intent: str | None, stage: str | None, before: str | None = None) -> Correction:
    return Correction(
        id=f"c-{number}", message_id=f"m-{number}", conversation_id="v", text=text, intent=intent, stage=stage, guessed_intent="thank",
        guessed_stage="service", before_text=before, before_intent="greet" if before else None,
        before_stage="awareness" if before else None,
        model_version="1", state=APPROVED, made_by="s", made_at=NOW, decided_by="t", decided_at=NOW,
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_corrections([
        correction(1, "giá sao\n em", "ask_price", None), correction(2, "thôi chốt", None, "decision", "chào shop"),
        correction(3, "giá sao em", "ask_price", "consideration"),
    ], PROJECT, tmp_path)
    return tmp_path


def test_a_corrected_intent_is_an_example_once(folder: Path) -> None:
    assert load_nlu_examples(folder / "nlu") == [Example("giá sao em", "ask_price")]


def test_a_corrected_stage_is_a_conversation_after_all_others(folder: Path) -> None:
    told = load_conversations(folder / "stages")
    assert len(told) == len(load_conversations(PROJECT / "data" / "stages")) + 2
    assert [(turn.text, turn.stage, turn.intent) for turn in told[-2].turns] == [
        ("chào shop", Stage.AWARENESS, "greet"), ("thôi chốt", Stage.DECISION, "thank"),
    ]
    assert [turn.intent for turn in load_conversation_examples(folder / "stages")[-1:]] == ["ask_price"]


def test_the_configuration_reads_them_and_is_else_the_projects(folder: Path) -> None:
    ours, theirs = (yaml.safe_load((root / "config.yml").read_text(encoding="utf-8")) for root in (PROJECT, folder))
    changed = {item["name"]: item for item in theirs["pipeline"] if item not in ours["pipeline"]}
    assert {name.rsplit(".", 1)[1]: [value for key, value in item.items() if key != "name"] for name, item in changed.items()} == {
        "IntentClassifier": [str(folder / "stages")], "StageClassifier": [str(folder / "stages")],
    }
    assert {**theirs, "pipeline": 0} == {**ours, "pipeline": 0}


def test_without_corrections_nothing_is_added(tmp_path: Path) -> None:
    write_corrections([], PROJECT, tmp_path)
    assert load_nlu_examples(tmp_path / "nlu") == []
    assert len(load_conversations(tmp_path / "stages")) == len(load_conversations(PROJECT / "data" / "stages"))
