"""What staff corrected in the assistant's understanding."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

ID = sa.String(36)
UTC = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "corrections",
        sa.Column("id", ID, primary_key=True),
        sa.Column("message_id", ID, nullable=False, unique=True),
        sa.Column("conversation_id", ID, sa.ForeignKey("conversations.id"), nullable=False, index=True),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("intent", sa.String(32)),
        sa.Column("stage", sa.String(16)),
        sa.Column("guessed_intent", sa.String(32)),
        sa.Column("guessed_stage", sa.String(16)),
        sa.Column("before_text", sa.Text),
        sa.Column("before_intent", sa.String(32)),
        sa.Column("before_stage", sa.String(16)),
        sa.Column("model_version", sa.String(64), nullable=False),
        sa.Column("state", sa.String(10), nullable=False, index=True),
        sa.Column("made_by", ID, nullable=False),
        sa.Column("made_at", UTC, nullable=False),
        sa.Column("decided_by", ID),
        sa.Column("decided_at", UTC),
    )
