"""Closed handoffs are looked at again: could the assistant have done it, why did it not, and what would help."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

import sqlalchemy as sa
from sqlalchemy.orm import Session

from journey_state.errors import JourneyError
from journey_state.handoffs import Handoff
from journey_state.store import insert_once
from journey_state.tables import contacts, conversations, handoff_reviews, handoffs, staff

NOTE_LENGTH = 500


class Verdict(str, Enum):
    """Whether a human was needed."""

    AVOIDABLE = "avoidable"
    NECESSARY = "necessary"


class Cause(str, Enum):
    """Why the assistant did not do it."""

    NO_CONTENT = "no_content"
    MISUNDERSTOOD = "misunderstood"
    WRONG_ANSWER = "wrong_answer"
    TECHNICAL = "technical"
    NEEDS_AUTHORITY = "needs_authority"
    CUSTOMERS_WISH = "customers_wish"


class UnreviewableError(JourneyError):
    """A handoff that is not closed, or not there."""


@dataclass(frozen=True)
class Review:
    """What a reviewer says of one handoff. remedy: what would have avoided it, in their words."""

    verdict: Verdict
    cause: Cause
    remedy: str = ""


@dataclass(frozen=True)
class ReviewCard:
    """A closed handoff with its review, if it has one."""

    handoff: Handoff
    contact_name: str
    channel: str
    staff_name: str
    review: Review | None
    reviewer: str


@dataclass(frozen=True)
class Containment:
    """Shares of conversations without a human, 0..1; None without conversations.

    ratio: as it was. without_avoidable: had the handoffs judged avoidable not happened.
    """

    conversations: int
    handed_over: int
    avoidable: int

    @property
    def ratio(self) -> float | None:
        """Conversations without any handoff."""
        return self._share(self.handed_over)

    @property
    def without_avoidable(self) -> float | None:
        """Conversations without a handoff that was needed."""
        return self._share(self.handed_over - self.avoidable)

    def _share(self, with_human: int) -> float | None:
        return None if self.conversations == 0 else 1 - with_human / self.conversations


def list_review_cards(session: Session, *, is_reviewed: bool, limit: int = 50) -> list[ReviewCard]:
    """Closed handoffs, the latest first: those still to be reviewed, or those that were."""
    reviewer = staff.alias("reviewer")
    columns = handoff_reviews.c.verdict, handoff_reviews.c.cause, handoff_reviews.c.remedy
    has_review = handoff_reviews.c.verdict.is_not(None)
    query = (
        sa.select(*_HANDOFF, contacts.c.name, conversations.c.channel, staff.c.name, *columns, reviewer.c.name)
        .select_from(handoffs).join(conversations, conversations.c.id == handoffs.c.conversation_id)
        .join(contacts, contacts.c.id == handoffs.c.contact_id)
        .join(staff, staff.c.id == handoffs.c.claimed_by, isouter=True)
        .join(handoff_reviews, handoff_reviews.c.handoff_id == handoffs.c.id, isouter=True)
        .join(reviewer, reviewer.c.id == handoff_reviews.c.made_by, isouter=True)
        .where(handoffs.c.state == "released", has_review if is_reviewed else ~has_review)
        .order_by(handoffs.c.released_at.desc()).limit(limit)
    )
    return [_card(row) for row in session.execute(query)]


def review_handoff(session: Session, handoff_id: str, review: Review, reviewer_id: str, now: datetime) -> None:
    """Write a review down; a second one replaces the first. Raises UnreviewableError."""
    state = session.execute(sa.select(handoffs.c.state).where(handoffs.c.id == handoff_id)).scalar_one_or_none()
    if state != "released":
        raise UnreviewableError(f"handoff {handoff_id} is not closed; review it after it was handed back")
    values = {
        "verdict": review.verdict.value, "cause": review.cause.value, "remedy": review.remedy[:NOTE_LENGTH], "made_by": reviewer_id,
        "made_at": now,
    }
    if not insert_once(session, handoff_reviews, {"handoff_id": handoff_id, **values}):
        session.execute(handoff_reviews.update().where(handoff_reviews.c.handoff_id == handoff_id).values(**values))


def measure_containment(session: Session, since: datetime, until: datetime) -> Containment:
    """Count the conversations with something said in a span of time, and those in which a human was asked for in it.

    A conversation counts as avoidable when all of its handoffs were judged so.
    """
    is_within = (conversations.c.last_at >= since) & (conversations.c.opened_at < until)
    spoke = sa.select(sa.func.count()).where(is_within, conversations.c.next_seq > 1)
    is_needed = sa.func.coalesce(handoff_reviews.c.verdict, "") != Verdict.AVOIDABLE.value
    asked = (
        sa.select(handoffs.c.conversation_id, sa.func.max(sa.case((is_needed, 1), else_=0)).label("needed"))
        .join(handoff_reviews, handoff_reviews.c.handoff_id == handoffs.c.id, isouter=True)
        .where(handoffs.c.requested_at >= since, handoffs.c.requested_at < until).group_by(handoffs.c.conversation_id)
    )
    needed = [row.needed for row in session.execute(asked)]
    return Containment(int(session.execute(spoke).scalar_one()), len(needed), needed.count(0))


def _card(row: sa.engine.Row) -> ReviewCard:
    size = len(_HANDOFF)
    name, channel, staff_name, verdict, cause, remedy, reviewer = row[size:]
    review = Review(Verdict(verdict), Cause(cause), remedy or "") if verdict else None
    return ReviewCard(Handoff(*row[:size]), name or "", channel, staff_name or "", review, reviewer or "")


_HANDOFF = tuple(handoffs.c[name] for name in Handoff.__dataclass_fields__)
