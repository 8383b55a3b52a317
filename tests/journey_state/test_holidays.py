"""Holidays: the lunar ones are data, and each file's mistake is named."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from journey_state.errors import ContentError
from journey_state.holidays import DEFAULT_FOLDER, load_holidays


@pytest.mark.parametrize(("day", "is_off"), [
    (date(2026, 2, 16), True), (date(2026, 2, 17), True), (date(2026, 2, 20), True), (date(2026, 2, 21), False),
    (date(2030, 2, 2), True), (date(2026, 4, 26), True), (date(2027, 4, 30), True), (date(2026, 9, 2), True), (date(2026, 3, 8), False),
])
def test_public_holidays_are_known_for_years_ahead(day: date, is_off: bool) -> None:
    assert (day in load_holidays()) is is_off


def test_every_year_of_the_file_has_its_hung_kings() -> None:
    spring = {day.year for day in load_holidays() if day.month in (3, 4) and day != date(day.year, 4, 30)}

    assert spring == set(range(2026, 2036))


def test_mistake_is_named_with_its_line(tmp_path: Path) -> None:
    broken = (DEFAULT_FOLDER / "holidays.yml").read_text().replace('"04-30"', '"30/4"')
    (tmp_path / "holidays.yml").write_text(broken)

    with pytest.raises(ContentError, match=r"holidays\.yml, line \d+, every_year\[1\]: .*month and a day"):
        load_holidays(tmp_path)
