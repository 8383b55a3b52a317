"""Corrections: what staff say a message really asked or which stage it showed, approved before anything learns from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from journey_state.errors import JourneyError
from journey_state.scrubbing import scrub
from journey_state.store import new_id
from journey_state.tables import contacts, conversations, corrections, messages, turns

PROPOSED, APPROVED, REJECTED = "proposed", "approved", "rejected"


class CorrectionError(JourneyError):
    """A correction that cannot be made; the message names the remedy."""


@dataclass(frozen=True)
class Label:
    """What a message should have been understood as; None leaves that side as it was."""

    intent: str | None = None
    stage: str | None = None


@dataclass(frozen=True)
class Correction:
    """One corrected message, scrubbed of personal data. before_*: the customer's message before it, as it was understood."""

    id: str
    message_id: str
    conversation_id: str
    text: str
    intent: str | None
    stage: str | None
    guessed_intent: str | None
    guessed_stage: str | None
    before_text: str | None
    before_intent: str | None
    before_stage: str | None
    model_version: str
    state: str
    made_by: str
    made_at: datetime
    decided_by: str | None
    decided_at: datetime | None

    @property
    def label(self) -> Label:
        """Intent and stage to learn: what staff said, else what the assistant thought."""
        return Label(self.intent or self.guessed_intent, self.stage or self.guessed_stage)


def propose_correction(session: Session, message_id: str, label: Label, staff_id: str, now: datetime) -> str:
    """Keep what staff say of a customer's message; a second proposal replaces the first and waits for approval anew.

    Returns the correction's id. Raises CorrectionError for an empty label, or a message that the assistant did not understand.
    """
    if not (label.intent or label.stage):
        raise CorrectionError(f"correction of message {message_id} says nothing; name an intent or a stage")
    row = session.execute(_MESSAGE.where(messages.c.id == message_id)).one_or_none()
    if row is None or not (row.understanding or {}).get("intent") or not _text(row):
        raise CorrectionError(f"message {message_id} was not understood by the assistant; correct one with an intent in its transcript")
    session.execute(corrections.delete().where(corrections.c.message_id == message_id))
    correction_id = new_id()
    guessed, names = _read_guess(row), [row.name or ""]
    session.execute(corrections.insert().values(
        id=correction_id, message_id=message_id, conversation_id=row.conversation_id, text=scrub(_text(row), names),
        intent=label.intent, stage=label.stage, guessed_intent=guessed.intent, guessed_stage=guessed.stage,
        model_version=_read_version(row), state=PROPOSED, made_by=staff_id, made_at=now, **_read_before(session, row, names),
    ))
    return correction_id


def decide_correction(session: Session, correction_id: str, is_approved: bool, staff_id: str, now: datetime) -> None:
    """Approve a correction for training, or reject it. Raises CorrectionError when it is not there any more."""
    values = {"state": APPROVED if is_approved else REJECTED, "decided_by": staff_id, "decided_at": now}
    if session.execute(corrections.update().where(corrections.c.id == correction_id).values(**values)).rowcount != 1:
        raise CorrectionError(f"correction {correction_id} is gone; reload the page")


def list_corrections(session: Session, state: str) -> list[Correction]:
    """Corrections in a state, oldest first."""
    query = sa.select(*_COLUMNS).where(corrections.c.state == state).order_by(corrections.c.made_at, corrections.c.id)
    return [Correction(*row) for row in session.execute(query)]


def find_correction(session: Session, message_id: str) -> Correction | None:
    """The correction of a message, or None."""
    row = session.execute(sa.select(*_COLUMNS).where(corrections.c.message_id == message_id)).one_or_none()
    return None if row is None else Correction(*row)


def _read_before(session: Session, row: Any, names: list[str]) -> dict[str, str | None]:
    earlier = (messages.c.conversation_id == row.conversation_id) & (messages.c.seq < row.seq)
    before = session.execute(_MESSAGE.where(earlier).order_by(messages.c.seq.desc()).limit(1)).one_or_none()
    if before is None or not _text(before):
        return {}
    guessed = _read_guess(before)
    return {"before_text": scrub(_text(before), names), "before_intent": guessed.intent, "before_stage": guessed.stage}


def _read_guess(row: Any) -> Label:
    understanding: Mapping[str, Any] = row.understanding or {}
    ranking = [item["name"] for item in understanding.get("intent_ranking") or () if item["name"] != "nlu_fallback"]
    return Label(ranking[0] if ranking else None, (understanding.get("stage_estimate") or {}).get("chosen"))


def _read_version(row: Any) -> str:
    return str(((row.understanding or {}).get("stage_estimate") or {}).get("model_version") or "")


def _text(row: Any) -> str:
    return str(row.body.get("text") or "").strip()


_COLUMNS = tuple(corrections.c[name] for name in Correction.__dataclass_fields__)
_MESSAGE = (
    sa.select(messages.c.conversation_id, messages.c.seq, messages.c.body, turns.c.understanding, contacts.c.name)
    .join(turns, turns.c.message_id == messages.c.id).join(conversations, conversations.c.id == messages.c.conversation_id)
    .join(contacts, contacts.c.id == conversations.c.contact_id).where(messages.c.direction == "in")
)
