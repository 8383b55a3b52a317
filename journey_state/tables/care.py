"""What we do unasked: reminders and survey asks, and who may send them."""

from __future__ import annotations

import sqlalchemy as sa

from journey_state.columns import Id, UtcDateTime, id_column, metadata

nudges = sa.Table(
    "nudges",
    metadata,
    id_column(),
    sa.Column("key", sa.String(120), nullable=False, unique=True),
    sa.Column("kind", sa.String(24), nullable=False),
    sa.Column("contact_id", Id, sa.ForeignKey("contacts.id"), nullable=False, index=True),
    sa.Column("conversation_id", Id),
    sa.Column("message_id", Id),
    sa.Column("sent_at", UtcDateTime, nullable=False),
)

leases = sa.Table(
    "leases",
    metadata,
    sa.Column("name", sa.String(32), primary_key=True),
    sa.Column("holder", Id, nullable=False),
    sa.Column("held_until", UtcDateTime, nullable=False),
)
