"""Running the house."""

from __future__ import annotations

import sqlalchemy as sa

from journey_state.columns import UtcDateTime, id_column, metadata

visitor_tokens = sa.Table(
    "visitor_tokens",
    metadata,
    sa.Column("token_hash", sa.String(64), primary_key=True),
    sa.Column("address", sa.String(128), nullable=False, index=True),
    sa.Column("issued_at", UtcDateTime, nullable=False),
    sa.Column("revoked_at", UtcDateTime),
)

channel_cursors = sa.Table(
    "channel_cursors",
    metadata,
    sa.Column("channel", sa.String(32), primary_key=True),
    sa.Column("cursor", sa.String(64), nullable=False),
)

channel_accounts = sa.Table(
    "channel_accounts",
    metadata,
    sa.Column("channel", sa.String(32), primary_key=True),
    sa.Column("name", sa.String(64), nullable=False),
)

counters = sa.Table(
    "counters",
    metadata,
    sa.Column("name", sa.String(32), primary_key=True),
    sa.Column("value", sa.BigInteger, nullable=False),
)

models_in_use = sa.Table(
    "models_in_use",
    metadata,
    id_column(),
    sa.Column("version", sa.String(64), nullable=False),
    sa.Column("chosen_at", UtcDateTime, nullable=False),
    sa.Column("chosen_by", sa.String(64), nullable=False),
)

file_removals = sa.Table(
    "file_removals",
    metadata,
    id_column(),
    sa.Column("noted_at", UtcDateTime, nullable=False),
)
