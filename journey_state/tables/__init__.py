"""All tables, by room. Migrations create them; only the store and domain queries name them."""

from __future__ import annotations

from journey_state.columns import metadata
from journey_state.tables.business import content_gaps, orders, redemptions, referral_codes, surveys, tickets, trials
from journey_state.tables.care import leases, nudges
from journey_state.tables.desk import (
    absences,
    audit_entries,
    desk_versions,
    handoff_assignments,
    handoffs,
    presences,
    promises,
    read_marks,
    staff,
    staff_sessions,
)
from journey_state.tables.journey import consents, contact_stages, erasures, stage_changes, touchpoints
from journey_state.tables.log import (
    choices,
    contacts,
    conversations,
    identities,
    identity_links,
    message_words,
    messages,
    outbox,
    trackers,
    turns,
    uploads,
)
from journey_state.tables.money import public_links, transfers
from journey_state.tables.operation import channel_cursors, counters, file_removals, models_in_use, visitor_tokens

__all__ = [
    "absences",
    "audit_entries",
    "channel_cursors",
    "choices",
    "consents",
    "contact_stages",
    "contacts",
    "content_gaps",
    "conversations",
    "counters",
    "desk_versions",
    "erasures",
    "file_removals",
    "handoff_assignments",
    "handoffs",
    "identities",
    "identity_links",
    "leases",
    "message_words",
    "messages",
    "metadata",
    "models_in_use",
    "nudges",
    "orders",
    "outbox",
    "presences",
    "promises",
    "public_links",
    "read_marks",
    "redemptions",
    "referral_codes",
    "staff",
    "staff_sessions",
    "stage_changes",
    "surveys",
    "tickets",
    "touchpoints",
    "trackers",
    "transfers",
    "trials",
    "turns",
    "uploads",
    "visitor_tokens",
]
