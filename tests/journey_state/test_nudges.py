"""When something is written unasked, and when silence is better: pure rules."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journey_state.nudges import MOST_A_WEEK, SPACING, WEEK, NudgeKind, Occasion, Reach, choose_nudge, is_quiet
from tests.fixtures.journeys import NOW, later

OPEN = Reach(is_consenting=True)


def occasion(kind: NudgeKind = NudgeKind.TRIAL_ENDING, **span: float) -> Occasion:
    """Due for an hour already, for another day."""
    return Occasion(kind, f"{kind.value}:1", "c-1", later(hours=-1), later(**(span or {"days": 1})))


@pytest.mark.parametrize(("utc_hour", "quiet"), [(0, True), (1, False), (9, False), (13, False), (14, True), (20, True), (23, True)])
def test_nights_are_vietnams_whatever_the_server_thinks(utc_hour: int, quiet: bool) -> None:
    assert is_quiet(datetime(2026, 3, 2, utc_hour, 0, tzinfo=timezone.utc)) is quiet  # 8:00-21:00 is 1:00-14:00 UTC


@pytest.mark.parametrize("reach", [
    Reach(is_consenting=False), replace(OPEN, wants_nudges=False), replace(OPEN, is_with_staff=True),
    replace(OPEN, has_open_complaint=True), replace(OPEN, last_said_at=later(minutes=-5)),
    replace(OPEN, sent=((NudgeKind.TRIAL_ENDING, later(hours=-3)),)),
    replace(OPEN, sent=tuple((NudgeKind.TRIAL_ENDING, later(days=-day)) for day in (2, 4, 6))),
])
def test_silence_where_somebody_should_be_left_alone(reach: Reach) -> None:
    assert choose_nudge([occasion()], reach, NOW) is None


def test_what_is_due_is_chosen_and_at_night_it_waits() -> None:
    assert choose_nudge([occasion()], OPEN, NOW) == occasion()
    assert choose_nudge([occasion()], OPEN, NOW.replace(hour=15)) is None
    assert choose_nudge([occasion()], OPEN, later(days=1)) is None  # past its time: never caught up on
    assert choose_nudge([occasion()], OPEN, later(hours=-2)) is None  # not yet due


@pytest.mark.parametrize(("sent", "kind", "is_asked"), [
    ((NudgeKind.CSAT, 2), NudgeKind.NPS, False), ((NudgeKind.CSAT, 8), NudgeKind.NPS, True), ((NudgeKind.PATH, 6), NudgeKind.CSAT, False),
    ((NudgeKind.NPS, 60), NudgeKind.NPS, False), ((NudgeKind.NPS, 91), NudgeKind.NPS, True),
    ((NudgeKind.CSAT, 2), NudgeKind.TRIAL_ENDING, True),
])
def test_one_survey_a_week_and_the_same_recommendation_question_once_a_quarter(
    sent: tuple[NudgeKind, int], kind: NudgeKind, is_asked: bool,
) -> None:
    reach = replace(OPEN, sent=((sent[0], later(days=-sent[1])),))

    assert (choose_nudge([occasion(kind)], reach, NOW) is not None) is is_asked


def test_what_runs_out_goes_before_what_asks() -> None:
    chosen = choose_nudge([occasion(NudgeKind.NPS), occasion(NudgeKind.CSAT), occasion()], OPEN, NOW)

    assert chosen is not None and chosen.kind is NudgeKind.TRIAL_ENDING


@given(st.lists(st.sampled_from(list(NudgeKind)), max_size=4), st.integers(0, 24 * 28))
def test_no_month_breaks_the_caps(kinds: list[NudgeKind], start: int) -> None:
    """Whatever is due hour after hour, the week's cap, the spacing and one survey a week hold."""
    sent: list[tuple[NudgeKind, datetime]] = []
    for hour in range(start, start + 24 * 10):
        now = NOW + timedelta(hours=hour)
        due = [Occasion(kind, f"{kind.value}:{hour}", "c-1", now, now + timedelta(hours=1)) for kind in kinds]
        chosen = choose_nudge(due, replace(OPEN, sent=tuple(sent)), now)
        sent += [(chosen.kind, now)] if chosen else []
    times = [at for _, at in sent]
    assert all(later_ - earlier >= SPACING for earlier, later_ in pairwise(times))
    assert all(sum(at <= each < at + WEEK for each in times) <= MOST_A_WEEK for at in times)
    surveys = [at for kind, at in sent if kind.is_survey]
    assert all(later_ - earlier >= WEEK for earlier, later_ in pairwise(surveys))
    assert not any(is_quiet(at) for at in times)
