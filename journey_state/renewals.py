"""Renewals: how long a paid plan still runs, what a bigger one costs, and how long somebody has been a customer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from journey_state.errors import OrderNotOpenError
from journey_state.orders import REFUNDED, Order
from journey_state.periods import add_periods, days_until, local_date


class PlanState(str, Enum):
    """Where a paid plan stands."""

    RUNNING = "running"
    GRACE = "grace"
    SUSPENDED = "suspended"
    GONE = "gone"


@dataclass(frozen=True)
class RenewalTerms:
    """The content's terms: days a plan runs on unpaid, and days its data are kept after that."""

    grace_days: int
    data_kept_days: int


@dataclass(frozen=True)
class Proration:
    """A bigger plan in the middle of a paid period. amount: the price difference for the days left, in đồng."""

    days_left: int
    days_in_period: int
    amount: int


def assess_plan(order: Order, terms: RenewalTerms, now: datetime) -> PlanState:
    """Say whether a paid plan runs, is in its grace days, is suspended with its data kept, or is gone.

    Raises OrderNotOpenError when the order was never paid.
    """
    over_days = -days_until(_end_of(order), now)
    if now < _end_of(order):
        return PlanState.RUNNING
    if over_days <= terms.grace_days:
        return PlanState.GRACE
    return PlanState.SUSPENDED if over_days <= terms.grace_days + terms.data_kept_days else PlanState.GONE


def prorate_change(order: Order, old_price: int, new_price: int, now: datetime) -> Proration:
    """Work out what a bigger plan costs for the days that are left, today not counted.

    old_price, new_price: of one unit in the order's billing period, in đồng, both without or both with VAT.
    The change is for all the order's units. Rounded half up to a whole đồng. Raises OrderNotOpenError when the order was never paid,
    ValueError when the new plan is not dearer: a smaller plan starts at the next renewal.
    """
    if new_price < old_price:
        raise ValueError(f"the new price {new_price} is below {old_price}; a smaller plan starts at the next renewal")
    return prorate_addition(order, (new_price - old_price) * order.quantity, now)


def prorate_addition(order: Order, price: int, now: datetime) -> Proration:
    """Work out what something more costs for the days that are left of the period, today not counted.

    price: of a whole period, in đồng. Rounded half up to a whole đồng. Raises OrderNotOpenError when the order was never paid.
    """
    starts_at, ends_at = find_period(order)
    whole = (local_date(ends_at) - local_date(starts_at)).days
    left = min(max(days_until(ends_at, now), 0), whole)
    return Proration(left, whole, share_amount(price, left, whole))


def share_amount(amount: int, part: int, whole: int) -> int:
    """part/whole of a non-negative amount, rounded half up, in integers only."""
    return (2 * amount * part + whole) // (2 * whole)


def count_years(orders: Sequence[Order], now: datetime) -> int:
    """Full years since the person's first payment that was not given back; 0 for who never paid."""
    first = min((order.paid_at for order in orders if order.paid_at is not None and order.state != REFUNDED), default=None)
    years = 0
    while first is not None and add_periods(first, "year", years + 1) <= now:
        years += 1
    return years


def find_period(order: Order) -> tuple[datetime, datetime]:
    """Start and end of the paid period. Raises OrderNotOpenError when the order was never paid."""
    ends_at, starts_at, count = _end_of(order), order.paid_at, 1
    assert starts_at is not None
    while add_periods(order.paid_at or starts_at, order.billing_period, count) < ends_at:
        starts_at = add_periods(order.paid_at or starts_at, order.billing_period, count)
        count += 1
    return starts_at, ends_at


def _end_of(order: Order) -> datetime:
    if order.paid_at is None or order.renews_at is None:
        raise OrderNotOpenError(f"order {order.number} was never paid; there is no period to speak of")
    return order.renews_at
