"""Trains the whole assistant in a process of its own: `python -m bot.nlu.training FOLDER [AHEAD]`.

AHEAD: folder that `python -m bot.nlu.ahead` works in at the same time.

Rasa's training imports TensorFlow even for a pipeline that has no use for it; the serving process
must not, so it never imports this module.
"""

from __future__ import annotations

import logging
import sys
import time
from datetime import datetime, timezone
from pathlib import Path

from rasa.model_training import train
from rasa.utils.log_utils import configure_structlog

from bot.model_files import fingerprint_training_files, model_version, write_note
from bot.nlu.fits import use_ahead
from bot.settings import PROJECT

DATA_FOLDERS = ("data/nlu", "data/rules", "data/responses")


class TrainingFailedError(Exception):
    """Rasa did not produce a model; the message names the remedy."""


def train_model(models_folder: Path) -> Path:
    """Train from config.yml, domain.yml and data/; returns the new model's path. Raises TrainingFailedError."""
    fingerprint = fingerprint_training_files()
    version = f"{datetime.now(timezone.utc):%Y%m%d-%H%M%S}-{fingerprint[:6]}"
    result = train(
        domain=str(PROJECT / "domain.yml"), config=str(PROJECT / "config.yml"),
        training_files=[str(PROJECT / folder) for folder in DATA_FOLDERS],
        output=str(models_folder), fixed_model_name=version,
    )
    if result.code != 0 or not result.model:
        raise TrainingFailedError(f"Rasa returned code {result.code}; read the lines above, correct the named file and train again")
    model = Path(result.model)
    write_note(model, fingerprint)
    return model


def main(arguments: list[str]) -> int:
    """Train into the folder named first, with what a process fits ahead into the second; returns the exit code."""
    print("Training the assistant (less than a minute; seconds when only rules or answers changed) …", file=sys.stderr)
    configure_structlog(logging.INFO)
    started = time.monotonic()
    for folder in arguments[1:]:
        use_ahead(Path(folder))
    try:
        model = train_model(Path(arguments[0]))
    except TrainingFailedError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"Trained {model_version(model)} in {time.monotonic() - started:.0f} s", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
