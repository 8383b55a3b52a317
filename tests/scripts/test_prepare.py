"""Preparing a fresh clone: what is locked, and what a person reads when it cannot be fetched."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
UNREACHABLE = "http://127.0.0.1:9/simple"


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """The files that preparation reads, in a folder where nothing was prepared."""
    for name in ("Makefile", "pyproject.toml", "requirements.lock", ".python-version"):
        shutil.copy(PROJECT / name, tmp_path / name)
    shutil.copytree(PROJECT / "scripts", tmp_path / "scripts", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


@pytest.mark.slow
def test_machine_without_network_is_told_what_to_do(clone: Path) -> None:
    offline = {"PIP_INDEX_URL": UNREACHABLE, "PIP_RETRIES": "0", "PIP_NO_CACHE_DIR": "1", "PYTHON": sys.executable}
    done = subprocess.run(["make", "serve"], cwd=clone, env={**os.environ, **offline}, capture_output=True, text=True, check=False)

    assert done.returncode != 0
    assert re.search(r"▸ Installing uv [\d.]+ into .tools", done.stdout)
    assert "Check that this machine reaches the internet" in done.stderr
    assert "HTTPS_PROXY" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("name", ["requirements.lock", "scripts/tools.lock"])
def test_lock_names_version_and_hashes_of_every_package_and_no_address(name: str) -> None:
    packages = re.split(r"\n(?=[a-z])", re.sub(r"(?m)^\s*#.*\n", "", (PROJECT / name).read_text()))

    for package in packages:
        assert re.fullmatch(r"[a-z0-9.-]+==\S+( ;.*)? \\\n(\s+--hash=sha256:[0-9a-f]{64}( \\\n|\n*))+", package), package[:80]


def test_lock_holds_every_package_that_the_project_asks_for() -> None:
    declared = re.findall(r'^  "([A-Za-z0-9._-]+)', (PROJECT / "pyproject.toml").read_text().split("[project.scripts]")[0], re.MULTILINE)
    locked = set(re.findall(r"(?m)^([a-z0-9-]+)==", (PROJECT / "requirements.lock").read_text()))

    assert len(declared) > 20
    assert {name.lower().replace(".", "-").replace("_", "-") for name in declared} <= locked
