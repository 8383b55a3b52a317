"""The staff's group elsewhere: its cards, their messages, and whose accounts are whose."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

ID = sa.String(36)
UTC = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "staff_accounts",
        sa.Column("channel", sa.String(32), primary_key=True),
        sa.Column("address", sa.String(128), primary_key=True),
        sa.Column("staff_id", ID, sa.ForeignKey("staff.id"), nullable=False, index=True),
        sa.Column("made_at", UTC, nullable=False),
    )
    op.create_table(
        "desk_cards",
        sa.Column("handoff_id", ID, primary_key=True),
        sa.Column("conversation_id", ID, nullable=False),
        sa.Column("place", sa.String(64), nullable=False),
        sa.Column("ref", sa.String(32)),
        sa.Column("told_state", sa.String(64), nullable=False),
        sa.Column("told_seq", sa.Integer, nullable=False),
        sa.Column("made_at", UTC, nullable=False),
        sa.Column("leased_until", UTC, nullable=False),
        sa.Column("is_over", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Index("ix_desk_cards_open", "is_over", "leased_until"),
    )
    op.create_table(
        "desk_messages",
        sa.Column("place", sa.String(64), primary_key=True),
        sa.Column("ref", sa.String(32), primary_key=True),
        sa.Column("conversation_id", ID, nullable=False, index=True),
    )
