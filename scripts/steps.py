"""What every preparing step does: say what it is doing, run a program, fail with a remedy."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path


class PrepareError(Exception):
    """A step failed; the message says what to do."""


def say(what: str) -> None:
    """Print what is being done now."""
    print(f"▸ {what} …", flush=True)


def run(command: Sequence[str], folder: Path, added: Mapping[str, str] | None = None) -> int:
    """Run a program whose output the person sees; returns its exit code, 127 when there is no such program."""
    try:
        return subprocess.run(command, cwd=folder, env={**os.environ, **(added or {})}, check=False).returncode
    except OSError as error:
        print(error)
        return 127


def has_program(name: str) -> bool:
    """True when a program is on PATH."""
    return shutil.which(name) is not None


def is_root() -> bool:
    """True when system packages may be installed without asking for a password."""
    return os.geteuid() == 0
