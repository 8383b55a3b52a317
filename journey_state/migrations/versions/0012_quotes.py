"""Quotes, and the companies that they and invoices are made out to."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

ID = sa.String(36)
UTC = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "companies",
        sa.Column("contact_id", ID, sa.ForeignKey("contacts.id"), primary_key=True),
        sa.Column("name", sa.String(200), nullable=False, server_default=""),
        sa.Column("tax_code", sa.String(14), nullable=False, server_default=""),
        sa.Column("address", sa.String(300), nullable=False, server_default=""),
        sa.Column("email", sa.String(254), nullable=False, server_default=""),
        sa.Column("kept_at", UTC, nullable=False),
    )
    op.create_table(
        "quotes",
        sa.Column("id", ID, primary_key=True),
        sa.Column("number", sa.String(16), nullable=False, unique=True),
        sa.Column("contact_id", ID, sa.ForeignKey("contacts.id"), nullable=False, index=True),
        sa.Column("plan", sa.String(32), nullable=False),
        sa.Column("billing_period", sa.String(16), nullable=False),
        sa.Column("quantity", sa.Integer, nullable=False),
        sa.Column("list_price", sa.BigInteger, nullable=False),
        sa.Column("discount", sa.BigInteger, nullable=False),
        sa.Column("discount_name", sa.String(64), nullable=False, server_default=""),
        sa.Column("net", sa.BigInteger, nullable=False),
        sa.Column("vat", sa.BigInteger, nullable=False),
        sa.Column("vat_percent", sa.Integer, nullable=False),
        sa.Column("total", sa.BigInteger, nullable=False),
        sa.Column("made_at", UTC, nullable=False),
        sa.Column("valid_until", UTC, nullable=False),
        sa.Column("message_id", ID, index=True),
    )
