"""Surveys: how happy people are (CSAT 1–5), how likely to recommend (NPS 0–10), reviews with stars."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

import sqlalchemy as sa
from sqlalchemy.orm import Session

from journey_state.consent import find_consent
from journey_state.contacts import find_linked_contacts
from journey_state.errors import ScoreOutOfRangeError
from journey_state.store import insert_once, new_id
from journey_state.tables import surveys


class SurveyKind(str, Enum):
    """What was rated."""

    CSAT = "csat"
    NPS = "nps"
    REVIEW = "review"


SCALE_OF_KIND = {SurveyKind.CSAT: range(1, 6), SurveyKind.NPS: range(0, 11), SurveyKind.REVIEW: range(1, 6)}
MAX_COMMENT = 2_000


class ScoreClass(str, Enum):
    """What a score means: for NPS promoter 9–10, passive 7–8, detractor 0–6; for stars 4–5, 3, 1–2."""

    HAPPY = "happy"
    NEUTRAL = "neutral"
    UNHAPPY = "unhappy"


@dataclass(frozen=True)
class Answer:
    """One answer. comment: the contact's own words, may be empty."""

    kind: SurveyKind
    score: int
    comment: str = ""
    message_id: str | None = None


def check_score(kind: SurveyKind, score: int) -> None:
    """Raise ScoreOutOfRangeError unless the score lies on the scale of its kind."""
    scale = SCALE_OF_KIND[kind]
    if score not in scale:
        raise ScoreOutOfRangeError(f"{kind.value} score {score} is not between {scale[0]} and {scale[-1]}; ask again")


def classify_score(kind: SurveyKind, score: int) -> ScoreClass:
    """Say whether a score is a happy, a neutral or an unhappy one. Raises ScoreOutOfRangeError."""
    check_score(kind, score)
    happy_from, neutral_from = (9, 7) if kind is SurveyKind.NPS else (4, 3)
    if score >= happy_from:
        return ScoreClass.HAPPY
    return ScoreClass.NEUTRAL if score >= neutral_from else ScoreClass.UNHAPPY


def append_answer(session: Session, contact_id: str, answer: Answer, now: datetime) -> bool:
    """Write an answer down if the contact consents; True when a new row was written.

    The same message counts once. Raises ScoreOutOfRangeError.
    """
    check_score(answer.kind, answer.score)
    consent = find_consent(session, contact_id)
    if consent is None or not consent.is_granted:
        return False
    return insert_once(session, surveys, {
        "id": new_id(), "contact_id": contact_id, "kind": answer.kind.value, "score": answer.score,
        "comment": answer.comment[:MAX_COMMENT], "answered_at": now, "message_id": answer.message_id,
    })


def find_latest_answer(session: Session, contact_id: str, kind: SurveyKind) -> Answer | None:
    """The person's latest answer of a kind, or None."""
    people = find_linked_contacts(session, contact_id)
    query = (
        sa.select(surveys.c.score, surveys.c.comment, surveys.c.message_id)
        .where(surveys.c.contact_id.in_(people), surveys.c.kind == kind.value)
        .order_by(surveys.c.answered_at.desc()).limit(1)
    )
    row = session.execute(query).one_or_none()
    return None if row is None else Answer(kind, row.score, row.comment, row.message_id)
