"""Periods: calendar days and months as customers in Vietnam count them."""

from __future__ import annotations

from datetime import date, datetime, timezone

import pytest

from journey_state.periods import UnknownPeriodError, add_months, add_periods, days_until, format_date, format_moment, local_date
from tests.fixtures.journeys import NOW, later


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=timezone.utc)


def test_day_begins_at_midnight_in_vietnam() -> None:
    assert local_date(utc("2026-03-01T16:59")) == date(2026, 3, 1)
    assert local_date(utc("2026-03-01T17:00")) == date(2026, 3, 2)


@pytest.mark.parametrize("start, months, expected", [
    ("2026-03-02T09:00", 1, "2026-04-02T09:00"),
    ("2026-01-31T09:00", 1, "2026-02-28T09:00"),
    ("2026-01-31T09:00", 2, "2026-03-31T09:00"),
    ("2028-02-29T09:00", 12, "2029-02-28T09:00"),
    ("2026-12-15T09:00", 1, "2027-01-15T09:00"),
    # 1 February in Vietnam, still January in UTC.
    ("2026-01-31T18:00", 1, "2026-02-28T18:00"),
    ("2026-03-02T09:00", 0, "2026-03-02T09:00"),
])
def test_months_keep_the_day_where_the_month_has_it(start: str, months: int, expected: str) -> None:
    assert add_months(utc(start), months) == utc(expected)


def test_periods_counted_from_the_start_keep_the_last_day_of_the_month() -> None:
    start = utc("2026-01-31T09:00")

    assert [local_date(add_periods(start, "month", count)).day for count in (1, 2, 3)] == [28, 31, 30]
    assert add_periods(start, "year") == utc("2027-01-31T09:00")


def test_unknown_period_is_refused() -> None:
    with pytest.raises(UnknownPeriodError, match="use month or year"):
        add_periods(NOW, "week")


def test_days_until_count_calendar_days() -> None:
    assert days_until(later(hours=6), NOW) == 0  # 22:00 of the same day in Vietnam
    assert days_until(later(hours=9), NOW) == 1
    assert days_until(later(days=-3), NOW) == -3


def test_dates_are_written_as_each_language_does() -> None:
    assert format_date(NOW, "vi") == "02/03/2026"
    assert format_date(NOW, "en") == "2 March 2026"
    assert format_moment(NOW, "vi") == "16:00 ngày 02/03/2026"
    assert format_moment(NOW, "en") == "16:00 on 2 March 2026"
