"""`donghanh train`."""

from __future__ import annotations

import fcntl
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console

from bot.model_files import LOCK, is_understanding_current
from bot.settings import PROJECT, Settings


def train(settings: Settings, out: Console) -> int:
    """Train a model into the models folder; returns the trainer's exit code."""
    code = run_training(settings)
    if code == 0:
        out.print("A running server takes the newest model within seconds, unless `donghanh models use` chose another.", highlight=False)
    return code


def run_training(settings: Settings) -> int:
    """Train in a process of its own, with TensorFlow allowed, as Rasa's training needs it; returns its exit code.

    A second process fits intents and stages meanwhile, unless what they learn from is as it was.
    """
    if is_understanding_current(settings.models_folder):
        return _run("bot.nlu.training", str(settings.models_folder))
    with TemporaryDirectory() as folder, (Path(folder) / LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        ahead = subprocess.Popen(_command("bot.nlu.ahead", folder), cwd=PROJECT, pass_fds=[lock.fileno()], stderr=subprocess.DEVNULL)
        lock.close()  # the lock is now the other process's alone and ends with it
        try:
            return _run("bot.nlu.training", str(settings.models_folder), folder)
        finally:
            ahead.terminate()
            ahead.wait()


def _run(module: str, *arguments: str) -> int:
    return subprocess.run(_command(module, *arguments), cwd=PROJECT, check=False).returncode


def _command(module: str, *arguments: str) -> list[str]:
    return [sys.executable, "-W", "ignore", "-m", module, *arguments]
