"""Trained models on disk: one archive a version, and a note beside it saying what it was made of."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from bot.settings import PROJECT
from journey_state.model_choices import find_model_choice
from journey_state.store import JourneyStore

UNDERSTOOD_FROM = ("config.yml", "data/nlu", "data/stages", "data/lexicon", "bot/nlu")
TRAINED_FROM = (*UNDERSTOOD_FROM, "domain.yml", "data/rules", "data/responses")
LOCK = "lock"  # of a folder that a process fits ahead into


class ModelMissingError(Exception):
    """There is no usable model; the message names the remedy."""


def list_models(folder: Path) -> list[Path]:
    """All models of a folder, newest first."""
    return sorted(folder.glob("*.tar.gz"), key=lambda path: (path.stat().st_mtime, path.name), reverse=True)


def find_latest_model(folder: Path) -> Path:
    """Return the newest model of a folder. Raises ModelMissingError."""
    found = list_models(folder)
    if not found:
        raise ModelMissingError(f"no model in {folder}; run `donghanh train`")
    return found[0]


def choose_model(store: JourneyStore, folder: Path) -> Path:
    """Return the model that was chosen for all replicas, else the newest. Raises ModelMissingError."""
    with store.reading() as session:
        version = find_model_choice(session)
    chosen = folder / f"{version}.tar.gz"
    return chosen if version and chosen.exists() else find_latest_model(folder)


def model_version(path: Path) -> str:
    """The version of a model: its file name without the ending."""
    return path.name.removesuffix(".tar.gz")


def fingerprint_training_files(project: Path = PROJECT, names: Sequence[str] = TRAINED_FROM) -> str:
    """A hash over all files a model, or a part of it, is made of: the same files give the same hash."""
    digest = hashlib.sha256()
    for path in _training_files(project, names):
        digest.update(path.relative_to(project).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def is_model_current(models_folder: Path) -> bool:
    """True when the newest model was trained from the files as they are now."""
    return _read_note(models_folder).get("fingerprint") == fingerprint_training_files()


def is_understanding_current(models_folder: Path) -> bool:
    """True when the newest model learned intents and stages from the files as they are now."""
    return _read_note(models_folder).get("understanding") == fingerprint_training_files(names=UNDERSTOOD_FROM)


def write_note(model: Path, fingerprint: str) -> None:
    """Write down what a model was trained from."""
    understanding = fingerprint_training_files(names=UNDERSTOOD_FROM)
    _note(model).write_text(json.dumps({"version": model_version(model), "fingerprint": fingerprint, "understanding": understanding}))


def _read_note(models_folder: Path) -> dict[str, str]:
    try:
        note = _note(find_latest_model(models_folder))
    except ModelMissingError:
        return {}
    return dict(json.loads(note.read_text())) if note.exists() else {}


def _note(model: Path) -> Path:
    return model.with_name(model_version(model) + ".json")


def _training_files(project: Path, names: Sequence[str]) -> Iterator[Path]:
    for name in names:
        root = project / name
        found = [root] if root.is_file() else sorted(root.rglob("*"))
        yield from (path for path in found if path.is_file() and path.suffix in (".yml", ".jsonl", ".py"))
