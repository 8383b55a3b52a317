"""What the business keeps, staff, and running the house."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ID = sa.String(36)
UTC = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create the tables; names of keys and indexes follow the naming convention of `tables.metadata`."""
    _create_purchases()
    _create_care()
    _create_referrals()
    _create_handoffs()
    _create_staff()
    _create_operation()


def _create_purchases() -> None:
    op.create_table(
        "trials",
        sa.Column("id", ID, primary_key=True),
        sa.Column("contact_id", ID, sa.ForeignKey("contacts.id"), nullable=False, index=True),
        sa.Column("product", sa.String(32), nullable=False),
        sa.Column("plan", sa.String(32)),
        sa.Column("email", sa.String(254)),
        sa.Column("started_at", UTC, nullable=False),
        sa.Column("ends_at", UTC, nullable=False),
        sa.Column("ended_at", UTC),
        sa.Column("message_id", ID),
        sa.UniqueConstraint("contact_id", "product"),
    )
    op.create_table(
        "orders",
        sa.Column("id", ID, primary_key=True),
        sa.Column("number", sa.String(16), nullable=False, unique=True),
        sa.Column("contact_id", ID, sa.ForeignKey("contacts.id"), nullable=False, index=True),
        sa.Column("plan", sa.String(32), nullable=False),
        sa.Column("billing_period", sa.String(16), nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("currency", sa.String(3), nullable=False, server_default="VND"),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("ordered_at", UTC, nullable=False),
        sa.Column("paid_at", UTC),
        sa.Column("renews_at", UTC),
        sa.Column("cancelled_at", UTC),
        sa.Column("message_id", ID),
    )


def _create_care() -> None:
    op.create_table(
        "tickets",
        sa.Column("id", ID, primary_key=True),
        sa.Column("number", sa.String(16), nullable=False, unique=True),
        sa.Column("contact_id", ID, sa.ForeignKey("contacts.id"), nullable=False, index=True),
        sa.Column("conversation_id", ID, index=True),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("subject", sa.String(200), nullable=False),
        sa.Column("details", sa.Text, nullable=False, server_default=""),
        sa.Column("priority", sa.String(8), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("opened_at", UTC, nullable=False),
        sa.Column("due_at", UTC),
        sa.Column("closed_at", UTC),
        sa.Column("message_id", ID, unique=True),
    )
    op.create_table(
        "surveys",
        sa.Column("id", ID, primary_key=True),
        sa.Column("contact_id", ID, sa.ForeignKey("contacts.id"), nullable=False, index=True),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("score", sa.Integer, nullable=False),
        sa.Column("comment", sa.Text, nullable=False, server_default=""),
        sa.Column("answered_at", UTC, nullable=False),
        sa.Column("message_id", ID, unique=True),
    )
    op.create_table(
        "content_gaps",
        sa.Column("id", ID, primary_key=True),
        sa.Column("conversation_id", ID, index=True),
        sa.Column("message_id", ID, unique=True),
        sa.Column("intent", sa.String(64)),
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("noticed_at", UTC, nullable=False),
    )


def _create_referrals() -> None:
    op.create_table(
        "referral_codes",
        sa.Column("code", sa.String(24), primary_key=True),
        sa.Column("contact_id", ID, sa.ForeignKey("contacts.id"), nullable=False, unique=True),
        sa.Column("issued_at", UTC, nullable=False),
        sa.Column("expires_at", UTC, nullable=False),
        sa.Column("cap", sa.Integer, nullable=False),
        sa.Column("used", sa.Integer, nullable=False, server_default="0"),
    )
    op.create_table(
        "redemptions",
        sa.Column("id", ID, primary_key=True),
        sa.Column("code", sa.String(24), sa.ForeignKey("referral_codes.code"), nullable=False, index=True),
        sa.Column("contact_id", ID, sa.ForeignKey("contacts.id"), nullable=False, unique=True),
        sa.Column("redeemed_at", UTC, nullable=False),
        sa.Column("rewarded_at", UTC),
        sa.Column("message_id", ID),
    )


def _create_handoffs() -> None:
    op.create_table(
        "handoffs",
        sa.Column("id", ID, primary_key=True),
        sa.Column("conversation_id", ID, sa.ForeignKey("conversations.id"), nullable=False, index=True),
        sa.Column("contact_id", ID, sa.ForeignKey("contacts.id"), nullable=False, index=True),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("reason", sa.String(32), nullable=False),
        sa.Column("stage", sa.String(16)),
        sa.Column("priority", sa.Integer, nullable=False, server_default="0"),
        sa.Column("requested_at", UTC, nullable=False, index=True),
        sa.Column("claimed_by", ID),
        sa.Column("claimed_at", UTC),
        sa.Column("released_at", UTC),
        sa.Column("message_id", ID),
    )
    op.create_index(
        "uq_handoffs_open",
        "handoffs",
        ["conversation_id"],
        unique=True,
        sqlite_where=sa.text("state in ('requested', 'claimed')"),
        postgresql_where=sa.text("state in ('requested', 'claimed')"),
    )


def _create_staff() -> None:
    op.create_table(
        "staff",
        sa.Column("id", ID, primary_key=True),
        sa.Column("email", sa.String(254), nullable=False, unique=True),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("password_hash", sa.String(255), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("language", sa.String(8), nullable=False, server_default="vi"),
        sa.Column("created_at", UTC, nullable=False),
        sa.Column("disabled_at", UTC),
        sa.Column("failed_sign_ins", sa.Integer, nullable=False, server_default="0"),
        sa.Column("locked_until", UTC),
    )
    op.create_table(
        "staff_sessions",
        sa.Column("token_hash", sa.String(64), primary_key=True),
        sa.Column("staff_id", ID, sa.ForeignKey("staff.id"), nullable=False, index=True),
        sa.Column("csrf_token", sa.String(64), nullable=False),
        sa.Column("opened_at", UTC, nullable=False),
        sa.Column("expires_at", UTC, nullable=False),
    )
    op.create_table(
        "audit_entries",
        sa.Column("id", ID, primary_key=True),
        sa.Column("staff_id", ID, nullable=False, index=True),
        sa.Column("verb", sa.String(32), nullable=False),
        sa.Column("noun", sa.String(32), nullable=False),
        sa.Column("noun_id", sa.String(64), nullable=False),
        sa.Column("at", UTC, nullable=False),
    )


def _create_operation() -> None:
    op.create_table(
        "visitor_tokens",
        sa.Column("token_hash", sa.String(64), primary_key=True),
        sa.Column("address", sa.String(128), nullable=False, index=True),
        sa.Column("issued_at", UTC, nullable=False),
        sa.Column("revoked_at", UTC),
    )
    op.create_table(
        "channel_cursors",
        sa.Column("channel", sa.String(32), primary_key=True),
        sa.Column("cursor", sa.String(64), nullable=False),
    )
    op.create_table(
        "counters",
        sa.Column("name", sa.String(32), primary_key=True),
        sa.Column("value", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "models_in_use",
        sa.Column("id", ID, primary_key=True),
        sa.Column("version", sa.String(64), nullable=False),
        sa.Column("chosen_at", UTC, nullable=False),
        sa.Column("chosen_by", sa.String(64), nullable=False),
    )
