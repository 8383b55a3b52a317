from pathlib import Path

import pytest

from bot import model_files
from bot.model_files import is_model_current, is_understanding_current, write_note


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with one file of intents and one of rules."""
    for name in ("data/nlu", "data/rules"):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "x.yml").write_text("one", encoding="utf-8")
    whole = model_files.fingerprint_training_files
    monkeypatch.setattr(model_files, "fingerprint_training_files", lambda names=model_files.TRAINED_FROM: whole(tmp_path, names))
    return tmp_path


@pytest.mark.parametrize(("changed", "model", "understanding"), [
    ("data/rules/x.yml", False, True), ("data/nlu/x.yml", False, False), ("readme.md", True, True),
])
def test_a_note_tells_what_changed_since_training(project: Path, changed: str, model: bool, understanding: bool) -> None:
    trained = project / "1.tar.gz"
    trained.touch()
    write_note(trained, model_files.fingerprint_training_files())
    (project / changed).write_text("two", encoding="utf-8")
    assert (is_model_current(project), is_understanding_current(project)) == (model, understanding)


def test_without_a_model_nothing_is_current(project: Path) -> None:
    assert not is_model_current(project) and not is_understanding_current(project)
