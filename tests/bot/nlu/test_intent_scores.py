import pytest

from bot.nlu.intent_model import Ranking
from bot.nlu.intent_scores import compare_rankings


def ranking(best: str, second: str, chance: float = 0.8) -> Ranking:
    return Ranking(((best, chance), (second, 1 - chance)), is_sure=chance > 0.6)


def test_scores_count_what_was_right() -> None:
    found = compare_rankings([ranking("a", "b"), ranking("a", "b"), ranking("b", "a", 0.55), ranking("b", "a")], ["a", "b", "b", "b"])
    assert (found.n, found.accuracy, found.first_two, found.sure_ratio) == (4, 0.75, 1.0, 0.75)
    assert found.confusions == ((("b", "a"), 1),)
    assert found.macro_f1 == pytest.approx((2 / 3 + 4 / 5) / 2)


def test_the_calibration_error_is_the_gap_between_chance_and_truth() -> None:
    assert compare_rankings([ranking("a", "b")] * 5, ["a", "a", "a", "a", "b"]).ece == pytest.approx(0.0)
    assert compare_rankings([ranking("a", "b")] * 5, ["b"] * 5).ece == pytest.approx(0.8)


def test_nothing_scores_nothing() -> None:
    assert compare_rankings([], []).accuracy == 0.0
