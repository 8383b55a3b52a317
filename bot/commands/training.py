"""`donghanh train`."""

from __future__ import annotations

import subprocess
import sys

from rich.console import Console

from bot.settings import PROJECT, Settings


def train(settings: Settings, out: Console) -> int:
    """Train a model into the models folder; returns the trainer's exit code."""
    code = run_training(settings)
    if code == 0:
        out.print("A running server takes the newest model within seconds, unless `donghanh models use` chose another.", highlight=False)
    return code


def run_training(settings: Settings) -> int:
    """Train in a process of its own, with TensorFlow allowed, as Rasa's training needs it; returns its exit code."""
    command = [sys.executable, "-W", "ignore", "-m", "bot.nlu.training", str(settings.models_folder)]
    return subprocess.run(command, cwd=PROJECT, check=False).returncode
