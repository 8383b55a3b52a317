"""The dialogues of tests/conversations pass `rasa test core`, as anybody who knows Rasa would run it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from bot.settings import PROJECT


def test_rasa_test_passes(rules_model: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "rasa", "test", "core", "--model", str(rules_model), "--stories",
         str(PROJECT / "tests" / "conversations"), "--out", str(tmp_path), "--fail-on-prediction-errors", "--no-plot"],
        cwd=tmp_path, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(PROJECT)},
    )

    assert done.returncode == 0, done.stdout[-2000:]
