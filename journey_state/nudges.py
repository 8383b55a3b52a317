"""Nudges: messages that nobody asked for. When one is due, and when silence is better."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from enum import Enum
from zoneinfo import ZoneInfo

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
QUIET_FROM, QUIET_TO = time(21, 0), time(8, 0)
# Nobody hears from us more than once a day and three times a week unasked, nor while they are talking with us.
SPACING = timedelta(hours=20)
WEEK = timedelta(days=7)
MOST_A_WEEK = 3
STILL_TALKING = timedelta(minutes=30)
# A closed ticket or conversation with staff is rated soon or never; the other surveys have more time.
CSAT_AFTER, CSAT_WITHIN = timedelta(minutes=10), timedelta(days=2)
NPS_AFTER, NPS_WITHIN = timedelta(days=14), timedelta(days=30)
PATH_AFTER, PATH_WITHIN = timedelta(hours=24), timedelta(days=7)
# Somebody who said no to being asked is not asked again; one survey that went unanswered is enough for a quarter.
NPS_EVERY = timedelta(days=90)


class NudgeKind(str, Enum):
    """What a nudge is for, the most urgent first."""

    TRIAL_ENDING = "trial_ending"
    CSAT = "csat"
    NPS = "nps"
    PATH = "path"

    @property
    def is_survey(self) -> bool:
        """True for what asks instead of telling."""
        return self is not NudgeKind.TRIAL_ENDING


@dataclass(frozen=True)
class Occasion:
    """A reason to write. key: the same reason never comes twice; details: what the words need."""

    kind: NudgeKind
    key: str
    contact_id: str
    due_at: datetime
    until: datetime
    details: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Reach:
    """What a person's situation allows. sent: (kind, when) of earlier nudges to any of their contacts."""

    is_consenting: bool
    wants_nudges: bool = True
    is_with_staff: bool = False
    has_open_complaint: bool = False
    last_said_at: datetime | None = None
    sent: Sequence[tuple[NudgeKind, datetime]] = ()


def is_quiet(now: datetime) -> bool:
    """True at night in Vietnam, when nobody wants to hear from a business."""
    local = now.astimezone(VIETNAM).time()
    return local >= QUIET_FROM or local < QUIET_TO


def choose_nudge(occasions: Iterable[Occasion], reach: Reach, now: datetime) -> Occasion | None:
    """The one thing to write to a person now; None when silence is better.

    occasions: of one person. An occasion that is past its time is never caught up on.
    """
    if is_quiet(now) or not _may_write(reach, now):
        return None
    order = list(NudgeKind)
    fitting = [item for item in occasions if item.due_at <= now < item.until and _may_ask(item.kind, reach, now)]
    return min(fitting, key=lambda item: (order.index(item.kind), item.until), default=None)


def _may_write(reach: Reach, now: datetime) -> bool:
    if not (reach.is_consenting and reach.wants_nudges) or reach.is_with_staff or reach.has_open_complaint:
        return False
    if reach.last_said_at is not None and now - reach.last_said_at < STILL_TALKING:
        return False
    times = [at for _, at in reach.sent]
    return sum(now - at < WEEK for at in times) < MOST_A_WEEK and all(now - at >= SPACING for at in times)


def _may_ask(kind: NudgeKind, reach: Reach, now: datetime) -> bool:
    """At most one survey a week; the same question about us as a whole once a quarter."""
    if not kind.is_survey:
        return True
    surveys = [(asked, at) for asked, at in reach.sent if asked.is_survey]
    if any(now - at < WEEK for _, at in surveys):
        return False
    return kind is not NudgeKind.NPS or all(now - at >= NPS_EVERY for asked, at in surveys if asked is kind)
