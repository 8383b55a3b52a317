from pathlib import Path

import pytest

from bot.nlu.comparison import CHANCE, Difference, compare_models, load_models, sign_test

TESTS = Path(__file__).parents[2]


def texts(amount: int, kind: str) -> tuple[str, ...]:
    return tuple(f"{kind} {number}" for number in range(amount))


@pytest.mark.parametrize(("gained", "lost", "total", "is_worse"), [
    (0, 0, 100, False), (5, 5, 100, False), (5, 0, 100, False), (0, 1, 100, False), (0, 2, 100, True), (3, 4, 1000, False),
    (0, 5, 10_000, True), (10, 14, 10_000, False), (2, 12, 10_000, True),
])
def test_a_loss_beyond_tolerance_or_chance_is_worse(gained: int, lost: int, total: int, is_worse: bool) -> None:
    assert Difference("en", total, texts(gained, "gained"), texts(lost, "lost")).is_worse is is_worse


def test_chance_is_that_of_a_coin() -> None:
    assert sign_test(0, 0) == 1.0 and sign_test(1, 0) == 0.5 and sign_test(2, 1) == 0.5
    assert sign_test(5, 0) < CHANCE < sign_test(4, 0)


@pytest.mark.slow
def test_a_model_is_not_worse_than_itself(model_path: Path) -> None:
    models = load_models(model_path)
    differences = compare_models(models, models, TESTS)
    assert [item.name for item in differences] == ["vi", "vi without diacritics", "vi noisy", "en", "stage"]
    assert all(item.total > 150 and not item.gained and not item.lost and not item.is_worse for item in differences)
