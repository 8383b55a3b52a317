"""Trains the whole assistant in a process of its own: `python -m bot.nlu.training FOLDER`.

--ahead: folder that `python -m bot.nlu.ahead` works in at the same time; --corrections: what `write_corrections` wrote.

Rasa's training imports TensorFlow even for a pipeline that has no use for it; the serving process
must not, so it never imports this module.
"""

from __future__ import annotations

import logging
import sys
import time
from argparse import ArgumentParser
from datetime import datetime, timezone
from pathlib import Path

from rasa.model_training import train
from rasa.utils.log_utils import configure_structlog

from bot.model_files import fingerprint_training_files, model_version, write_note
from bot.nlu.fits import use_ahead
from bot.nlu.learned_corrections import CONFIG, NLU
from bot.settings import PROJECT

DATA_FOLDERS = ("data/nlu", "data/rules", "data/responses")


class TrainingFailedError(Exception):
    """Rasa did not produce a model; the message names the remedy."""


def train_model(models_folder: Path, corrections: Path | None = None) -> Path:
    """Train from config.yml, domain.yml, data/ and corrections; returns the new model's path. Raises TrainingFailedError."""
    fingerprint = fingerprint_training_files()
    version = f"{datetime.now(timezone.utc):%Y%m%d-%H%M%S}-{fingerprint[:6]}"
    result = train(
        domain=str(PROJECT / "domain.yml"), config=str((corrections or PROJECT) / CONFIG),
        training_files=[*(str(PROJECT / folder) for folder in DATA_FOLDERS), *([str(corrections / NLU)] if corrections else [])],
        output=str(models_folder), fixed_model_name=version,
    )
    if result.code != 0 or not result.model:
        raise TrainingFailedError(f"Rasa returned code {result.code}; read the lines above, correct the named file and train again")
    model = Path(result.model)
    write_note(model, fingerprint)
    return model


def main(arguments: list[str]) -> int:
    """Train as the command line says; returns the exit code."""
    parser = ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--ahead", type=Path)
    parser.add_argument("--corrections", type=Path)
    told = parser.parse_args(arguments)
    print("Training the assistant (less than a minute; seconds when only rules or answers changed) …", file=sys.stderr)
    configure_structlog(logging.INFO)
    started = time.monotonic()
    if told.ahead:
        use_ahead(told.ahead)
    try:
        model = train_model(told.folder, told.corrections)
    except TrainingFailedError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"Trained {model_version(model)} in {time.monotonic() - started:.0f} s", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
