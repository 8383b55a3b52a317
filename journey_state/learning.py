"""The learning inbox: messages the assistant was unsure of or could not place, alike ones together, for staff to label."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from journey_state.conversations import BOT
from journey_state.tables import content_gaps, corrections, messages, turns
from journey_state.texts import fold

DAYS, LOOKED_AT, SHOWN = 30, 2_000, 50
UNSURE, ALIKE = 0.5, 0.6  # probability of the likeliest intent; shared words of two texts that count as alike
FALLBACK, OUTSIDE = "nlu_fallback", "out_of_scope"


@dataclass(frozen=True)
class Doubt:
    """One message to look at. cause: unsure, outside or gap; guess: the likeliest intent."""

    message_id: str
    conversation_id: str
    text: str
    cause: str
    guess: str
    confidence: float
    at: datetime


@dataclass(frozen=True)
class DoubtGroup:
    """Messages alike; the latest speaks for all."""

    doubts: tuple[Doubt, ...]

    @property
    def first(self) -> Doubt:
        """The one that is shown."""
        return self.doubts[0]


def list_doubts(session: Session, now: datetime) -> list[DoubtGroup]:
    """Doubtful messages of the last 30 days that nobody has labelled, grouped; the largest groups first."""
    recent = (turns.c.state == "closed") & (turns.c.answered_by == BOT) & (turns.c.closed_at >= now - timedelta(days=DAYS))
    gap = sa.exists().where(content_gaps.c.message_id == messages.c.id)
    query = (
        sa.select(messages.c.id, messages.c.conversation_id, messages.c.body, turns.c.understanding, turns.c.closed_at, gap.label("is_gap"))
        .join(turns, turns.c.message_id == messages.c.id).where(recent, ~sa.exists().where(corrections.c.message_id == messages.c.id))
        .order_by(turns.c.closed_at.desc()).limit(LOOKED_AT)
    )
    doubts = [doubt for row in session.execute(query) if (doubt := _judge(row)) is not None]
    return sorted(group_alike(doubts), key=lambda group: -len(group.doubts))[:SHOWN]


def group_alike(doubts: Sequence[Doubt]) -> list[DoubtGroup]:
    """Put doubts that share most of their words, whatever the diacritics, into groups, in the order of their first ones."""
    groups: list[tuple[frozenset[str], list[Doubt]]] = []
    for doubt in doubts:
        words = frozenset(fold(doubt.text).split())
        own = next((group for heads, group in groups if len(heads & words) >= ALIKE * len(heads | words)), None)
        if own is None:
            groups.append((words, [doubt]))
        else:
            own.append(doubt)
    return [DoubtGroup(tuple(group)) for _, group in groups]


def _judge(row: Any) -> Doubt | None:
    understanding, text = row.understanding or {}, str(row.body.get("text") or "").strip()
    ranking = [item for item in understanding.get("intent_ranking") or () if item["name"] != FALLBACK]
    if not text or not ranking or "choice" in row.body:
        return None
    guess, confidence = str(ranking[0]["name"]), float(ranking[0]["confidence"])
    is_unsure = (understanding.get("intent") or {}).get("name") == FALLBACK or confidence < UNSURE
    cause = "gap" if row.is_gap else "unsure" if is_unsure else "outside" if guess == OUTSIDE else ""
    return Doubt(row.id, row.conversation_id, text, cause, guess, confidence, row.closed_at) if cause else None
