"""Money: the ledger of transfers, and links to papers about it."""

from __future__ import annotations

import sqlalchemy as sa

from journey_state.columns import Id, UtcDateTime, id_column, metadata

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

transfers = sa.Table(
    "transfers",
    metadata,
    id_column(),
    sa.Column("reference", sa.String(64), unique=True),
    sa.Column("direction", sa.String(3), nullable=False),
    sa.Column("amount", sa.BigInteger, nullable=False),
    sa.Column("content", sa.Text, nullable=False, server_default=""),
    sa.Column("came_at", UtcDateTime, nullable=False),
    sa.Column("noted_at", UtcDateTime, nullable=False, index=True),
    sa.Column("noted_by", Id, nullable=False),
    sa.Column("evidence", sa.Text, nullable=False, server_default=""),
    sa.Column("verdict", sa.String(16), nullable=False),
    sa.Column("order_number", sa.String(16), sa.ForeignKey("orders.number"), index=True),
    sa.Column("contact_id", Id, sa.ForeignKey("contacts.id"), index=True),
)
