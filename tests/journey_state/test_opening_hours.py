"""Opening hours: split shifts, weekends, holidays; a clock that stands still while nobody works."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journey_state.opening_hours import (
    BadShiftError,
    OpeningHours,
    Shift,
    add_open_time,
    find_opening,
    format_shifts,
    is_open,
    open_time_between,
    parse_shifts,
)
from journey_state.periods import VIETNAM

SPLIT = parse_shifts("08:30-12:00, 13:30-17:30")
OFFICE = OpeningHours((*(SPLIT,) * 5, parse_shifts("08:30-12:00"), ()), frozenset({date(2026, 2, 17)}))
ALWAYS = OpeningHours(((Shift(0, 1440),),) * 7)
NEVER = OpeningHours(((),) * 7)


def at(day: int, clock: str, month: int = 3) -> datetime:
    """A moment of 2026 in Vietnam; 2 March is a Monday."""
    hour, minute = clock.split(":")
    return datetime(2026, month, day, int(hour), int(minute), tzinfo=VIETNAM)


@pytest.mark.parametrize(("moment", "expected"), [
    (at(2, "08:29"), False), (at(2, "08:30"), True), (at(2, "12:00"), False), (at(2, "13:29"), False), (at(2, "13:30"), True),
    (at(2, "17:30"), False), (at(7, "11:59"), True), (at(7, "14:00"), False), (at(8, "10:00"), False), (at(17, "10:00", 2), False),
])
def test_office_is_open_in_its_shifts_only(moment: datetime, expected: bool) -> None:
    assert is_open(OFFICE, moment) is expected


@pytest.mark.parametrize(("start", "minutes", "end"), [
    (at(2, "09:00"), 30, at(2, "09:30")),
    (at(2, "11:50"), 30, at(2, "13:50")),  # the lunch break does not count
    (at(2, "17:20"), 30, at(3, "08:50")),
    (at(7, "11:50"), 30, at(9, "08:50")),  # Saturday noon to Monday
    (at(8, "10:00"), 15, at(9, "08:45")),
    (at(2, "03:00"), 450, at(2, "17:30")),  # a whole day ends with the day, not at the next opening
    (at(16, "17:00", 2), 60, at(18, "09:00", 2)),  # the first day of Tết is skipped
])
def test_promised_time_counts_open_minutes(start: datetime, minutes: int, end: datetime) -> None:
    assert add_open_time(OFFICE, start, timedelta(minutes=minutes)) == end


@pytest.mark.parametrize(("start", "end", "minutes"), [
    (at(2, "11:00"), at(2, "14:00"), 90), (at(6, "17:00"), at(9, "09:00"), 30 + 210 + 30), (at(8, "01:00"), at(8, "23:00"), 0),
    (at(2, "14:00"), at(2, "11:00"), -90),
])
def test_open_time_between_two_moments(start: datetime, end: datetime, minutes: int) -> None:
    assert open_time_between(OFFICE, start, end) == timedelta(minutes=minutes)


@given(st.integers(0, 20_000), st.integers(1, 3_000))
def test_time_added_is_the_time_between(offset: int, minutes: int) -> None:
    start = at(2, "00:00") + timedelta(minutes=offset)
    for hours in (OFFICE, ALWAYS):
        end = add_open_time(hours, start, timedelta(minutes=minutes))
        assert open_time_between(hours, start, end) == timedelta(minutes=minutes)


def test_next_opening_is_now_while_open_and_never_for_hours_that_never_open() -> None:
    assert find_opening(OFFICE, at(2, "09:00")) == at(2, "09:00")
    assert find_opening(OFFICE, at(7, "12:00")) == at(9, "08:30")
    assert find_opening(NEVER, at(2, "09:00")) is None


def test_clock_runs_on_when_the_hours_never_open() -> None:
    assert add_open_time(NEVER, at(2, "09:00"), timedelta(minutes=20)) == at(2, "09:20")


def test_day_and_night_is_never_closed() -> None:
    assert ALWAYS.is_never_closed and not OFFICE.is_never_closed


@pytest.mark.parametrize("raw", ["08:30-12:00, 13:30-17:30", "00:00-24:00", ""])
def test_shifts_are_written_as_they_are_read(raw: str) -> None:
    assert format_shifts(parse_shifts(raw)) == raw


@pytest.mark.parametrize("raw", ["8-12", "12:00-08:00", "08:00-25:00", "08:70-09:00", "08:00-12:00, 11:00-13:00", "22:00-06:00", "abc"])
def test_hours_that_cannot_be_meant_are_refused(raw: str) -> None:
    with pytest.raises(BadShiftError):
        parse_shifts(raw)
