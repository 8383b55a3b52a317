"""Serving needs neither TensorFlow nor what only training imports; the resident memory is printed."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bot.settings import PROJECT

# What training imports and serving must not: each costs memory and start.
UNWANTED = (
    "tensorflow", "keras", "sklearn", "matplotlib", "boto3", "aiogram",
    "bot.nlu.intent_training", "bot.nlu.stage_training", "bot.nlu.training",
)

PROGRAM = """
import json, sys
from datetime import datetime, timezone
from pathlib import Path

from threadpoolctl import threadpool_info

from bot.engine.engine import Engine
from bot.rehearsal import Rehearsal
from journey_state.conversations import read_messages
from journey_state.messages import InboundMessage
from journey_state.store import JourneyStore

model, url, unwanted = sys.argv[1], sys.argv[2], sys.argv[3:]
now = datetime(2026, 3, 2, 9, 0, tzinfo=timezone.utc)
store = JourneyStore(url)
rehearsal = Rehearsal(store, Engine(Path(model)), now)
conversation = rehearsal.open("website", "visitor-1", True)
rehearsal.say(InboundMessage("website", "visitor-1", "m-1", "gói Hosting M giá bao nhiêu?", now))
with store.reading() as session:
    replies = [row.body["text"] for row in read_messages(session, conversation.id) if row.author == "bot"]
pages = int(Path("/proc/self/statm").read_text().split()[1])
print(json.dumps({
    "replies": replies, "resident_mb": pages * 4096 / 1e6, "threads": [pool["num_threads"] for pool in threadpool_info()],
    "loaded": [name for name in unwanted if sys.modules.get(name) is not None],
}))
"""


@pytest.fixture
def served(model_path: Path, sqlite_url: str) -> dict[str, Any]:
    """What a fresh process says after it answered one message."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", PROGRAM, str(model_path), sqlite_url, *UNWANTED],
        cwd=PROJECT, capture_output=True, text=True, check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return dict(json.loads(done.stdout.splitlines()[-1]))


@pytest.mark.slow
def test_a_message_is_answered_without_tensorflow(served: dict[str, Any]) -> None:
    print(f"resident: {served['resident_mb']:.0f} MB")

    assert "Hosting M" in served["replies"][0]
    assert served["loaded"] == []
    assert set(served["threads"]) == {1}
