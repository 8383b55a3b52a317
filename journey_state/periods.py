"""Calendar days and billing periods as customers count them: in Vietnam time."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime, timedelta, timezone

from journey_state.errors import JourneyError

# Vietnam has one time zone and no summer time.
VIETNAM = timezone(timedelta(hours=7))
MONTHS_OF_PERIOD = {"month": 1, "year": 12}


class UnknownPeriodError(JourneyError):
    """A billing period that is neither a month nor a year."""


def local_date(moment: datetime) -> date:
    """The calendar day in Vietnam of an aware moment."""
    return moment.astimezone(VIETNAM).date()


def add_months(start: datetime, months: int) -> datetime:
    """The same day and hour some months later; the month's last day where it has no such day."""
    local = start.astimezone(VIETNAM)
    year, month = divmod(local.year * 12 + local.month - 1 + months, 12)
    day = min(local.day, monthrange(year, month + 1)[1])
    return local.replace(year=year, month=month + 1, day=day).astimezone(timezone.utc)


def add_periods(start: datetime, period: str, count: int = 1) -> datetime:
    """The end of so many periods from a start. Raises UnknownPeriodError.

    Counting from the start each time keeps the 31st: 31 Jan, 28 Feb, 31 Mar.
    """
    if period not in MONTHS_OF_PERIOD:
        raise UnknownPeriodError(f"billing period {period!r} is not known; use month or year")
    return add_months(start, MONTHS_OF_PERIOD[period] * count)


def days_until(moment: datetime, now: datetime) -> int:
    """Calendar days in Vietnam from today to a moment; negative when it is past."""
    return (local_date(moment) - local_date(now)).days


def format_date(moment: datetime, language: str) -> str:
    """A day as people write it: 02/03/2026 in Vietnamese, 2 March 2026 in English."""
    day = local_date(moment)
    return f"{day.day} {day:%B %Y}" if language == "en" else f"{day:%d/%m/%Y}"


def format_moment(moment: datetime, language: str) -> str:
    """Hour and day in Vietnam: 16:30 02/03/2026, or 16:30 on 2 March 2026."""
    joint = " on " if language == "en" else " ngày "
    return f"{moment.astimezone(VIETNAM):%H:%M}{joint}{format_date(moment, language)}"
