"""Refunds: whether the money-back window of an order is open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from journey_state.errors import OrderNotOpenError
from journey_state.orders import REFUNDED, Order
from journey_state.periods import days_until


class RefundReason(str, Enum):
    """Why money goes back, or why not."""

    OPEN = "open"
    TOO_LATE = "too_late"
    NOT_FIRST = "not_first"
    ALREADY_REFUNDED = "already_refunded"


@dataclass(frozen=True)
class RefundDecision:
    """Whether the money-back window is open. last_day_at: a moment of its last day; days_left: 0 on that day."""

    reason: RefundReason
    last_day_at: datetime
    days_left: int

    @property
    def is_eligible(self) -> bool:
        """True while the money can go back."""
        return self.reason is RefundReason.OPEN


def assess_refund(order: Order, orders: Sequence[Order], refund_days: int, now: datetime) -> RefundDecision:
    """Say whether the money of a paid order goes back: the person's first one, inside of its window.

    orders: all of the person's. refund_days: of the product; the last day counts whole.
    Raises OrderNotOpenError when the order was never paid.
    """
    if order.paid_at is None:
        raise OrderNotOpenError(f"order {order.number} was never paid; cancel it instead")
    last = order.paid_at + timedelta(days=refund_days)
    days_left = days_until(last, now)
    return RefundDecision(_find_reason(order, orders, days_left), last, max(days_left, 0))


def _find_reason(order: Order, orders: Sequence[Order], days_left: int) -> RefundReason:
    if order.state == REFUNDED:
        return RefundReason.ALREADY_REFUNDED
    earliest = min((other.paid_at for other in orders if other.paid_at is not None and other.amount > 0), default=order.paid_at)
    if order.paid_at != earliest:
        return RefundReason.NOT_FIRST
    return RefundReason.OPEN if days_left >= 0 else RefundReason.TOO_LATE
