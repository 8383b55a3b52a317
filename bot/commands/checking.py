"""`donghanh check` and `donghanh routes`."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Sequence
from difflib import get_close_matches

from rich.console import Console
from rich.table import Table

from bot.engine.routes import read_routes
from bot.settings import PROJECT, load_settings
from journey_state.content import content_check
from journey_state.errors import JourneyError
from journey_state.stages import STAGES, UNSURE

_PYTHON = (sys.executable, "-W", "ignore", "-m")
_RASA = (*_PYTHON, "rasa")
STEPS: tuple[tuple[str, Sequence[str]], ...] = (
    ("lint", (*_PYTHON, "ruff", "check", ".")),
    ("types", (*_PYTHON, "mypy")),
    ("import contracts", (str(sys.executable).rpartition("/")[0] + "/lint-imports", "--no-cache")),
    ("Rasa data", (*_RASA, "data", "validate", "--data", "data/nlu", "data/rules", "data/responses")),
)


class UnknownIntentError(JourneyError):
    """An intent that no route answers."""


def check(out: Console) -> int:
    """Run every step, print what failed; returns 1 when anything did."""
    failed = [name for name, command in STEPS if not _run_step(name, command, out)]
    problems = content_check(load_settings().content_folder)
    out.print(*(problems or ["✓ content"]), sep="\n")
    if problems:
        failed.append("content")
    if failed:
        out.print(f"[red]failed: {', '.join(failed)}[/red]")
    return 1 if failed else 0


def print_routes(out: Console, intent: str | None) -> int:
    """Print intent × stage → actions; a stage whose route is the neutral one shows a dot. Raises UnknownIntentError."""
    found = read_routes(PROJECT)
    if intent not in (None, *found):
        near = ", ".join(get_close_matches(str(intent), found, 3)) or "`donghanh routes` lists all"
        raise UnknownIntentError(f"no rule in data/rules answers the intent {intent}; did you mean: {near}")
    table = Table(title="intent × stage → actions")
    for heading in ("intent", UNSURE, *(stage.value for stage in STAGES)):
        table.add_column(heading, overflow="fold")
    for name, row in sorted(found.items()):
        if intent in (None, name):
            neutral = row.get(UNSURE, "–")
            table.add_row(name, neutral, *("·" if row.get(stage.value, neutral) == neutral else row[stage.value] for stage in STAGES))
    wide = out if out.is_terminal else Console(file=out.file, width=max(out.width, 220))
    wide.print(table)
    return 0


def _run_step(name: str, command: Sequence[str], out: Console) -> bool:
    started = time.monotonic()
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    mark = "✓" if done.returncode == 0 else "[red]✗[/red]"
    out.print(f"{mark} {name} ({time.monotonic() - started:.0f} s)")
    if done.returncode != 0:
        print(done.stdout, done.stderr, sep="\n")
    return done.returncode == 0
