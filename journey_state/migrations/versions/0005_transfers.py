"""The ledger of transfers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

ID = sa.String(36)
UTC = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "transfers",
        sa.Column("id", ID, primary_key=True),
        sa.Column("reference", sa.String(64), unique=True),
        sa.Column("direction", sa.String(3), nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("content", sa.Text, nullable=False, server_default=""),
        sa.Column("came_at", UTC, nullable=False),
        sa.Column("noted_at", UTC, nullable=False, index=True),
        sa.Column("noted_by", ID, nullable=False),
        sa.Column("evidence", sa.Text, nullable=False, server_default=""),
        sa.Column("verdict", sa.String(16), nullable=False),
        sa.Column("order_number", sa.String(16), sa.ForeignKey("orders.number"), index=True),
        sa.Column("contact_id", ID, sa.ForeignKey("contacts.id"), index=True),
    )
