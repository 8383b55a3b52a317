"""Money: the ledger of transfers, and links to papers about it."""

from __future__ import annotations

import sqlalchemy as sa

from journey_state.columns import Id, UtcDateTime, id_column, metadata

public_links = sa.Table(
    "public_links",
    metadata,
    sa.Column("token", sa.String(43), primary_key=True),
    sa.Column("noun", sa.String(16), nullable=False),
    sa.Column("noun_id", Id, nullable=False),
    sa.Column("contact_id", Id, sa.ForeignKey("contacts.id"), nullable=False, index=True),
    sa.Column("made_at", UtcDateTime, nullable=False),
    sa.UniqueConstraint("noun", "noun_id"),
)

transfers = sa.Table(
    "transfers",
    metadata,
    id_column(),
    sa.Column("reference", sa.String(64), unique=True),
    sa.Column("direction", sa.String(3), nullable=False),
    sa.Column("amount", sa.BigInteger, nullable=False),
    sa.Column("content", sa.Text, nullable=False, server_default=""),
    sa.Column("came_at", UtcDateTime, nullable=False),
    sa.Column("noted_at", UtcDateTime, nullable=False, index=True),
    sa.Column("noted_by", Id, nullable=False),
    sa.Column("evidence", sa.Text, nullable=False, server_default=""),
    sa.Column("verdict", sa.String(16), nullable=False),
    sa.Column("order_number", sa.String(16), sa.ForeignKey("orders.number"), index=True),
    sa.Column("contact_id", Id, sa.ForeignKey("contacts.id"), index=True),
)

companies = sa.Table(
    "companies",
    metadata,
    sa.Column("contact_id", Id, sa.ForeignKey("contacts.id"), primary_key=True),
    sa.Column("name", sa.String(200), nullable=False, server_default=""),
    sa.Column("tax_code", sa.String(14), nullable=False, server_default=""),
    sa.Column("address", sa.String(300), nullable=False, server_default=""),
    sa.Column("email", sa.String(254), nullable=False, server_default=""),
    sa.Column("kept_at", UtcDateTime, nullable=False),
)

quotes = sa.Table(
    "quotes",
    metadata,
    id_column(),
    sa.Column("number", sa.String(16), nullable=False, unique=True),
    sa.Column("contact_id", Id, sa.ForeignKey("contacts.id"), nullable=False, index=True),
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
    sa.Column("made_at", UtcDateTime, nullable=False),
    sa.Column("valid_until", UtcDateTime, nullable=False),
    sa.Column("message_id", Id, index=True),
)

deals = sa.Table(
    "deals",
    metadata,
    sa.Column("contact_id", Id, sa.ForeignKey("contacts.id"), primary_key=True),
    sa.Column("owner_id", Id, sa.ForeignKey("staff.id")),
    sa.Column("value", sa.BigInteger, nullable=False),
    sa.Column("next_step", sa.String(300), nullable=False, server_default=""),
    sa.Column("expected_close", sa.Date),
    sa.Column("state", sa.String(8), nullable=False),
    sa.Column("reason", sa.String(300), nullable=False, server_default=""),
    sa.Column("competitor", sa.String(100), nullable=False, server_default=""),
    sa.Column("changed_at", UtcDateTime, nullable=False),
    sa.Column("closed_at", UtcDateTime),
)
