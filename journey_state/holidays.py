"""Public holidays, read from a file of dates: Tết follows the moon, and nobody should compute it at run time."""

from __future__ import annotations

import re
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path

from pydantic import BaseModel, Extra, validator

from journey_state.content_files import check_schema, read_file

DEFAULT_FOLDER = Path(__file__).resolve().parent.parent / "data" / "desk"


class _Tet(BaseModel):
    days_before: int
    days_after: int
    first_days: tuple[date, ...]

    class Config:
        extra = Extra.forbid


class _HolidaysSchema(BaseModel):
    every_year: tuple[str, ...]
    tet: _Tet
    hung_kings: tuple[date, ...]

    class Config:
        extra = Extra.forbid

    @validator("every_year", each_item=True)
    def _is_month_and_day(cls, raw: str) -> str:
        if not re.fullmatch(r"\d\d-\d\d", raw):
            raise ValueError("must be a month and a day like 04-30, in quotes")
        return raw


@lru_cache(maxsize=4)
def load_holidays(folder: Path = DEFAULT_FOLDER) -> frozenset[date]:
    """Every public holiday of the years the file knows. Raises ContentError naming file, line and field."""
    holidays = check_schema(read_file(folder, "holidays.yml"), _HolidaysSchema)
    tet = holidays.tet
    around = range(-tet.days_before, tet.days_after + 1)
    lunar = {first + timedelta(days=offset) for first in tet.first_days for offset in around}
    years = {first.year for first in tet.first_days}
    fixed = {date.fromisoformat(f"{year}-{day}") for year in years for day in holidays.every_year}
    return frozenset(lunar | fixed | set(holidays.hung_kings))
