"""What staff promised before they gave a conversation back."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

ID = sa.String(36)
UTC = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "promises",
        sa.Column("id", ID, primary_key=True),
        sa.Column("contact_id", ID, nullable=False, index=True),
        sa.Column("conversation_id", ID, nullable=False),
        sa.Column("topic", sa.String(16), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("valid_until", UTC),
        sa.Column("made_by", ID, nullable=False),
        sa.Column("made_at", UTC, nullable=False),
        sa.Column("said_at", UTC),
    )
