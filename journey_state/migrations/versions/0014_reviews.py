"""Reviews of closed handoffs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

ID = sa.String(36)


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "handoff_reviews",
        sa.Column("handoff_id", ID, primary_key=True),
        sa.Column("verdict", sa.String(12), nullable=False),
        sa.Column("cause", sa.String(24), nullable=False),
        sa.Column("remedy", sa.Text, nullable=False),
        sa.Column("made_by", ID, nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
    )
