"""`donghanh train`."""

from __future__ import annotations

import fcntl
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console

from bot.model_files import LOCK, ModelMissingError, choose_model, find_latest_model, is_understanding_current
from bot.nlu.comparison import CHANCE, TOLERANCES, Difference, compare_models, load_models
from bot.nlu.learned_corrections import write_corrections
from bot.settings import PROJECT, Settings
from journey_state.corrections import APPROVED, list_corrections
from journey_state.migrate import migrate
from journey_state.store import JourneyStore

SERVED = "A running server takes the newest model within seconds, unless `donghanh models use` chose another."
REFUSED = 3


def train(settings: Settings, out: Console) -> int:
    """Train a model into the models folder; returns the trainer's exit code."""
    code = run_training(settings.models_folder)
    if code == 0:
        out.print(SERVED, highlight=False)
    return code


def train_with_corrections(settings: Settings, out: Console, *, force: bool) -> int:
    """Train with the approved corrections and keep the model only if it is not worse than the one that answers.

    Prints the texts that only one of the two understands. Returns 0, the trainer's exit code, or REFUSED.
    """
    migrate(settings.database)
    store = JourneyStore(settings.database)
    with store.reading() as session:
        approved = list_corrections(session, APPROVED)
    out.print(f"{len(approved)} approved corrections", highlight=False)
    with TemporaryDirectory() as folder:
        extra, candidates = Path(folder) / "corrections", Path(folder) / "models"
        extra.mkdir()
        write_corrections(approved, PROJECT, extra)
        if code := run_training(candidates, extra):
            return code
        return _keep_or_refuse(find_latest_model(candidates), store, settings, out, force=force)


def _keep_or_refuse(candidate: Path, store: JourneyStore, settings: Settings, out: Console, *, force: bool) -> int:
    try:
        answering = load_models(choose_model(store, settings.models_folder))
    except ModelMissingError:
        differences: Sequence[Difference] = ()
    else:
        differences = compare_models(answering, load_models(candidate), PROJECT / "tests")
    print_differences(differences, out)
    if any(difference.is_worse for difference in differences) and not force:
        out.print("The new model is worse than the one that answers: it was not kept (--force keeps it).", highlight=False)
        return REFUSED
    settings.models_folder.mkdir(parents=True, exist_ok=True)
    for path in (candidate, candidate.with_name(candidate.name.replace(".tar.gz", ".json"))):
        shutil.move(path, settings.models_folder / path.name)
    out.print(SERVED, highlight=False)
    return 0


def print_differences(differences: Sequence[Difference], out: Console) -> None:
    """Say for each held-out set what was gained and lost."""
    for item in differences:
        verdict = "WORSE" if item.is_worse else "ok"
        out.print(f"{item.name}: {item.total} texts, {len(item.gained)} gained, {len(item.lost)} lost: {verdict} "
                  f"(may lose {TOLERANCES[item.name]:.1%}, and no more than chance does at {CHANCE:.0%})", highlight=False, markup=False)
        for sign, texts in (("+", item.gained), ("-", item.lost)):
            for text in texts:
                out.print(f"  {sign} {text}", highlight=False, markup=False)


def run_training(models_folder: Path, corrections: Path | None = None) -> int:
    """Train in a process of its own, with TensorFlow allowed, as Rasa's training needs it; returns its exit code.

    A second process fits intents and stages meanwhile, unless what they learn from is as it was.
    corrections: what `write_corrections` wrote.
    """
    extra = [] if corrections is None else [str(corrections)]
    options = [] if corrections is None else ["--corrections", *extra]
    if not extra and is_understanding_current(models_folder):
        return _run("bot.nlu.training", str(models_folder))
    with TemporaryDirectory() as folder, (Path(folder) / LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        ahead = subprocess.Popen(_command("bot.nlu.ahead", folder, *extra), cwd=PROJECT, stderr=subprocess.DEVNULL,
                                 pass_fds=[lock.fileno()])
        lock.close()  # the lock is now the other process's alone and ends with it
        try:
            return _run("bot.nlu.training", str(models_folder), "--ahead", folder, *options)
        finally:
            ahead.terminate()
            ahead.wait()


def _run(module: str, *arguments: str) -> int:
    return subprocess.run(_command(module, *arguments), cwd=PROJECT, check=False).returncode


def _command(module: str, *arguments: str) -> list[str]:
    return [sys.executable, "-W", "ignore", "-m", module, *arguments]
