"""How the desk does: first response, resolution, reopening, CSAT by stage, channel, intent or member; bot time apart from staff time."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from journey_state.tables import conversations, handoffs, messages, staff, surveys, turns

# A rating belongs to a handoff, and a new request reopens it, within this time after it was handed back.
AFTERMATH = timedelta(days=7)


@dataclass(frozen=True)
class HandoffFact:
    """One handoff as the reports count it. Seconds are wall time; None: did not happen (yet)."""

    conversation_id: str
    contact_id: str
    stage: str
    channel: str
    intent: str
    staff: str
    requested_at: datetime
    first_response_s: float | None
    resolution_s: float | None
    is_reopened: bool
    csat: int | None


@dataclass(frozen=True)
class ReportLine:
    """Handoffs that share a stage, channel, intent or member. Medians in seconds, shares 0..1, csat 1..5; None without data."""

    name: str
    handoffs: int
    first_response_s: float | None
    resolution_s: float | None
    reopened: float | None
    csat: float | None
    csat_count: int


@dataclass(frozen=True)
class BotTimes:
    """How fast the assistant answered in a span: median and 95th percentile of a turn, in seconds; None without turns."""

    turns: int
    median_s: float | None
    slow_s: float | None


GROUPINGS: Mapping[str, Callable[[HandoffFact], str]] = {
    "stage": lambda fact: fact.stage, "channel": lambda fact: fact.channel,
    "intent": lambda fact: fact.intent, "staff": lambda fact: fact.staff,
}


def read_handoff_facts(session: Session, since: datetime, until: datetime) -> list[HandoffFact]:
    """All handoffs asked for in a span of time, with what became of them, the oldest first."""
    rows = session.execute(_HANDOFFS, {"since": since, "until": until}).all()
    ratings = _read_ratings(session, sorted({row.contact_id for row in rows}))
    return [_fact(row, rows, ratings.get(row.contact_id, ())) for row in rows]


def group_facts(facts: Sequence[HandoffFact], by: str) -> list[ReportLine]:
    """One line a stage, channel, intent or member, the busiest first. by: of GROUPINGS."""
    groups: dict[str, list[HandoffFact]] = {}
    for fact in facts:
        groups.setdefault(GROUPINGS[by](fact), []).append(fact)
    lines = [sum_up(name, group) for name, group in groups.items()]
    return sorted(lines, key=lambda line: (-line.handoffs, line.name))


def sum_up(name: str, facts: Sequence[HandoffFact]) -> ReportLine:
    """One line for some handoffs. Reopened is a share of those that were closed."""
    closed = [fact for fact in facts if fact.resolution_s is not None]
    ratings = [fact.csat for fact in facts if fact.csat is not None]
    return ReportLine(
        name, len(facts), _median(fact.first_response_s for fact in facts), _median(fact.resolution_s for fact in facts),
        sum(fact.is_reopened for fact in closed) / len(closed) if closed else None,
        sum(ratings) / len(ratings) if ratings else None, len(ratings),
    )


def measure_bot(session: Session, since: datetime, until: datetime) -> BotTimes:
    """How long customers waited for the assistant itself."""
    query = sa.select(turns.c.opened_at, turns.c.closed_at).where(
        turns.c.answered_by == "bot", turns.c.closed_at.is_not(None), turns.c.opened_at >= since, turns.c.opened_at < until
    )
    spent = sorted((row.closed_at - row.opened_at).total_seconds() for row in session.execute(query))
    if not spent:
        return BotTimes(0, None, None)
    return BotTimes(len(spent), median(spent), spent[min(len(spent) - 1, int(len(spent) * 0.95))])


def _fact(row: Any, rows: Sequence[Any], ratings: Sequence[tuple[datetime, int]]) -> HandoffFact:
    closed = row.released_at
    within = [score for at, score in ratings if closed and closed <= at <= closed + AFTERMATH]
    is_reopened = closed is not None and any(
        other.conversation_id == row.conversation_id and closed < other.requested_at <= closed + AFTERMATH for other in rows
    )
    intent = (row.understanding or {}).get("intent") or {}
    return HandoffFact(
        row.conversation_id, row.contact_id, row.stage or "", row.channel, str(intent.get("name") or ""), row.staff_name or "",
        row.requested_at, _seconds(row.requested_at, row.answered_at), _seconds(row.requested_at, closed), is_reopened,
        within[0] if within else None,
    )


def _read_ratings(session: Session, people: Sequence[str]) -> dict[str, list[tuple[datetime, int]]]:
    is_theirs = (surveys.c.kind == "csat") & surveys.c.contact_id.in_(people)
    query = sa.select(surveys.c.contact_id, surveys.c.answered_at, surveys.c.score).where(is_theirs)
    ratings: dict[str, list[tuple[datetime, int]]] = {}
    for row in session.execute(query.order_by(surveys.c.answered_at)):
        ratings.setdefault(row.contact_id, []).append((row.answered_at, row.score))
    return ratings


def _seconds(start: datetime, end: datetime | None) -> float | None:
    return None if end is None else (end - start).total_seconds()


def _median(values: Any) -> float | None:
    known = [value for value in values if value is not None]
    return median(known) if known else None


_ANSWERED = (
    sa.select(sa.func.min(messages.c.at)).where(
        messages.c.conversation_id == handoffs.c.conversation_id, messages.c.direction == "out", messages.c.author.like("staff:%"),
        messages.c.at >= handoffs.c.requested_at,
    ).scalar_subquery()
)
_HANDOFFS = (
    sa.select(
        handoffs.c.conversation_id, handoffs.c.contact_id, handoffs.c.stage, handoffs.c.requested_at, handoffs.c.released_at,
        conversations.c.channel, staff.c.name.label("staff_name"), turns.c.understanding, _ANSWERED.label("answered_at"),
    )
    .select_from(handoffs).join(conversations, conversations.c.id == handoffs.c.conversation_id)
    .join(staff, staff.c.id == handoffs.c.claimed_by, isouter=True)
    .join(turns, turns.c.message_id == handoffs.c.message_id, isouter=True)
    .where(handoffs.c.requested_at >= sa.bindparam("since"), handoffs.c.requested_at < sa.bindparam("until"))
    .order_by(handoffs.c.requested_at)
)
