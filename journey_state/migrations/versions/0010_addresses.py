"""One person, many addresses: offers to link them, and the accounts by which a channel is reached."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

ID = sa.String(36)
UTC = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "link_offers",
        sa.Column("token_hash", sa.String(64), primary_key=True),
        sa.Column("contact_id", ID, sa.ForeignKey("contacts.id"), nullable=False, index=True),
        sa.Column("conversation_id", ID, nullable=False),
        sa.Column("made_at", UTC, nullable=False),
        sa.Column("expires_at", UTC, nullable=False),
        sa.Column("used_at", UTC),
    )
    op.create_table(
        "channel_accounts",
        sa.Column("channel", sa.String(32), primary_key=True),
        sa.Column("name", sa.String(64), nullable=False),
    )
