import numpy as np

from bot.nlu.calibration import KeptBack, calibrate
from bot.nlu.intent_model import Floats

SILENT = np.zeros((2, 2), dtype=np.float32)


def kept_back(scores: list[list[float]], truth: list[int], follow: Floats = SILENT, before: int = -1) -> KeptBack:
    return KeptBack(np.array(scores, dtype=np.float32), follow, np.array(truth), np.full(len(truth), before))


def test_scores_that_are_often_wrong_are_toned_down() -> None:
    honest = calibrate([kept_back([[1, 0]] * 10, [0] * 10)])
    doubtful = calibrate([kept_back([[1, 0]] * 10, [0] * 6 + [1] * 4)])
    assert doubtful.scale < honest.scale


def test_the_turn_before_gets_weight_when_it_tells() -> None:
    order = np.array([[0.0, 0.0], [-1.0, 1.0]], dtype=np.float32)
    telling = calibrate([kept_back([[0.1, 0]] * 10, [1] * 10, order, 1)])
    silent = calibrate([kept_back([[0.1, 0]] * 10, [0] * 10, order, 1)])
    assert telling.context > 0.5 and silent.context == 0.0


def test_what_several_trials_kept_back_counts_together() -> None:
    right, wrong = kept_back([[1, 0]] * 10, [0] * 10), kept_back([[1, 0]] * 10, [1] * 10)
    assert calibrate([right, wrong]).scale < calibrate([right, right]).scale


def test_asking_back_is_chosen_where_answers_would_mostly_be_wrong() -> None:
    asks = calibrate([kept_back([[0.1, 0]] * 10 + [[5, 0]] * 10, [0, 1] * 5 + [0] * 10)])
    assert (asks.threshold, asks.margin) >= (0.0, 0.0)
