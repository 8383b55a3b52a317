"""Reads days: "15/3", "2025-03-15", "ngày mai", "thứ sáu", as ISO dates in Vietnam's time zone."""

from __future__ import annotations

import re
from datetime import date, timedelta

_DAYS = {
    "thu hai": 0, "thu 2": 0, "thu ba": 1, "thu 3": 1, "thu tu": 2, "thu 4": 2, "thu nam": 3, "thu 5": 3, "thu sau": 4, "thu 6": 4,
    "thu bay": 5, "thu 7": 5, "chu nhat": 6, "monday": 0, "tuesday": 1, "wednesday": 2, "thursday": 3, "friday": 4, "saturday": 5,
    "sunday": 6, "mon": 0, "tue": 1, "wed": 2, "thu": 3, "fri": 4,
}
WEEKDAY = re.compile(r"\b(?:thu (?:hai|ba|tu|nam|sau|bay|[2-7])|chu nhat|(?:mon|tues|wednes|thurs|fri|satur|sun)day)\b")


def parse_day(text: str, today: date) -> date | None:
    """Read a written date (day first); a day without a year is the nearest one, past by half a year at most."""
    numbers = [int(part) for part in re.split(r"[/\-.]", text)]
    try:
        if len(numbers) == 3:
            year, month, day = numbers if numbers[0] > 31 else numbers[::-1]
            return date(year if year > 99 else 2000 + year, month, day)
        return _nearest_year(numbers[0], numbers[1], today)
    except ValueError:
        return None


def parse_weekday(folded: str, today: date) -> date:
    """The next such day after today; folded: one of the names `WEEKDAY` matches."""
    return today + timedelta(days=(_DAYS[folded] - today.weekday() - 1) % 7 + 1)


def _nearest_year(day: int, month: int, today: date) -> date:
    dates = [date(year, month, day) for year in (today.year - 1, today.year, today.year + 1)]
    return min(dates, key=lambda candidate: abs((candidate - today).days))
