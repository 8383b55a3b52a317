"""`donghanh check` and `donghanh routes`: what fails is named, and every intent has its row."""

from __future__ import annotations

import sys
from io import StringIO

import pytest
from rich.console import Console

from bot.commands import checking
from bot.commands.checking import UnknownIntentError, check, print_routes

PASSES, FAILS = (sys.executable, "-c", "pass"), (sys.executable, "-c", "print('line 3: no'); raise SystemExit(1)")


@pytest.fixture
def out() -> Console:
    """A terminal that keeps what is printed."""
    return Console(file=StringIO(), width=240)


def printed(out: Console) -> str:
    assert isinstance(out.file, StringIO)
    return out.file.getvalue()


@pytest.mark.parametrize(("steps", "code"), [((("lint", PASSES),), 0), ((("lint", PASSES), ("types", FAILS)), 1)])
def test_a_step_that_fails_fails_the_check(
    out: Console, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], steps: object, code: int
) -> None:
    monkeypatch.setattr(checking, "STEPS", steps)
    assert check(out) == code
    assert "✓ lint" in printed(out) and "✓ content" in printed(out)
    assert ("failed: types" in printed(out)) == ("line 3: no" in capsys.readouterr().out) == bool(code)


def test_an_intents_row_shows_where_the_stage_decides(out: Console) -> None:
    assert print_routes(out, "ask_price") == 0
    assert "action_answer_own_price" in printed(out) and "ask_reviews" not in printed(out)


def test_an_unknown_intent_is_refused_with_the_likeliest(out: Console) -> None:
    with pytest.raises(UnknownIntentError, match="start_trial"):
        print_routes(out, "start_trail")
