"""What the business owes and is owed."""

from __future__ import annotations

import sqlalchemy as sa

from journey_state.columns import Id, UtcDateTime, id_column, metadata

trials = sa.Table(
    "trials",
    metadata,
    id_column(),
    sa.Column("contact_id", Id, sa.ForeignKey("contacts.id"), nullable=False, index=True),
    sa.Column("product", sa.String(32), nullable=False),
    sa.Column("plan", sa.String(32)),
    sa.Column("email", sa.String(254)),
    sa.Column("started_at", UtcDateTime, nullable=False),
    sa.Column("ends_at", UtcDateTime, nullable=False),
    sa.Column("ended_at", UtcDateTime),
    sa.Column("message_id", Id),
    sa.UniqueConstraint("contact_id", "product"),
)

orders = sa.Table(
    "orders",
    metadata,
    id_column(),
    sa.Column("number", sa.String(16), nullable=False, unique=True),
    sa.Column("contact_id", Id, sa.ForeignKey("contacts.id"), nullable=False, index=True),
    sa.Column("plan", sa.String(32), nullable=False),
    sa.Column("billing_period", sa.String(16), nullable=False),
    sa.Column("quantity", sa.Integer, nullable=False, server_default="1"),
    sa.Column("amount", sa.BigInteger, nullable=False),
    sa.Column("currency", sa.String(3), nullable=False, server_default="VND"),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("ordered_at", UtcDateTime, nullable=False),
    sa.Column("paid_at", UtcDateTime),
    sa.Column("renews_at", UtcDateTime),
    sa.Column("cancelled_at", UtcDateTime),
    sa.Column("message_id", Id),
)

tickets = sa.Table(
    "tickets",
    metadata,
    id_column(),
    sa.Column("number", sa.String(16), nullable=False, unique=True),
    sa.Column("contact_id", Id, sa.ForeignKey("contacts.id"), nullable=False, index=True),
    sa.Column("conversation_id", Id, index=True),
    sa.Column("kind", sa.String(32), nullable=False),
    sa.Column("subject", sa.String(200), nullable=False),
    sa.Column("details", sa.Text, nullable=False, server_default=""),
    sa.Column("priority", sa.String(8), nullable=False),
    sa.Column("state", sa.String(12), nullable=False),
    sa.Column("opened_at", UtcDateTime, nullable=False),
    sa.Column("due_at", UtcDateTime),
    sa.Column("closed_at", UtcDateTime),
    sa.Column("message_id", Id, unique=True),
)

ticket_handlings = sa.Table(
    "ticket_handlings",
    metadata,
    sa.Column("number", sa.String(16), primary_key=True),
    sa.Column("team", sa.String(32)),
    sa.Column("staff_id", Id),
    sa.Column("answered_at", UtcDateTime),
    sa.Column("merged_into", sa.String(16)),
    sa.Column("reopened", sa.Integer, nullable=False),
)

referral_codes = sa.Table(
    "referral_codes",
    metadata,
    sa.Column("code", sa.String(24), primary_key=True),
    sa.Column("contact_id", Id, sa.ForeignKey("contacts.id"), nullable=False, unique=True),
    sa.Column("issued_at", UtcDateTime, nullable=False),
    sa.Column("expires_at", UtcDateTime, nullable=False),
    sa.Column("cap", sa.Integer, nullable=False),
    sa.Column("used", sa.Integer, nullable=False, server_default="0"),
)

redemptions = sa.Table(
    "redemptions",
    metadata,
    id_column(),
    sa.Column("code", sa.String(24), sa.ForeignKey("referral_codes.code"), nullable=False, index=True),
    sa.Column("contact_id", Id, sa.ForeignKey("contacts.id"), nullable=False, unique=True),
    sa.Column("redeemed_at", UtcDateTime, nullable=False),
    sa.Column("rewarded_at", UtcDateTime),
    sa.Column("message_id", Id),
)

surveys = sa.Table(
    "surveys",
    metadata,
    id_column(),
    sa.Column("contact_id", Id, sa.ForeignKey("contacts.id"), nullable=False, index=True),
    sa.Column("kind", sa.String(8), nullable=False),
    sa.Column("score", sa.Integer, nullable=False),
    sa.Column("comment", sa.Text, nullable=False, server_default=""),
    sa.Column("answered_at", UtcDateTime, nullable=False),
    sa.Column("message_id", Id, unique=True),
)

content_gaps = sa.Table(
    "content_gaps",
    metadata,
    id_column(),
    sa.Column("conversation_id", Id, index=True),
    sa.Column("message_id", Id, unique=True),
    sa.Column("intent", sa.String(64)),
    sa.Column("question", sa.Text, nullable=False),
    sa.Column("noticed_at", UtcDateTime, nullable=False),
)
