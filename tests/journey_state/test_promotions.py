"""Which codes an order may use."""

from __future__ import annotations

from datetime import date

import pytest

from journey_state.content import get_content
from journey_state.promotions import Basket, find_best_promotion, is_usable

DAY = date(2026, 11, 22)


@pytest.mark.parametrize("code, plan, period, is_first, quantity, is_allowed", [
    ("SENMOI", "hosting-m", "year", True, 1, True),
    ("SENMOI", "hosting-m", "month", True, 1, False),
    ("SENMOI", "hosting-m", "year", False, 1, False),
    ("SENMOI", "vps-2", "year", True, 1, False),
    ("VPS20", "vps-2", "month", False, 1, True),
    ("MAILTEAM", "email-pro", "month", False, 4, False),
    ("MAILTEAM", "email-pro", "month", False, 5, True),
    ("SHOP50K", "hosting-m", "month", True, 1, False),
    ("SHOP50K", "hosting-m", "year", True, 1, True),
    ("TET2026", "hosting-m", "year", True, 1, False),
    ("SENMOI", "hosting-free", "year", True, 1, False),
])
def test_code_counts_only_for_what_it_is_made_for(
    code: str, plan: str, period: str, is_first: bool, quantity: int, is_allowed: bool,
) -> None:
    content = get_content()

    assert is_usable(content.promotions[code], Basket(content.plan(plan), period, DAY, is_first, quantity)) is is_allowed


@pytest.mark.parametrize("plan, period, is_first, best", [
    ("hosting-m", "year", True, "SENMOI"), ("hosting-l", "month", True, "SHOP50K"), ("vps-1", "month", True, None),
    ("hosting-m", "year", False, None),
])
def test_best_code_takes_most_off(plan: str, period: str, is_first: bool, best: str | None) -> None:
    content = get_content()
    found = find_best_promotion(content.promotions.values(), Basket(content.plan(plan), period, DAY, is_first))

    assert (found.code if found else None) == best


@pytest.mark.parametrize("day, is_valid", [(date(2026, 2, 28), True), (date(2026, 3, 1), False), (date(2026, 1, 14), False)])
def test_code_counts_from_its_first_to_its_last_day(day: date, is_valid: bool) -> None:
    content = get_content()

    assert is_usable(content.promotions["TET2026"], Basket(content.plan("vps-2"), "year", day, False)) is is_valid
