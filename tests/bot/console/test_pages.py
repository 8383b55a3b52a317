"""Pages: times and probabilities as people read them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.console.pages import format_clock, format_percent, format_span
from tests.fixtures.journeys import NOW


@pytest.mark.parametrize(("passed", "said"), [
    (timedelta(seconds=-5), "dưới 1 phút"),
    (timedelta(seconds=59), "dưới 1 phút"),
    (timedelta(seconds=60), "1 phút"),
    (timedelta(minutes=59, seconds=59), "59 phút"),
    (timedelta(hours=1), "1 giờ"),
    (timedelta(hours=47, minutes=59), "47 giờ"),
    (timedelta(days=2), "2 ngày"),
    (timedelta(days=40, hours=23), "40 ngày"),
])
def test_span_is_told_in_its_largest_whole_unit(passed: timedelta, said: str) -> None:
    assert format_span("vi", NOW, NOW - passed) == said


@pytest.mark.parametrize(("ratio", "said"), [(0.0, "0%"), (0.004, "0%"), (0.825, "82%"), (0.996, "99%"), (0.9999, "99%"), (1.0, "100%")])
def test_probability_is_never_rounded_up_to_certainty(ratio: float, said: str) -> None:
    assert format_percent(ratio) == said


def test_clock_shows_the_hour_in_vietnam() -> None:
    assert format_clock(NOW) == "16:00"
