"""Scores of an evaluation, on predictions small enough to count by hand."""

from __future__ import annotations

import pytest

from bot.evaluation import LabelledTurn, Prediction
from bot.scores import score


def row(index: int, stages: tuple[str, str], before: str | None, intents: tuple[str, str] = ("greet", "greet")) -> Prediction:
    return Prediction(
        conversation_id="c", index=index, language="vi", expected=LabelledTurn("…", stages[0], intents[0]), expected_before=before,
        intent=intents[1], stage=stages[1], probabilities={stages[1]: 0.75}, latency_ms=10.0 * (index + 1),
    )


PREDICTIONS = [
    row(0, ("awareness", "awareness"), None),
    row(1, ("decision", "consideration"), "awareness"),
    row(2, ("decision", "decision"), "decision", ("out_of_scope", "greet")),
    row(3, ("service", "service"), "decision", ("out_of_scope", "out_of_scope")),
]


def test_stage_scores_count_changes_apart() -> None:
    stage = score(PREDICTIONS)["stage"]
    assert stage["accuracy"] == 0.75
    assert stage["change_accuracy"] == 0.5
    assert stage["false_changes_per_100"] == 100.0
    assert stage["ece"] == pytest.approx(0.0)
    assert stage["per_stage"]["decision"] == {"precision": 1.0, "recall": 0.5, "f1": 0.6667, "support": 2}


def test_intent_scores_show_out_of_scope() -> None:
    intent = score(PREDICTIONS)["intent"]
    assert intent["accuracy"] == 0.75
    assert intent["out_of_scope"] == {"precision": 1.0, "recall": 0.5, "f1": 0.6667, "support": 2}


def test_the_report_has_languages_and_latency() -> None:
    report = score(PREDICTIONS)
    assert report["turns"] == 4
    assert list(report["by_language"]) == ["vi"]
    assert report["latency_ms"]["p50"] == 25.0


def test_unlabelled_turns_give_no_score() -> None:
    bare = Prediction("c", 0, "en", LabelledTurn("hi", None, None), None, "greet", "awareness", {}, 1.0)
    report = score([bare])
    assert report["stage"]["accuracy"] is None
    assert report["intent"]["macro_f1"] is None
