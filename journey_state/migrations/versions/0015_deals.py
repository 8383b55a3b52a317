"""Deals."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

ID = sa.String(36)
UTC = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "deals",
        sa.Column("contact_id", ID, sa.ForeignKey("contacts.id"), primary_key=True),
        sa.Column("owner_id", ID, sa.ForeignKey("staff.id")),
        sa.Column("value", sa.BigInteger, nullable=False),
        sa.Column("next_step", sa.String(300), nullable=False, server_default=""),
        sa.Column("expected_close", sa.Date),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("reason", sa.String(300), nullable=False, server_default=""),
        sa.Column("competitor", sa.String(100), nullable=False, server_default=""),
        sa.Column("changed_at", UTC, nullable=False),
        sa.Column("closed_at", UTC),
    )
