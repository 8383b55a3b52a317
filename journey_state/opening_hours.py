"""Opening hours in Vietnam: split shifts, days off, and clocks that stand still while nobody works."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from itertools import pairwise

from journey_state.errors import JourneyError
from journey_state.periods import VIETNAM, local_date

DAY_MINUTES = 24 * 60
# Longer than any closing time there is: hours that open nowhere within it never open.
LOOK_AHEAD_DAYS = 40
_SHIFT = re.compile(r"(\d{1,2}):(\d{2})\s*[-–]\s*(\d{1,2}):(\d{2})")


class BadShiftError(JourneyError):
    """Opening hours that cannot be read."""


@dataclass(frozen=True)
class Shift:
    """A stretch of one day, in minutes after midnight; closes_at may be 1440, the day's end."""

    opens_at: int
    closes_at: int


@dataclass(frozen=True)
class OpeningHours:
    """When a team works. week: the shifts of Monday to Sunday; days_off: closed whatever the weekday."""

    week: tuple[tuple[Shift, ...], ...]
    days_off: frozenset[date] = frozenset()

    def shifts_of(self, day: date) -> tuple[Shift, ...]:
        """The shifts of a calendar day."""
        return () if day in self.days_off else self.week[day.weekday()]

    @property
    def is_never_closed(self) -> bool:
        """True when every minute of every day is open."""
        return not self.days_off and all(shifts == (Shift(0, DAY_MINUTES),) for shifts in self.week)


def parse_shifts(raw: str) -> tuple[Shift, ...]:
    """Read "08:30-12:00, 13:30-17:30"; nothing means closed. Raises BadShiftError."""
    shifts = tuple(_parse_shift(part.strip()) for part in raw.split(",") if part.strip())
    for earlier, following in pairwise(shifts):
        if following.opens_at < earlier.closes_at:
            raise BadShiftError(f"{raw!r} has shifts that overlap; write them in order, each after the one before")
    return shifts


def format_shifts(shifts: Sequence[Shift]) -> str:
    """The inverse of `parse_shifts`."""
    return ", ".join(f"{_clock(shift.opens_at)}-{_clock(shift.closes_at)}" for shift in shifts)


def is_open(hours: OpeningHours, moment: datetime) -> bool:
    """True while somebody works."""
    return any(start <= moment < end for start, end in _spans(hours, local_date(moment), 1))


def find_opening(hours: OpeningHours, moment: datetime) -> datetime | None:
    """When the hours next open; the moment itself while they are open; None when they never do."""
    opening = next((span for span in _spans(hours, local_date(moment), LOOK_AHEAD_DAYS) if span[1] > moment), None)
    return None if opening is None else max(opening[0], moment)


def add_open_time(hours: OpeningHours, start: datetime, length: timedelta) -> datetime:
    """The moment at which so much open time has passed since a start.

    Hours that never open count as always open: a clock that stands still for ever would hide who waits.
    """
    left, end = length, start
    for opens, closes in _spans(hours, local_date(start), LOOK_AHEAD_DAYS):
        available = closes - max(opens, start)
        if available <= timedelta(0):
            continue
        if left <= available:
            return max(opens, start) + left
        left, end = left - available, closes
    return end + left


def open_time_between(hours: OpeningHours, start: datetime, end: datetime) -> timedelta:
    """How much open time lies between two moments; negative when the end comes first."""
    if end < start:
        return -open_time_between(hours, end, start)
    days = (local_date(end) - local_date(start)).days + 1
    spans = ((max(opens, start), min(closes, end)) for opens, closes in _spans(hours, local_date(start), days))
    return sum((until - since for since, until in spans if until > since), timedelta(0))


def _spans(hours: OpeningHours, first: date, days: int) -> Iterator[tuple[datetime, datetime]]:
    for number in range(days):
        day = first + timedelta(days=number)
        midnight = datetime(day.year, day.month, day.day, tzinfo=VIETNAM).astimezone(timezone.utc)
        for shift in hours.shifts_of(day):
            yield midnight + timedelta(minutes=shift.opens_at), midnight + timedelta(minutes=shift.closes_at)


def _parse_shift(raw: str) -> Shift:
    found = _SHIFT.fullmatch(raw)
    if found is None:
        raise BadShiftError(f"{raw!r} is no shift; write it like 08:30-12:00")
    numbers = [int(number) for number in found.groups()]
    shift = Shift(numbers[0] * 60 + numbers[1], numbers[2] * 60 + numbers[3])
    if numbers[1] > 59 or numbers[3] > 59 or not shift.opens_at < shift.closes_at <= DAY_MINUTES:
        raise BadShiftError(f"{raw!r} must end after it begins, at 24:00 at the latest; a night shift is two, one a day")
    return shift


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"
