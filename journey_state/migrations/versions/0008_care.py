"""What we do unasked: nudges, each sent once, and the lease of the process that sends them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

ID = sa.String(36)
UTC = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "nudges",
        sa.Column("id", ID, primary_key=True),
        sa.Column("key", sa.String(120), nullable=False, unique=True),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("contact_id", ID, sa.ForeignKey("contacts.id"), nullable=False, index=True),
        sa.Column("conversation_id", ID),
        sa.Column("message_id", ID),
        sa.Column("sent_at", UTC, nullable=False),
    )
    op.create_table(
        "leases",
        sa.Column("name", sa.String(32), primary_key=True),
        sa.Column("holder", ID, nullable=False),
        sa.Column("held_until", UTC, nullable=False),
    )
