"""Money: links to papers about it."""

from __future__ import annotations

import sqlalchemy as sa

from journey_state.columns import Id, UtcDateTime, metadata

public_links = sa.Table(
    "public_links",
    metadata,
    sa.Column("token", sa.String(43), primary_key=True),
    sa.Column("noun", sa.String(16), nullable=False),
    sa.Column("noun_id", Id, nullable=False),
    sa.Column("contact_id", Id, sa.ForeignKey("contacts.id"), nullable=False, index=True),
    sa.Column("made_at", UtcDateTime, nullable=False),
    sa.UniqueConstraint("noun", "noun_id"),
)
