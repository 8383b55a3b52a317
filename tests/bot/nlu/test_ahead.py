"""The process that fits ahead does not outlive the training it works for."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from bot.settings import PROJECT
from tests.fixtures.websites import wait_until

TRAINING = "import subprocess, sys; subprocess.Popen([sys.executable, '-W', 'ignore', '-m', 'bot.nlu.ahead', sys.argv[1]]).wait()"


def count_workers(folder: Path) -> int:
    """Processes that fit into a folder: the one that was started, and the one that it forked."""
    found = 0
    for place in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = place.read_bytes().split(b"\0")
        except OSError:
            continue  # ended meanwhile
        found += b"bot.nlu.ahead" in words and str(folder).encode() in words
    return found


def test_both_processes_end_when_the_training_is_killed(tmp_path: Path) -> None:
    training = subprocess.Popen([sys.executable, "-c", TRAINING, str(tmp_path)], cwd=PROJECT, stderr=subprocess.DEVNULL)
    wait_until(lambda: count_workers(tmp_path) == 2, within_s=60)
    training.kill()
    training.wait()
    wait_until(lambda: count_workers(tmp_path) == 0)
    assert count_workers(tmp_path) == 0
