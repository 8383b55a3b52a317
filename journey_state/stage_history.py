"""The stage of a contact over time: the latest estimate, its changes, a conversation's opening, peak and close."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from journey_state.consent import find_consent
from journey_state.contacts import find_linked_contacts, lock_contact
from journey_state.stages import STAGES, Stage, StageEstimate, parse_estimate
from journey_state.store import new_id, write_row
from journey_state.tables import contact_stages, conversations, stage_changes


@dataclass(frozen=True)
class EstimateOrigin:
    """Whose stage an estimate is, and what caused it.

    source: model, fact or staff. now: aware UTC.
    """

    contact_id: str
    now: datetime
    conversation_id: str | None = None
    message_id: str | None = None
    source: str = "model"


@dataclass(frozen=True)
class StageRecord:
    """The latest estimate of a person and the seconds since it was made."""

    estimate: StageEstimate
    source: str
    elapsed_s: float

    @property
    def posterior(self) -> dict[str, float]:
        """Probabilities by stage name, as message metadata carries them."""
        return {stage.value: p for stage, p in self.estimate.probabilities.items()}


def save_estimate(session: Session, estimate: StageEstimate, origin: EstimateOrigin) -> bool:
    """Keep an estimate as the contact's stage; True when it was written.

    Writes the contact's latest stage, a change row when the stage differs from the one kept before, and the
    conversation's opening, peak and closing stage, all in the caller's transaction and under the contact's row
    lock. Without consent nothing is written. Raises UnknownContactError.
    """
    lock_contact(session, origin.contact_id)
    consent = find_consent(session, origin.contact_id)
    if consent is None or not consent.is_granted:
        return False
    before = load_posterior(session, origin.contact_id, origin.now)
    _write_latest(session, estimate, origin)
    if before is None or before.estimate.chosen is not estimate.chosen:
        _append_change(session, estimate, origin, before.estimate.chosen if before else None)
    if origin.conversation_id is not None:
        _mark_conversation(session, origin.conversation_id, estimate)
    return True


def load_posterior(session: Session, contact_id: str, now: datetime) -> StageRecord | None:
    """The latest estimate among all contacts linked to this one, or None for somebody never estimated."""
    return read_posterior(session, find_linked_contacts(session, contact_id), now)


def read_posterior(session: Session, people: Sequence[str], now: datetime) -> StageRecord | None:
    """`load_posterior` for somebody whose linked contacts are known."""
    row = session.execute(_LATEST, {"people": people}).one_or_none()
    if row is None:
        return None
    return StageRecord(parse_estimate(row.estimate), row.source, max((now - row.estimated_at).total_seconds(), 0.0))


def _write_latest(session: Session, estimate: StageEstimate, origin: EstimateOrigin) -> None:
    write_row(session, contact_stages, {
        "contact_id": origin.contact_id, "estimate": estimate.to_dict(), "stage": estimate.chosen.value,
        "source": origin.source, "estimated_at": origin.now,
    })


def _append_change(session: Session, estimate: StageEstimate, origin: EstimateOrigin, before: Stage | None) -> None:
    session.execute(stage_changes.insert().values(
        id=new_id(), contact_id=origin.contact_id, message_id=origin.message_id,
        from_stage=before.value if before else None, to_stage=estimate.chosen.value, probability=estimate.probability,
        source=origin.source, evidence=[vars(item) for item in estimate.evidence], changed_at=origin.now,
    ))


def _mark_conversation(session: Session, conversation_id: str, estimate: StageEstimate) -> None:
    row = session.execute(_MARKS, {"conversation": conversation_id}).one_or_none()
    if row is None:
        return
    chosen = estimate.chosen.value
    session.execute(_MARK, {
        "conversation": conversation_id, "opening": row.opening_stage or chosen, "closing": chosen,
        "peak": _further(row.peak_stage, estimate.chosen) if estimate.is_sure else row.peak_stage or chosen,
    })


def _further(peak: str | None, chosen: Stage) -> str:
    if peak is None:
        return chosen.value
    return max(Stage(peak), chosen, key=STAGES.index).value


# Built once: every turn reads and writes them.
_CONVERSATION = sa.bindparam("conversation")
_LATEST = sa.select(contact_stages.c.estimate, contact_stages.c.source, contact_stages.c.estimated_at).where(
    contact_stages.c.contact_id.in_(sa.bindparam("people", expanding=True)),
).order_by(contact_stages.c.estimated_at.desc()).limit(1)
_MARKS = sa.select(conversations.c.opening_stage, conversations.c.peak_stage).where(conversations.c.id == _CONVERSATION)
_MARK = conversations.update().where(conversations.c.id == _CONVERSATION).values(
    opening_stage=sa.bindparam("opening"), peak_stage=sa.bindparam("peak"), closing_stage=sa.bindparam("closing"),
)
