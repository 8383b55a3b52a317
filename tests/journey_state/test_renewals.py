"""Renewals: how long a plan runs, and what a bigger one costs, to the đồng."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timezone
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journey_state.errors import OrderNotOpenError
from journey_state.orders import Order
from journey_state.periods import add_periods, local_date
from journey_state.renewals import (
    PlanState,
    RenewalTerms,
    assess_plan,
    count_years,
    find_period,
    prorate_change,
    share_amount,
)
from tests.fixtures.journeys import NOW, later

TERMS = RenewalTerms(grace_days=7, data_kept_days=30)


def order(paid_at: datetime | None = NOW, period: str = "month", state: str = "paid", amount: int = 128_520) -> Order:
    renews_at = None if paid_at is None else add_periods(paid_at, period)
    return Order("DH-2001", "contact", "hosting-m", period, amount, "VND", state, NOW, paid_at, renews_at, None, None)


@pytest.mark.parametrize("days, state", [
    (0, PlanState.RUNNING), (30, PlanState.RUNNING), (31, PlanState.GRACE), (38, PlanState.GRACE),
    (39, PlanState.SUSPENDED), (68, PlanState.SUSPENDED), (69, PlanState.GONE), (900, PlanState.GONE),
])
def test_plan_runs_then_waits_then_stops_then_goes(days: int, state: PlanState) -> None:
    assert assess_plan(order(), TERMS, later(days=days)) is state  # paid on 2 March, renews on 2 April


@pytest.mark.parametrize("days, left, amount", [
    # Hosting M to Hosting L, 120.000đ a month more, in a period of 31 days.
    (0, 31, 120_000), (1, 30, 116_129), (15, 16, 61_935), (30, 1, 3_871), (31, 0, 0), (60, 0, 0),
])
def test_upgrade_costs_the_difference_for_the_days_left(days: int, left: int, amount: int) -> None:
    change = prorate_change(order(), 119_000, 239_000, later(days=days))

    assert (change.days_left, change.days_in_period, change.amount) == (left, 31, amount)


def test_upgrade_of_many_seats_costs_as_many_times() -> None:
    assert prorate_change(replace(order(), quantity=5), 119_000, 239_000, later(days=15)).amount == 309_677


def test_smaller_plan_is_not_prorated() -> None:
    with pytest.raises(ValueError, match="next renewal"):
        prorate_change(order(), 239_000, 119_000, NOW)


@given(amount=st.integers(0, 10**9), whole=st.integers(1, 366), data=st.data())
def test_share_is_the_exact_fraction_rounded_half_up(amount: int, whole: int, data: st.DataObject) -> None:
    part = data.draw(st.integers(0, whole))
    exact = Fraction(amount * part, whole)

    share = share_amount(amount, part, whole)

    assert Fraction(-1, 2) <= exact - share < Fraction(1, 2)
    assert 0 <= share <= amount


@given(amount=st.integers(0, 10**9), whole=st.integers(1, 366), data=st.data())
def test_days_used_and_days_left_make_the_whole_price(amount: int, whole: int, data: st.DataObject) -> None:
    part = data.draw(st.integers(0, whole))

    assert share_amount(amount, part, whole) + share_amount(amount, whole - part, whole) - amount in (0, 1)


@given(
    paid_at=st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(timezone.utc)),
    period=st.sampled_from(["month", "year"]), count=st.integers(1, 40),
)
def test_period_is_the_last_one_before_the_renewal(paid_at: datetime, period: str, count: int) -> None:
    renewed = Order("DH-1", "c", "p", period, 1, "VND", "paid", paid_at, paid_at, add_periods(paid_at, period, count), None, None)

    starts_at, ends_at = find_period(renewed)

    assert ends_at == renewed.renews_at
    assert starts_at == (paid_at if count == 1 else add_periods(paid_at, period, count - 1))
    assert (local_date(ends_at) - local_date(starts_at)).days in ((28, 29, 30, 31) if period == "month" else (365, 366))


@pytest.mark.parametrize("days, years", [(0, 0), (364, 0), (365, 1), (730, 1), (731, 2), (1096, 3), (4000, 10)])
def test_years_are_full_ones_since_the_first_payment(days: int, years: int) -> None:
    assert count_years([order(later(days=900)), order()], later(days=days)) == years


def test_who_never_paid_or_got_the_money_back_counts_no_years() -> None:
    assert count_years([order(None, state="placed"), order(state="refunded")], later(days=4000)) == 0


def test_unpaid_order_has_no_period() -> None:
    unpaid = order(None, state="placed")
    for ask in (lambda: assess_plan(unpaid, TERMS, NOW), lambda: prorate_change(unpaid, 1, 2, NOW)):
        with pytest.raises(OrderNotOpenError, match="never paid"):
            ask()
