"""The journey: touchpoints, stages, and what a person allowed."""

from __future__ import annotations

import sqlalchemy as sa

from journey_state.columns import Id, Json, UtcDateTime, id_column, metadata

touchpoints = sa.Table(
    "touchpoints",
    metadata,
    id_column(),
    sa.Column("idempotency_key", sa.String(200), nullable=False, unique=True),
    sa.Column("type", sa.String(48), nullable=False),
    sa.Column("group", sa.String(16), nullable=False),
    sa.Column("contact_id", Id, sa.ForeignKey("contacts.id"), nullable=False),
    sa.Column("conversation_id", Id),
    sa.Column("channel", sa.String(32), nullable=False),
    sa.Column("occurred_at", UtcDateTime, nullable=False),
    sa.Column("received_at", UtcDateTime, nullable=False),
    sa.Column("stage", sa.String(16)),
    sa.Column("stage_probability", sa.Float),
    sa.Column("stage_source", sa.String(8)),
    sa.Column("model_version", sa.String(64)),
    sa.Column("emotion", sa.Float),
    sa.Column("goal", sa.String(64)),
    sa.Column("value", sa.BigInteger),
    sa.Column("currency", sa.String(3)),
    sa.Column("expected_from", UtcDateTime),
    sa.Column("expected_by", UtcDateTime),
    sa.Column("properties", Json, nullable=False),
    sa.Column("consent", Id, nullable=False),
    sa.Column("source", sa.String(32), nullable=False),
    sa.Column("schema_version", sa.Integer, nullable=False, server_default="1"),
    sa.Index("ix_touchpoints_contact_time", "contact_id", "occurred_at"),
    sa.Index("ix_touchpoints_type_time", "type", "occurred_at"),
)

contact_stages = sa.Table(
    "contact_stages",
    metadata,
    sa.Column("contact_id", Id, sa.ForeignKey("contacts.id"), primary_key=True),
    sa.Column("estimate", Json, nullable=False),
    sa.Column("stage", sa.String(16), nullable=False),
    sa.Column("source", sa.String(8), nullable=False),
    sa.Column("estimated_at", UtcDateTime, nullable=False),
)

stage_changes = sa.Table(
    "stage_changes",
    metadata,
    id_column(),
    sa.Column("contact_id", Id, sa.ForeignKey("contacts.id"), nullable=False, index=True),
    sa.Column("message_id", Id),
    sa.Column("from_stage", sa.String(16)),
    sa.Column("to_stage", sa.String(16), nullable=False),
    sa.Column("probability", sa.Float, nullable=False),
    sa.Column("source", sa.String(8), nullable=False),
    sa.Column("evidence", Json, nullable=False),
    sa.Column("changed_at", UtcDateTime, nullable=False),
)

consents = sa.Table(
    "consents",
    metadata,
    id_column(),
    sa.Column("contact_id", Id, sa.ForeignKey("contacts.id"), nullable=False, index=True),
    sa.Column("is_granted", sa.Boolean, nullable=False),
    sa.Column("wording", sa.String(32), nullable=False),
    sa.Column("channel", sa.String(32), nullable=False),
    sa.Column("message_id", Id),
    sa.Column("decided_at", UtcDateTime, nullable=False),
)

erasures = sa.Table(
    "erasures",
    metadata,
    id_column(),
    sa.Column("erased_at", UtcDateTime, nullable=False),
    sa.Column("requested_by", sa.String(64), nullable=False),
    sa.Column("counts", Json, nullable=False),
)
