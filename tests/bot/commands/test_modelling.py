"""`donghanh models`: which model answers, and going back to an earlier one by one command."""

from __future__ import annotations

import os
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from bot.commands.modelling import list_all, use
from bot.model_files import ModelMissingError, choose_model
from bot.settings import Settings
from journey_state.migrate import migrate
from journey_state.store import JourneyStore


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """An installation with two models, 2 being the newest, whose database nobody made yet."""
    (tmp_path / "models").mkdir()
    for version in (1, 2):
        path = tmp_path / "models" / f"{version}.tar.gz"
        path.write_text("")
        os.utime(path, (1_770_000_000 + version, 1_770_000_000 + version))
    return Settings(var_folder=tmp_path, models_folder=tmp_path / "models")


def answering(settings: Settings) -> list[str]:
    """The listed model that answers."""
    out = Console(file=StringIO(), width=120)
    list_all(settings, out)
    assert isinstance(out.file, StringIO)
    return [line.split()[1] for line in out.file.getvalue().splitlines() if line.startswith("│") and "yes" in line]


@pytest.mark.parametrize(("choices", "expected"), [((), "2"), (("1",), "1"), (("1", "2"), "2"), (("1", "newest"), "2")])
def test_the_last_choice_answers(settings: Settings, choices: tuple[str, ...], expected: str) -> None:
    migrate(settings.database)
    for choice in choices:
        assert use(settings, choice, Console(file=StringIO())) == 0
    assert answering(settings) == [expected]
    assert choose_model(JourneyStore(settings.database), settings.models_folder).name == f"{expected}.tar.gz"


def test_a_model_that_is_not_there_is_not_chosen(settings: Settings) -> None:
    with pytest.raises(ModelMissingError, match="donghanh models list"):
        use(settings, "3", Console(file=StringIO()))
    assert answering(settings) == ["2"]
