import numpy as np

from bot.nlu.calibration import KeptBack, calibrate
from bot.nlu.examples import Example


def kept_back(scores: list[list[float]], truth: list[str], previous: str | None = None) -> KeptBack:
    return KeptBack(("a", "b"), np.array(scores, dtype=np.float32), [Example("x", intent, previous) for intent in truth])


def test_scores_that_are_often_wrong_are_toned_down() -> None:
    honest = calibrate(kept_back([[1, 0]] * 10, ["a"] * 10), np.zeros((2, 2), dtype=np.float32))
    doubtful = calibrate(kept_back([[1, 0]] * 10, ["a"] * 6 + ["b"] * 4), np.zeros((2, 2), dtype=np.float32))
    assert doubtful.scale < honest.scale


def test_the_turn_before_gets_weight_when_it_tells() -> None:
    order = np.array([[0.0, 0.0], [-1.0, 1.0]], dtype=np.float32)
    telling = calibrate(kept_back([[0.1, 0]] * 10, ["b"] * 10, "b"), order)
    silent = calibrate(kept_back([[0.1, 0]] * 10, ["a"] * 10, "b"), order)
    assert telling.context > 0.5 and silent.context == 0.0


def test_asking_back_is_chosen_where_answers_would_mostly_be_wrong() -> None:
    asks = calibrate(kept_back([[0.1, 0]] * 10 + [[5, 0]] * 10, ["a", "b"] * 5 + ["a"] * 10), np.zeros((2, 2), dtype=np.float32))
    assert (asks.threshold, asks.margin) >= (0.0, 0.0)
