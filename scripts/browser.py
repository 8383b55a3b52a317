"""The browser that tests drive: one that is installed, else fetched; also used by tests/fixtures/browsers.py."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from scripts.steps import has_program, is_root, run, say

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
SYSTEM_PACKAGES = ("chromium", "fonts-noto-core", "fonts-noto-color-emoji")
REMEDY = "install Chromium (Debian, Ubuntu: sudo apt-get install chromium), or name one: CHROMIUM=/path/to/chromium make test"


def find_chromium() -> Path | None:
    """The path of a Chromium that starts: CHROMIUM, then the system's, then Playwright's own; None when there is none."""
    for candidate in _candidates():
        if _is_running_program(candidate):
            return candidate
    return None


def ensure_browser(python: Path) -> None:
    """Fetch a Chromium unless there is one; without one say plainly that the browser tests will not run."""
    if find_chromium() is None:
        _install_by_system()
    if find_chromium() is None:
        _install_by_playwright(python)
    if find_chromium() is None:
        print(f"✗ No browser could be had: the tests marked `browser` will not run (in CI they fail).\n  To run them {REMEDY}")


def _candidates() -> Iterator[Path]:
    named = os.environ.get("CHROMIUM")
    if named:
        yield Path(named)
    yield from (Path(found) for found in map(shutil.which, PROGRAMS) if found)
    cache = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or Path.home() / ".cache" / "ms-playwright")
    yield from sorted(cache.glob("chromium-*/chrome-linux*/chrome"), reverse=True)
    yield from sorted(cache.glob("chromium-*/chrome-mac*/*.app/Contents/MacOS/*"), reverse=True)


def _is_running_program(path: Path) -> bool:
    # Ubuntu's chromium-browser may be a stub that only asks for a snap: a version is what a real one prints.
    try:
        done = subprocess.run([str(path), "--version"], capture_output=True, text=True, check=False, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0 and any(digit in done.stdout for digit in "0123456789")


def _install_by_system() -> None:
    if not (has_program("apt-get") and is_root()):
        return
    say("Installing Chromium and fonts from the system's packages, for the browser tests")
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    if run(["apt-get", "update", "-qq"], Path.cwd(), quiet) == 0:
        run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", *SYSTEM_PACKAGES], Path.cwd(), quiet)


def _install_by_playwright(python: Path) -> None:
    say("Fetching Playwright's own Chromium, for the browser tests")
    with_libraries = ["--with-deps"] if is_root() else []
    run([str(python), "-m", "playwright", "install", *with_libraries, "chromium"], Path.cwd())
