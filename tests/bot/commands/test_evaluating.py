"""`donghanh evaluate`: bad rows cost no waiting, and stdout holds the result and nothing else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.cli import run

ROWS = (
    {"id": "a", "language": "vi", "channel": "website", "turns": [
        {"text": "gói hosting M giá bao nhiêu", "stage": "consideration", "intent": "ask_price"}, {"text": "cảm ơn bạn"}]},
    {"text": "hello\u2028there", "language": "en", "intent": "greet"},
)


def write(folder: Path, *lines: str) -> str:
    path = folder / "rows.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8")
    return str(path)


@pytest.mark.parametrize(("line", "said"), [
    ('{"language": "vi", "turns": [{"text": "a", "stage": "purchase"}]}', 'field "turns[0].stage" is \'purchase\'; write one of awareness'),
    ('{"language": "vi", "text"', "write one JSON object on the line"),
])
def test_a_bad_row_is_named_by_file_line_field_and_remedy(
    tmp_path: Path, line: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write(tmp_path, json.dumps(ROWS[1]), line)
    assert run(["evaluate", path, "--json"]) == 2
    printed = capsys.readouterr()
    assert printed.err.startswith(f"{path}:2: ") and said in printed.err and printed.out == ""


def test_what_is_no_text_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "rows.jsonl").write_bytes(b"\xff\xfe")
    assert run(["evaluate", str(tmp_path / "rows.jsonl")]) == 2
    assert "save the file as UTF-8" in capsys.readouterr().err


@pytest.mark.slow
def test_results_are_one_object_on_stdout_and_a_row_a_turn_in_a_file(
    tmp_path: Path, model_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DONGHANH_MODELS_FOLDER", str(model_path.parent))
    rows, predictions = write(tmp_path, *(json.dumps(row, ensure_ascii=False) for row in ROWS)), tmp_path / "predictions.jsonl"
    assert run(["evaluate", rows, "--json", "--predictions", str(predictions)]) == 0
    printed = capsys.readouterr()
    report = json.loads(printed.out)
    assert (report["turns"], printed.err, printed.out.count("\n")) == (3, "", 1)
    assert set(report) == {"turns", "stage", "intent", "by_language", "latency_ms"}
    played = [json.loads(line) for line in predictions.read_text(encoding="utf-8").split("\n")[:-1]]
    assert [row["intent"] for row in played][::2] == ["ask_price", "greet"]
    assert all(abs(sum(row["probabilities"].values()) - 1) < 0.01 for row in played)

    assert run(["evaluate", rows, "--predictions", str(tmp_path / "nowhere" / "x")]) == 2
    assert "cannot be written" in capsys.readouterr().err


@pytest.mark.slow
def test_without_json_a_table_is_printed(
    tmp_path: Path, model_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DONGHANH_MODELS_FOLDER", str(model_path.parent))
    assert run(["evaluate", write(tmp_path, json.dumps(ROWS[0]))]) == 0
    assert "intent accuracy" in capsys.readouterr().out
