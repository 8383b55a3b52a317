"""The command line: every mistake is answered with its remedy, exit code 2 and no trace; who needs no Rasa does not wait for it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from bot.cli import run
from bot.settings import PROJECT, child_environment

COMMANDS = (
    ("serve",), ("train",), ("check",), ("routes",), ("seed",), ("evaluate",), ("backup",), ("restore",),
    ("models", "list"), ("models", "use"), ("staff", "add"), ("staff", "list"), ("staff", "disable"),
)


@pytest.fixture(autouse=True)
def _place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing here touches the project's own database or models."""
    monkeypatch.setenv("DONGHANH_VAR_FOLDER", str(tmp_path / "var"))
    monkeypatch.setenv("DONGHANH_MODELS_FOLDER", str(tmp_path / "models"))


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_explains_itself(command: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*command, "--help"]) == 0
    assert f"Usage: donghanh {' '.join(command)}" in capsys.readouterr().out


@pytest.mark.parametrize(("arguments", "said"), [
    (["serv"], 'Did you mean "serve"'),
    (["serve", "--port", "99999"], "65535"),
    (["seed", "--contacts", "0"], ">= 1"),
    (["seed"], "run `donghanh train`"),
    (["evaluate", "nothing.jsonl"], "name a .jsonl file"),
    (["models", "list"], "run `donghanh train`"),
    (["models", "use", "0"], "`donghanh models list`"),
    (["routes", "--intent", "ask_prize"], "did you mean: ask_price"),
    (["staff", "add", "lan", "--name", "Lan", "--password", "mật khẩu dài"], "lan"),
    (["staff", "disable", "nobody@x.vn"], "nobody@x.vn"),
    (["backup", "saved"], "nothing to back up yet"),
    (["restore", "nowhere"], "name a folder that `donghanh backup` wrote"),
])
def test_wrong_input_is_answered_with_its_remedy(arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(arguments) == 2
    printed = capsys.readouterr()
    assert said in printed.err and printed.out == ""


def test_wrong_settings_are_told_all_at_once(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    for name, value in (("PORT", "many"), ("PUBLIC_URL", "chat.vn [bold]"), ("LOG_DAYS", "0"), ("COLOR", "red")):
        monkeypatch.setenv(f"DONGHANH_{name}", value)
    assert run(["staff", "list"]) == 2
    said = capsys.readouterr().err
    for part in ("DONGHANH_PORT", "chat.vn [bold]", "DONGHANH_LOG_DAYS", "DONGHANH_COLOR is not a setting"):
        assert part in said


@pytest.mark.parametrize(("url", "said"), [
    ("postgresql://nobody:hunter2@127.0.0.1:1/nowhere", "start it, correct DONGHANH_DATABASE_URL"),
    ("mysql://root:hunter2@db/x", "postgresql://user:password@host/name"),
])
def test_a_database_that_cannot_be_used_is_named_without_its_password(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], url: str, said: str
) -> None:
    monkeypatch.setenv("DONGHANH_DATABASE_URL", url)
    assert run(["staff", "list"]) == 2
    printed = capsys.readouterr().err
    assert said in printed and "hunter2" not in printed


def test_commands_that_need_no_rasa_do_not_load_it() -> None:
    program = "import sys; from bot.cli import run; run(['--help']); run(['staff', 'list']); print('rasa' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], cwd=PROJECT, env=child_environment(), capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "False"


@pytest.mark.slow
def test_libraries_say_nothing_of_their_own_at_start() -> None:
    command = [sys.executable, "-m", "bot.cli", "evaluate", "nothing.jsonl"]
    done = subprocess.run(command, cwd=PROJECT, env=child_environment(), capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)
