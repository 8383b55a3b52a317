"""Touchpoints: every logged moment of contact, immutable, behind the consent gate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from journey_state.consent import find_consent
from journey_state.errors import JourneyError
from journey_state.store import insert_once, new_id
from journey_state.tables import touchpoints


class TouchpointGroup(str, Enum):
    """The twelve groups that journey models are written in."""

    EXPOSURE = "exposure"
    INQUIRY = "inquiry"
    PROOF = "proof"
    TRIAL = "trial"
    COMMITMENT = "commitment"
    PAYMENT = "payment"
    ONBOARDING = "onboarding"
    SUPPORT = "support"
    FEEDBACK = "feedback"
    SHARING = "sharing"
    RENEWAL = "renewal"
    EXIT = "exit"


_G = TouchpointGroup
GROUP_OF_TYPE: Mapping[str, TouchpointGroup] = {
    "ad_seen": _G.EXPOSURE, "campaign_opened": _G.EXPOSURE, "social_seen": _G.EXPOSURE, "word_of_mouth": _G.EXPOSURE,
    "receipt_opened": _G.EXPOSURE,
    "conversation_opened": _G.EXPOSURE,
    "question_asked": _G.INQUIRY, "plans_compared": _G.INQUIRY, "price_asked": _G.INQUIRY, "promotion_asked": _G.INQUIRY,
    "recommendation_asked": _G.INQUIRY, "search_made": _G.INQUIRY, "brand_asked": _G.INQUIRY,
    "review_read": _G.PROOF,
    "trial_asked": _G.TRIAL, "trial_started": _G.TRIAL, "trial_used": _G.TRIAL, "trial_ended": _G.TRIAL, "demo_asked": _G.TRIAL,
    "quote_asked": _G.COMMITMENT, "order_placed": _G.COMMITMENT, "promo_applied": _G.COMMITMENT, "referral_redeemed": _G.COMMITMENT,
    "purchase_asked": _G.COMMITMENT, "order_checked": _G.COMMITMENT,
    "payment_asked": _G.PAYMENT, "payment_reported": _G.PAYMENT, "payment_confirmed": _G.PAYMENT, "invoice_asked": _G.PAYMENT,
    "setup_asked": _G.ONBOARDING, "onboarding_started": _G.ONBOARDING,
    "help_asked": _G.SUPPORT, "outage_reported": _G.SUPPORT, "billing_reported": _G.SUPPORT, "ticket_opened": _G.SUPPORT,
    "ticket_checked": _G.SUPPORT, "refund_asked": _G.SUPPORT, "complaint_made": _G.SUPPORT, "handoff_requested": _G.SUPPORT,
    "csat_given": _G.FEEDBACK, "nps_given": _G.FEEDBACK, "survey_answered": _G.FEEDBACK,
    "referral_asked": _G.SHARING, "referral_issued": _G.SHARING, "referral_checked": _G.SHARING, "review_left": _G.SHARING,
    "renewal_asked": _G.RENEWAL, "upgrade_asked": _G.RENEWAL, "downgrade_asked": _G.RENEWAL, "loyalty_asked": _G.RENEWAL,
    "cancellation_asked": _G.EXIT, "plan_cancelled": _G.EXIT,
}


class UnknownTouchpointTypeError(JourneyError):
    """A touchpoint type that belongs to no group."""


@dataclass(frozen=True)
class Touchpoint:
    """One logged moment of contact (DESIGN: idempotency key = source, source id, type, ordinal).

    occurred_at, received_at: aware UTC. stage_source: model, fact or staff.
    emotion: -1..1 or None. value: integer in the currency's smallest unit (VND: đồng).
    """

    type: str
    contact_id: str
    channel: str
    source: str
    source_id: str
    occurred_at: datetime
    received_at: datetime
    ordinal: int = 0
    conversation_id: str | None = None
    stage: str | None = None
    stage_probability: float | None = None
    stage_source: str | None = None
    model_version: str | None = None
    emotion: float | None = None
    goal: str | None = None
    value: int | None = None
    currency: str | None = None
    expected_from: datetime | None = None
    expected_by: datetime | None = None
    properties: Mapping[str, Any] = field(default_factory=dict)

    @property
    def idempotency_key(self) -> str:
        """What makes a second write of the same moment change nothing."""
        return f"{self.source}:{self.source_id}:{self.type}:{self.ordinal}"

    @property
    def group(self) -> TouchpointGroup:
        """The group of the type. Raises UnknownTouchpointTypeError."""
        if self.type not in GROUP_OF_TYPE:
            raise UnknownTouchpointTypeError(f"touchpoint type {self.type!r} has no group; add it to GROUP_OF_TYPE")
        return GROUP_OF_TYPE[self.type]


def append_touchpoint(session: Session, touchpoint: Touchpoint) -> bool:
    """Log a touchpoint if the contact consents; True when a new row was written.

    Without consent nothing is written and nothing is kept for later.
    """
    group = touchpoint.group
    consent = find_consent(session, touchpoint.contact_id)
    if consent is None or not consent.is_granted:
        return False
    values = {name: getattr(touchpoint, name) for name in _COPIED}
    return insert_once(session, touchpoints, {
        **values, "id": new_id(), "idempotency_key": touchpoint.idempotency_key, "group": group.value,
        "properties": dict(touchpoint.properties), "consent": consent.id,
    })


def read_touchpoints(session: Session, contact_ids: Sequence[str], limit: int = 500) -> list[Mapping[str, Any]]:
    """The journey of a person: rows of all linked contacts, oldest first."""
    query = sa.select(touchpoints).where(touchpoints.c.contact_id.in_(contact_ids)).order_by(touchpoints.c.occurred_at.desc()).limit(limit)
    return [dict(row) for row in reversed(session.execute(query).mappings().all())]


_COPIED = tuple(
    name for name in Touchpoint.__dataclass_fields__ if name not in ("source_id", "ordinal", "properties")
)
