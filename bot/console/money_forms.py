"""Reads the forms of the money pages, distrusting all of them."""

from __future__ import annotations

import re

from bot.channels.inbound_text import clean_text
from bot.console.visits import Visit
from journey_state.errors import JourneyError
from journey_state.ledger import Notice
from journey_state.store import new_id

MAX_EVIDENCE = 1_000
MOST_VND = 10**12
_AMOUNT = re.compile(r"\d[\d., ]{0,18}\s*(?:đ|₫|vnd)?", re.IGNORECASE)
_KEY = re.compile(r"[0-9a-f]{32}")
_REFERENCE = re.compile(r"[A-Za-z0-9._:/-]{1,64}")


class BadFormError(JourneyError):
    """A field that cannot be booked; the message is the key of the words that say why."""


def read_notice(visit: Visit) -> Notice:
    """What a member of the staff says they saw: amount, evidence, the bank's reference if they have it. Raises BadFormError."""
    evidence = clean_text(visit.form.get("evidence", ""))
    reference = visit.form.get("reference", "").strip()
    if not evidence:
        raise BadFormError("no_evidence")
    if len(evidence) > MAX_EVIDENCE:
        raise BadFormError("evidence_too_long")
    if reference and not _REFERENCE.fullmatch(reference):
        raise BadFormError("bad_reference")
    return Notice(
        amount=read_amount(visit.form.get("amount", "")), came_at=visit.now, reference=reference or None,
        noted_by=visit.member.id, evidence=evidence, key=form_key(visit),
    )


def read_amount(raw: str) -> int:
    """Whole đồng as people type them: 128520, 128.520đ, 128,520 VND. Raises BadFormError."""
    if not _AMOUNT.fullmatch(raw.strip()):
        raise BadFormError("bad_amount")
    amount = int(re.sub(r"\D", "", raw))
    if amount > MOST_VND:
        raise BadFormError("bad_amount")
    return amount


def form_key(visit: Visit) -> str:
    """The form's own id: a form that is sent twice is one deed."""
    key = visit.form.get("key", "")
    return key if _KEY.fullmatch(key) else new_id()
