"""People, what they said, and the stage they reached."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ID = sa.String(36)
UTC = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    """Create the tables; names of keys and indexes follow the naming convention of `tables.metadata`."""
    _create_people()
    _create_conversations()
    _create_turns()
    _create_journeys()


def _create_people() -> None:
    op.create_table(
        "contacts",
        sa.Column("id", ID, primary_key=True),
        sa.Column("created_at", UTC, nullable=False),
        sa.Column("language", sa.String(8), nullable=False, server_default="vi"),
        sa.Column("name", sa.String(200)),
        sa.Column("phone", sa.String(32)),
        sa.Column("email", sa.String(254)),
        sa.Column("preferences", JSON, nullable=False),
    )
    op.create_table(
        "identities",
        sa.Column("id", ID, primary_key=True),
        sa.Column("contact_id", ID, sa.ForeignKey("contacts.id"), nullable=False, index=True),
        sa.Column("channel", sa.String(32), nullable=False),
        sa.Column("address", sa.String(128), nullable=False),
        sa.Column("created_at", UTC, nullable=False),
        sa.Column("verified_at", UTC),
        sa.UniqueConstraint("channel", "address"),
    )
    op.create_table(
        "identity_links",
        sa.Column("id", ID, primary_key=True),
        sa.Column("contact_id", ID, nullable=False, index=True),
        sa.Column("joined_contact_id", ID, nullable=False, index=True),
        sa.Column("reason", sa.String(64), nullable=False),
        sa.Column("made_by", sa.String(64), nullable=False),
        sa.Column("made_at", UTC, nullable=False),
        sa.Column("undoes", ID),
    )
    op.create_table(
        "consents",
        sa.Column("id", ID, primary_key=True),
        sa.Column("contact_id", ID, sa.ForeignKey("contacts.id"), nullable=False, index=True),
        sa.Column("is_granted", sa.Boolean, nullable=False),
        sa.Column("wording", sa.String(32), nullable=False),
        sa.Column("channel", sa.String(32), nullable=False),
        sa.Column("message_id", ID),
        sa.Column("decided_at", UTC, nullable=False),
    )
    op.create_table(
        "erasures",
        sa.Column("id", ID, primary_key=True),
        sa.Column("erased_at", UTC, nullable=False),
        sa.Column("requested_by", sa.String(64), nullable=False),
        sa.Column("counts", JSON, nullable=False),
    )


def _create_conversations() -> None:
    op.create_table(
        "conversations",
        sa.Column("id", ID, primary_key=True),
        sa.Column("contact_id", ID, sa.ForeignKey("contacts.id"), nullable=False, index=True),
        sa.Column("channel", sa.String(32), nullable=False),
        sa.Column("address", sa.String(128), nullable=False),
        sa.Column("language", sa.String(8), nullable=False, server_default="vi"),
        sa.Column("next_seq", sa.Integer, nullable=False, server_default="1"),
        sa.Column("responder", sa.String(48), nullable=False, server_default="bot"),
        sa.Column("opened_at", UTC, nullable=False),
        sa.Column("last_at", UTC, nullable=False, index=True),
        sa.Column("opening_stage", sa.String(16)),
        sa.Column("peak_stage", sa.String(16)),
        sa.Column("closing_stage", sa.String(16)),
        sa.Column("consent_asked_at", UTC),
        sa.UniqueConstraint("channel", "address"),
    )
    op.create_table(
        "messages",
        sa.Column("id", ID, primary_key=True),
        sa.Column("conversation_id", ID, sa.ForeignKey("conversations.id"), nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("direction", sa.String(8), nullable=False),
        sa.Column("author", sa.String(48), nullable=False),
        sa.Column("channel_message_id", sa.String(128)),
        sa.Column("answers_id", ID, index=True),
        sa.Column("body", JSON, nullable=False),
        sa.Column("at", UTC, nullable=False),
        sa.UniqueConstraint("conversation_id", "seq"),
        sa.UniqueConstraint("conversation_id", "channel_message_id"),
    )
    op.create_table(
        "choices",
        sa.Column("token", sa.String(32), primary_key=True),
        sa.Column("conversation_id", ID, sa.ForeignKey("conversations.id"), nullable=False, index=True),
        sa.Column("message_id", ID, nullable=False),
        sa.Column("label", sa.String(200), nullable=False),
        sa.Column("intent", sa.String(64), nullable=False),
        sa.Column("slots", JSON, nullable=False),
    )


def _create_turns() -> None:
    op.create_table(
        "turns",
        sa.Column("message_id", ID, sa.ForeignKey("messages.id"), primary_key=True),
        sa.Column("conversation_id", ID, sa.ForeignKey("conversations.id"), nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
        sa.Column("opened_at", UTC, nullable=False),
        sa.Column("retry_at", UTC, nullable=False),
        sa.Column("closed_at", UTC),
        sa.Column("answered_by", sa.String(48)),
        sa.Column("understanding", JSON),
        sa.Column("actions", JSON),
        sa.Column("error", sa.String(200)),
    )
    op.create_index("ix_turns_conversation_state_seq", "turns", ["conversation_id", "state", "seq"])
    op.create_index(
        "ix_turns_open", "turns", ["retry_at"], sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'")
    )
    op.create_table(
        "trackers",
        sa.Column("conversation_id", ID, sa.ForeignKey("conversations.id"), primary_key=True),
        sa.Column("state", JSON, nullable=False),
        sa.Column("saved_at", UTC, nullable=False),
    )
    op.create_table(
        "outbox",
        sa.Column("message_id", ID, sa.ForeignKey("messages.id"), primary_key=True),
        sa.Column("conversation_id", ID, sa.ForeignKey("conversations.id"), nullable=False),
        sa.Column("channel", sa.String(32), nullable=False),
        sa.Column("address", sa.String(128), nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
        sa.Column("retry_at", UTC, nullable=False),
        sa.Column("queued_at", UTC, nullable=False),
        sa.Column("sent_at", UTC),
        sa.Column("is_possibly_double", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("error", sa.String(200)),
    )
    op.create_index("ix_outbox_conversation_state_seq", "outbox", ["conversation_id", "state", "seq"])
    op.create_index(
        "ix_outbox_open",
        "outbox",
        ["retry_at"],
        sqlite_where=sa.text("state in ('queued', 'trying')"),
        postgresql_where=sa.text("state in ('queued', 'trying')"),
    )


def _create_journeys() -> None:
    op.create_table(
        "touchpoints",
        sa.Column("id", ID, primary_key=True),
        sa.Column("idempotency_key", sa.String(200), nullable=False, unique=True),
        sa.Column("type", sa.String(48), nullable=False),
        sa.Column("group", sa.String(16), nullable=False),
        sa.Column("contact_id", ID, sa.ForeignKey("contacts.id"), nullable=False),
        sa.Column("conversation_id", ID),
        sa.Column("channel", sa.String(32), nullable=False),
        sa.Column("occurred_at", UTC, nullable=False),
        sa.Column("received_at", UTC, nullable=False),
        sa.Column("stage", sa.String(16)),
        sa.Column("stage_probability", sa.Float),
        sa.Column("stage_source", sa.String(8)),
        sa.Column("model_version", sa.String(64)),
        sa.Column("emotion", sa.Float),
        sa.Column("goal", sa.String(64)),
        sa.Column("value", sa.BigInteger),
        sa.Column("currency", sa.String(3)),
        sa.Column("expected_from", UTC),
        sa.Column("expected_by", UTC),
        sa.Column("properties", JSON, nullable=False),
        sa.Column("consent", ID, nullable=False),
        sa.Column("source", sa.String(32), nullable=False),
        sa.Column("schema_version", sa.Integer, nullable=False, server_default="1"),
    )
    op.create_index("ix_touchpoints_type_time", "touchpoints", ["type", "occurred_at"])
    op.create_index("ix_touchpoints_contact_time", "touchpoints", ["contact_id", "occurred_at"])
    op.create_table(
        "contact_stages",
        sa.Column("contact_id", ID, sa.ForeignKey("contacts.id"), primary_key=True),
        sa.Column("estimate", JSON, nullable=False),
        sa.Column("stage", sa.String(16), nullable=False),
        sa.Column("source", sa.String(8), nullable=False),
        sa.Column("estimated_at", UTC, nullable=False),
    )
    op.create_table(
        "stage_changes",
        sa.Column("id", ID, primary_key=True),
        sa.Column("contact_id", ID, sa.ForeignKey("contacts.id"), nullable=False, index=True),
        sa.Column("message_id", ID),
        sa.Column("from_stage", sa.String(16)),
        sa.Column("to_stage", sa.String(16), nullable=False),
        sa.Column("probability", sa.Float, nullable=False),
        sa.Column("source", sa.String(8), nullable=False),
        sa.Column("evidence", JSON, nullable=False),
        sa.Column("changed_at", UTC, nullable=False),
    )
