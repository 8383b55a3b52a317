"""Unguessable addresses of orders and quotes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "public_links",
        sa.Column("token", sa.String(43), primary_key=True),
        sa.Column("noun", sa.String(16), nullable=False),
        sa.Column("noun_id", sa.String(36), nullable=False),
        sa.Column("contact_id", sa.String(36), sa.ForeignKey("contacts.id"), nullable=False, index=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("noun", "noun_id"),
    )
