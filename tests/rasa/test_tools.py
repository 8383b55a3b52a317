"""Rasa's own tools work on this project as anybody who knows Rasa would call them. `donghanh check` runs `rasa data validate`."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from bot.settings import PROJECT

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
STORIES = PROJECT / "tests" / "conversations"


def run_rasa(*arguments: object) -> str:
    """Run a Rasa command at the project's root; returns its report. Fails with what it printed when it fails."""
    command = [sys.executable, "-W", "ignore", "-m", "rasa", *map(str, arguments)]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout[-2000:]}\n{done.stderr[-3000:]}"
    return done.stdout + done.stderr


def test_rasa_test_core_passes_every_story(model_path: Path, tmp_path: Path) -> None:
    run_rasa("test", "core", "--stories", STORIES, "--model", model_path, "--out", tmp_path, "--no-plot", "--fail-on-prediction-errors")

    report = json.loads((tmp_path / "story_report.json").read_text(encoding="utf-8"))
    told = sum(len(yaml.safe_load(path.read_text(encoding="utf-8"))["stories"]) for path in STORIES.glob("test_*.yml"))
    assert report["conversation_accuracy"] == {"accuracy": 1.0, "correct": told, "with_warnings": 0, "total": told}
    assert "None of the test stories failed" in (tmp_path / "failed_test_stories.yml").read_text(encoding="utf-8")


def test_rasa_test_nlu_reads_every_intent(model_path: Path, tmp_path: Path) -> None:
    examples = {"nlu": [
        {"intent": "ask_price", "examples": "- Hosting M giá bao nhiêu một tháng?\n- how much is VPS 2 per month?\n"},
        {"intent": "ask_human", "examples": "- cho mình gặp nhân viên\n- I want to talk to a human\n"},
        {"intent": "report_outage", "examples": "- web mình sập rồi\n- my website is down\n"},
    ], "version": "3.1"}
    (tmp_path / "nlu.yml").write_text(yaml.safe_dump(examples, allow_unicode=True), encoding="utf-8")
    run_rasa("test", "nlu", "--nlu", tmp_path / "nlu.yml", "--model", model_path, "--out", tmp_path / "out", "--no-plot")

    report = json.loads((tmp_path / "out" / "intent_report.json").read_text(encoding="utf-8"))
    assert report["accuracy"] == 1.0
