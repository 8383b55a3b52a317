"""Refunds: the first order, inside of its window, once."""

from __future__ import annotations

from datetime import datetime

import pytest

from journey_state.errors import OrderNotOpenError
from journey_state.orders import Order
from journey_state.periods import add_periods
from journey_state.refunds import RefundReason, assess_refund
from tests.fixtures.journeys import NOW, later


def order(paid_at: datetime | None = NOW, state: str = "paid", amount: int = 128_520) -> Order:
    renews_at = None if paid_at is None else add_periods(paid_at, "month")
    return Order("DH-2001", "contact", "hosting-m", "month", amount, "VND", state, NOW, paid_at, renews_at, None, None)


@pytest.mark.parametrize("days, reason, left", [
    (0, RefundReason.OPEN, 30), (29, RefundReason.OPEN, 1), (30, RefundReason.OPEN, 0), (31, RefundReason.TOO_LATE, 0),
])
def test_first_order_is_refunded_within_its_window(days: int, reason: RefundReason, left: int) -> None:
    first = order()
    decision = assess_refund(first, [first], 30, later(days=days))

    assert (decision.reason, decision.days_left, decision.is_eligible) == (reason, left, reason is RefundReason.OPEN)
    assert decision.last_day_at == later(days=30)


def test_only_the_first_paid_order_is_refunded() -> None:
    first, second, free = order(), order(later(days=3)), order(later(days=-9), amount=0)

    assert assess_refund(second, [second, first], 30, later(days=4)).reason is RefundReason.NOT_FIRST
    assert assess_refund(first, [second, first, free, order(None, state="placed")], 30, later(days=4)).is_eligible


def test_refunded_order_is_not_refunded_again() -> None:
    again = order(state="refunded")

    assert assess_refund(again, [again], 30, NOW).reason is RefundReason.ALREADY_REFUNDED


def test_unpaid_order_has_nothing_to_give_back() -> None:
    with pytest.raises(OrderNotOpenError, match="never paid"):
        assess_refund(order(None, state="placed"), [], 30, NOW)
