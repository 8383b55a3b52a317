"""Learned files of the understanding: fitted here, or taken over from a process that fitted the same ahead of Rasa.

Half of a training's time goes by while Rasa is imported and reads its files, on one core. `donghanh train` therefore
starts `python -m bot.nlu.ahead` first; what it left is used only when it was made of exactly the same examples and
settings. `rasa train` fits here. Needs scikit-learn.
"""

from __future__ import annotations

import fcntl
import json
import shutil
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

from bot.model_files import LOCK
from bot.nlu.examples import Example
from bot.nlu.intent_training import share_intents
from bot.nlu.stage_examples import LabelledConversation
from bot.nlu.stage_intents import rank_unseen
from bot.nlu.stage_training import StageSettings, TrainedStages, train_stages

INTENTS, STAGES, DIGEST = "intents", "stages", "digest"
_folders: list[Path] = []


def use_ahead(folder: Path) -> None:
    """Take files over from the process that holds the folder's lock, as soon as it ends."""
    _folders[:] = [folder]


def write_intents(examples: Sequence[Example], target: Path) -> None:
    """Write the intent model learned from examples into a folder."""
    if not _take_over(INTENTS, digest(examples), target):
        share_intents(tuple(examples)).model.save(target)


def write_stages(examples: Sequence[Example], conversations: Sequence[LabelledConversation], settings: StageSettings, target: Path) -> None:
    """Write the stage model learned from conversations into a folder, with intents predicted by models that did not see them."""
    if not _take_over(STAGES, digest(examples, conversations, settings), target):
        save_stages(train_stages(conversations, rank_unseen(examples, conversations), settings), target)


def save_stages(trained: TrainedStages, target: Path) -> None:
    """Write the filter, the words' model and their scores on conversations they did not see."""
    trained.model.save(target)
    trained.words.save(target)
    (target / "stage_scores.json").write_text(json.dumps(trained.scores.to_dict()), encoding="utf-8")


def digest(*material: Any) -> str:
    """The same for the same examples, conversations and settings."""
    return sha256(repr([list(item) if isinstance(item, (list, tuple)) else item for item in material]).encode()).hexdigest()


def _take_over(name: str, wanted: str, target: Path) -> bool:
    for folder in _folders:
        with (folder / LOCK).open() as lock:
            fcntl.flock(lock, fcntl.LOCK_SH)  # held by the other process for as long as it lives
        made = folder / name / DIGEST
        if made.exists() and made.read_text() == wanted:
            shutil.copytree(folder / name, target, dirs_exist_ok=True, ignore=shutil.ignore_patterns(DIGEST))
            return True
    return False
