import numpy as np
import pytest

from bot.nlu.stage_scores import mark_first_turns, measure_ece, score_beliefs

TRUTH = np.array([0, 1, 1, 2, 3, 3])
FIRST = mark_first_turns([4, 2])


def believe(*chosen: int, confidence: float = 1.0) -> np.ndarray:
    beliefs = np.full((len(chosen), 6), (1 - confidence) / 5)
    beliefs[np.arange(len(chosen)), chosen] = confidence
    return beliefs


def test_first_turns_are_marked() -> None:
    assert FIRST.tolist() == [True, False, False, False, True, False]


@pytest.mark.parametrize("chosen, accuracy, change, false_changes", [
    ((0, 1, 1, 2, 3, 3), 1.0, 1.0, 0.0),
    ((0, 0, 0, 0, 3, 3), 0.5, 0.0, 0.0),
    ((0, 1, 4, 2, 3, 4), 4 / 6, 1.0, 100.0),
    ((1, 1, 1, 2, 3, 3), 5 / 6, 1.0, 0.0),
])
def test_scores_count_turns_changes_and_false_changes(
    chosen: tuple[int, ...], accuracy: float, change: float, false_changes: float
) -> None:
    scores = score_beliefs(believe(*chosen), TRUTH, FIRST)
    assert scores.accuracy == pytest.approx(accuracy) and scores.turns == 6
    assert (scores.change_accuracy, scores.false_changes_per_100) == (change, false_changes)


def test_calibration_error_is_the_gap_between_confidence_and_truth() -> None:
    is_right = np.array([True, True, True, False])
    assert measure_ece(np.full(4, 0.75), is_right) == pytest.approx(0.0)
    assert measure_ece(np.full(4, 0.95), is_right) == pytest.approx(0.2)
    assert measure_ece(np.array([1.0, 1.0]), np.array([True, True])) == pytest.approx(0.0)
