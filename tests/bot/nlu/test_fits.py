from __future__ import annotations

import fcntl
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bot.model_files import LOCK
from bot.nlu import fits
from bot.nlu.ahead import fit_ahead
from bot.nlu.examples import Example, load_conversation_examples, load_nlu_examples
from bot.nlu.fits import INTENTS, STAGES, use_ahead, write_intents, write_stages
from bot.nlu.stage_examples import load_conversations
from bot.nlu.stage_training import StageSettings

TAUGHT = {
    "ask_price": ["gói M giá bao nhiêu", "VPS 2 bao nhiêu tiền một tháng", "cho hỏi giá email", "hosting giá sao em", "bảng giá đâu"],
    "report_outage": ["web không vào được", "trang bị lỗi 502", "mail không gửi được", "website chậm quá", "server sập rồi"],
    "greet": ["chào shop", "alo em ơi", "xin chào", "hi shop", "chào buổi sáng"],
}
TOLD = [[("giá gói L bao nhiêu", "consideration", "ask_price"), ("trang web bị lỗi", "service", "report_outage")],
        [("chào em", "awareness", "greet"), ("hosting bao nhiêu tiền", "consideration", "ask_price")]] * 5


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small project's data."""
    root = tmp_path_factory.mktemp("project")
    (root / "data" / "nlu").mkdir(parents=True)
    (root / "data" / "stages").mkdir()
    for intent, texts in TAUGHT.items():
        lines = "".join(f"    - {text}\n" for text in texts)
        (root / "data" / "nlu" / f"{intent}.yml").write_text(f"nlu:\n- intent: {intent}\n  examples: |\n{lines}", encoding="utf-8")
    rows = [{"id": f"c{number}", "turns": [dict(zip(("text", "stage", "intent"), turn, strict=True)) for turn in turns]}
            for number, turns in enumerate(TOLD)]
    (root / "data" / "stages" / "x.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return root


@pytest.fixture(scope="module")
def ahead(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a process that fitted ahead left."""
    folder = tmp_path_factory.mktemp("ahead")
    (folder / LOCK).touch()
    with ThreadPoolExecutor(1) as pool:
        fit_ahead([project / "data" / "nlu"], project / "data" / "stages", folder, pool)
    return folder


@pytest.fixture(autouse=True)
def nothing_ahead(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(fits, "_folders", [])
    yield


def write_both(project: Path, target: Path, settings: StageSettings | None = None) -> dict[str, bytes]:
    """What training leaves in both components' folders."""
    data = project / "data"
    examples, told = load_nlu_examples(data / "nlu"), load_conversation_examples(data / "stages")
    for name in (INTENTS, STAGES):
        (target / name).mkdir(parents=True)
    write_intents([*examples, *told], target / INTENTS)
    write_stages(examples, load_conversations(data / "stages"), settings or StageSettings(), target / STAGES)
    return read_files(target)


def read_files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.suffix in (".json", ".npz")}


def test_the_same_data_gives_the_same_files_byte_by_byte_here_and_ahead(project: Path, ahead: Path, tmp_path: Path) -> None:
    here, again = write_both(project, tmp_path / "here"), write_both(project, tmp_path / "again")
    assert len(here) == 7 and here == again
    assert here == read_files(ahead)


def test_files_fitted_ahead_from_the_same_material_are_taken_over(project: Path, ahead: Path, tmp_path: Path,
                                                                 monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fits, "share_intents", None)  # whoever fits again fails
    monkeypatch.setattr(fits, "train_stages", None)
    use_ahead(ahead)
    assert write_both(project, tmp_path) == read_files(ahead)


def test_files_fitted_from_other_material_are_not(project: Path, ahead: Path, tmp_path: Path) -> None:
    use_ahead(ahead)
    others = [Example(f"{text} {n}", intent) for text, intent in (("chào", "greet"), ("giá", "ask_price")) for n in range(8)]
    write_intents(others, tmp_path)
    assert json.loads((tmp_path / "intents.json").read_text())["labels"] == ["ask_price", "greet"]
    other = write_both(project, tmp_path / "stages", StageSettings(return_days=7.0))
    assert json.loads(other["stages/stages.json"])["return_days"] == 7.0


def test_a_process_that_failed_leaves_nothing_to_take_over(project: Path, ahead: Path, tmp_path: Path) -> None:
    (tmp_path / "dead").mkdir()
    (tmp_path / "dead" / LOCK).touch()
    use_ahead(tmp_path / "dead")
    assert write_both(project, tmp_path / "here") == read_files(ahead)


def test_files_are_taken_over_only_when_the_other_process_is_done(ahead: Path, project: Path, tmp_path: Path) -> None:
    use_ahead(ahead)
    data = project / "data"
    examples = [*load_nlu_examples(data / "nlu"), *load_conversation_examples(data / "stages")]
    with (ahead / LOCK).open() as lock, ThreadPoolExecutor(1) as pool:
        fcntl.flock(lock, fcntl.LOCK_EX)
        writing = pool.submit(write_intents, examples, tmp_path)
        assert not any(tmp_path.iterdir())
        fcntl.flock(lock, fcntl.LOCK_UN)
        writing.result()
    assert (tmp_path / "intents.npz").exists()
