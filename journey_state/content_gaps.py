"""Content gaps: questions the business's content could not answer, for staff to fill."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from journey_state.store import insert_once, new_id
from journey_state.tables import content_gaps


@dataclass(frozen=True)
class ContentGap:
    """A question nobody wrote an answer to. intent: what it was understood as."""

    conversation_id: str
    message_id: str
    intent: str
    question: str


def append_gap(session: Session, gap: ContentGap, now: datetime) -> bool:
    """Keep a question that found no answer; the same message counts once. True when a row was written."""
    return insert_once(session, content_gaps, {"id": new_id(), **vars(gap), "noticed_at": now})
