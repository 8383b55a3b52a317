from datetime import date

import pytest

from bot.nlu.dates import parse_day, parse_weekday

TODAY = date(2026, 11, 22)  # a Sunday


@pytest.mark.parametrize(("text", "day"), [
    ("15/3/2027", date(2027, 3, 15)), ("2027-03-15", date(2027, 3, 15)), ("15-3-27", date(2027, 3, 15)), ("25/11", date(2026, 11, 25)),
    ("5/1", date(2027, 1, 5)), ("1/10", date(2026, 10, 1)), ("32/1", None), ("15/13", None), ("29/2", None), ("2027-13-01", None),
])
def test_written_days_are_read_day_first(text: str, day: date | None) -> None:
    assert parse_day(text, TODAY) == day


@pytest.mark.parametrize(("name", "day"), [
    ("thu hai", date(2026, 11, 23)), ("thu 6", date(2026, 11, 27)), ("chu nhat", date(2026, 11, 29)), ("friday", date(2026, 11, 27)),
])
def test_a_weekday_is_the_next_one(name: str, day: date) -> None:
    assert parse_weekday(name, TODAY) == day
