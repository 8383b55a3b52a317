"""How staff handle tickets."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "ticket_handlings",
        sa.Column("number", sa.String(16), primary_key=True),
        sa.Column("team", sa.String(32)),
        sa.Column("staff_id", sa.String(36)),
        sa.Column("answered_at", sa.DateTime(timezone=True)),
        sa.Column("merged_into", sa.String(16)),
        sa.Column("reopened", sa.Integer, nullable=False),
    )
