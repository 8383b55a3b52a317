"""The browser for tests is the one that is named, else one that really starts."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts.browser import find_chromium


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine without any browser; its programs are what a test puts into the folder."""
    programs = tmp_path / "bin"
    programs.mkdir()
    monkeypatch.setenv("PATH", str(programs))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.delenv("PLAYWRIGHT_BROWSERS_PATH", raising=False)
    return programs


def write_program(path: Path, body: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    return path


def test_machine_without_browser_has_none(machine: Path) -> None:
    assert find_chromium() is None


@pytest.mark.parametrize("name", ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"])
def test_installed_browser_is_found_by_any_of_its_names(machine: Path, name: str) -> None:
    program = write_program(machine / name, "echo Chromium 156.0")

    assert find_chromium() == program


@pytest.mark.parametrize("body", ["echo install the snap", "exit 1", "echo Chromium 156.0; exit 1"])
def test_stub_that_only_looks_like_a_browser_is_passed_over(machine: Path, body: str) -> None:
    write_program(machine / "chromium", body)
    real = write_program(machine / "google-chrome", "echo Google Chrome 156.0")

    assert find_chromium() == real


def test_named_browser_comes_first(machine: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_program(machine / "chromium", "echo Chromium 156.0")
    named = write_program(tmp_path / "my browser", "echo Chromium 157.0")
    monkeypatch.setenv("CHROMIUM", str(named))

    assert find_chromium() == named


def test_named_browser_that_is_not_there_does_not_hide_the_installed_one(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    installed = write_program(machine / "chromium", "echo Chromium 156.0")
    monkeypatch.setenv("CHROMIUM", "/none/chromium")

    assert find_chromium() == installed


def test_newest_browser_that_playwright_fetched_is_the_last_resort(machine: Path, tmp_path: Path) -> None:
    folder = tmp_path / ".cache" / "ms-playwright"
    write_program(folder / "chromium-1100" / "chrome-linux" / "chrome", "echo Chromium 130.0")
    newest = write_program(folder / "chromium-1200" / "chrome-linux64" / "chrome", "echo Chromium 140.0")

    assert find_chromium() == newest
