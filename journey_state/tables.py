"""All tables. Migrations create them; only the store, tables and domain queries name them."""

from __future__ import annotations

import sqlalchemy as sa

from journey_state.columns import Id, Json, UtcDateTime
from journey_state.columns import metadata as metadata


def _id(**options: object) -> sa.Column:
    return sa.Column("id", Id, primary_key=True, **options)


contacts = sa.Table(
    "contacts",
    metadata,
    _id(),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("language", sa.String(8), nullable=False, server_default="vi"),
    sa.Column("name", sa.String(200)),
    sa.Column("phone", sa.String(32)),
    sa.Column("email", sa.String(254)),
    sa.Column("preferences", Json, nullable=False, default=dict),
)

identities = sa.Table(
    "identities",
    metadata,
    _id(),
    sa.Column("contact_id", Id, sa.ForeignKey("contacts.id"), nullable=False, index=True),
    sa.Column("channel", sa.String(32), nullable=False),
    sa.Column("address", sa.String(128), nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("verified_at", UtcDateTime),
    sa.UniqueConstraint("channel", "address"),
)

identity_links = sa.Table(
    "identity_links",
    metadata,
    _id(),
    sa.Column("contact_id", Id, nullable=False, index=True),
    sa.Column("joined_contact_id", Id, nullable=False, index=True),
    sa.Column("reason", sa.String(64), nullable=False),
    sa.Column("made_by", sa.String(64), nullable=False),
    sa.Column("made_at", UtcDateTime, nullable=False),
    sa.Column("undoes", Id),
)

conversations = sa.Table(
    "conversations",
    metadata,
    _id(),
    sa.Column("contact_id", Id, sa.ForeignKey("contacts.id"), nullable=False, index=True),
    sa.Column("channel", sa.String(32), nullable=False),
    sa.Column("address", sa.String(128), nullable=False),
    sa.Column("language", sa.String(8), nullable=False, server_default="vi"),
    sa.Column("next_seq", sa.Integer, nullable=False, server_default="1"),
    sa.Column("responder", sa.String(48), nullable=False, server_default="bot"),
    sa.Column("opened_at", UtcDateTime, nullable=False),
    sa.Column("last_at", UtcDateTime, nullable=False, index=True),
    sa.Column("opening_stage", sa.String(16)),
    sa.Column("peak_stage", sa.String(16)),
    sa.Column("closing_stage", sa.String(16)),
    sa.Column("consent_asked_at", UtcDateTime),
    sa.UniqueConstraint("channel", "address"),
)

messages = sa.Table(
    "messages",
    metadata,
    _id(),
    sa.Column("conversation_id", Id, sa.ForeignKey("conversations.id"), nullable=False),
    sa.Column("seq", sa.Integer, nullable=False),
    sa.Column("direction", sa.String(8), nullable=False),
    sa.Column("author", sa.String(48), nullable=False),
    sa.Column("channel_message_id", sa.String(128)),
    sa.Column("answers_id", Id, index=True),
    sa.Column("body", Json, nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.UniqueConstraint("conversation_id", "seq"),
    sa.UniqueConstraint("conversation_id", "channel_message_id"),
)

turns = sa.Table(
    "turns",
    metadata,
    sa.Column("message_id", Id, sa.ForeignKey("messages.id"), primary_key=True),
    sa.Column("conversation_id", Id, sa.ForeignKey("conversations.id"), nullable=False),
    sa.Column("seq", sa.Integer, nullable=False),
    sa.Column("state", sa.String(8), nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
    sa.Column("opened_at", UtcDateTime, nullable=False),
    sa.Column("retry_at", UtcDateTime, nullable=False),
    sa.Column("closed_at", UtcDateTime),
    sa.Column("answered_by", sa.String(48)),
    sa.Column("understanding", Json),
    sa.Column("actions", Json),
    sa.Column("error", sa.String(200)),
    sa.Index("ix_turns_open", "retry_at", sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'")),
    sa.Index("ix_turns_conversation_state_seq", "conversation_id", "state", "seq"),
)

choices = sa.Table(
    "choices",
    metadata,
    sa.Column("token", sa.String(32), primary_key=True),
    sa.Column("conversation_id", Id, sa.ForeignKey("conversations.id"), nullable=False, index=True),
    sa.Column("message_id", Id, nullable=False),
    sa.Column("label", sa.String(200), nullable=False),
    sa.Column("intent", sa.String(64), nullable=False),
    sa.Column("slots", Json, nullable=False),
)

UNDELIVERED = sa.text("state in ('queued', 'trying')")
outbox = sa.Table(
    "outbox",
    metadata,
    sa.Column("message_id", Id, sa.ForeignKey("messages.id"), primary_key=True),
    sa.Column("conversation_id", Id, sa.ForeignKey("conversations.id"), nullable=False),
    sa.Column("channel", sa.String(32), nullable=False),
    sa.Column("address", sa.String(128), nullable=False),
    sa.Column("seq", sa.Integer, nullable=False),
    sa.Column("state", sa.String(12), nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
    sa.Column("retry_at", UtcDateTime, nullable=False),
    sa.Column("queued_at", UtcDateTime, nullable=False),
    sa.Column("sent_at", UtcDateTime),
    sa.Column("is_possibly_double", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("error", sa.String(200)),
    sa.Index("ix_outbox_open", "retry_at", sqlite_where=UNDELIVERED, postgresql_where=UNDELIVERED),
    sa.Index("ix_outbox_conversation_state_seq", "conversation_id", "state", "seq"),
)

trackers = sa.Table(
    "trackers",
    metadata,
    sa.Column("conversation_id", Id, sa.ForeignKey("conversations.id"), primary_key=True),
    sa.Column("state", Json, nullable=False),
    sa.Column("saved_at", UtcDateTime, nullable=False),
)

touchpoints = sa.Table(
    "touchpoints",
    metadata,
    _id(),
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
    _id(),
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
    _id(),
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
    _id(),
    sa.Column("erased_at", UtcDateTime, nullable=False),
    sa.Column("requested_by", sa.String(64), nullable=False),
    sa.Column("counts", Json, nullable=False),
)

trials = sa.Table(
    "trials",
    metadata,
    _id(),
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
    _id(),
    sa.Column("number", sa.String(16), nullable=False, unique=True),
    sa.Column("contact_id", Id, sa.ForeignKey("contacts.id"), nullable=False, index=True),
    sa.Column("plan", sa.String(32), nullable=False),
    sa.Column("billing_period", sa.String(16), nullable=False),
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
    _id(),
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
    _id(),
    sa.Column("code", sa.String(24), sa.ForeignKey("referral_codes.code"), nullable=False, index=True),
    sa.Column("contact_id", Id, sa.ForeignKey("contacts.id"), nullable=False, unique=True),
    sa.Column("redeemed_at", UtcDateTime, nullable=False),
    sa.Column("rewarded_at", UtcDateTime),
    sa.Column("message_id", Id),
)

surveys = sa.Table(
    "surveys",
    metadata,
    _id(),
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
    _id(),
    sa.Column("conversation_id", Id, index=True),
    sa.Column("message_id", Id, unique=True),
    sa.Column("intent", sa.String(64)),
    sa.Column("question", sa.Text, nullable=False),
    sa.Column("noticed_at", UtcDateTime, nullable=False),
)

UNSETTLED = sa.text("state in ('requested', 'claimed')")
handoffs = sa.Table(
    "handoffs",
    metadata,
    _id(),
    sa.Column("conversation_id", Id, sa.ForeignKey("conversations.id"), nullable=False, index=True),
    sa.Column("contact_id", Id, sa.ForeignKey("contacts.id"), nullable=False, index=True),
    sa.Column("state", sa.String(12), nullable=False),
    sa.Column("reason", sa.String(32), nullable=False),
    sa.Column("stage", sa.String(16)),
    sa.Column("priority", sa.Integer, nullable=False, server_default="0"),
    sa.Column("requested_at", UtcDateTime, nullable=False, index=True),
    sa.Column("claimed_by", Id),
    sa.Column("claimed_at", UtcDateTime),
    sa.Column("released_at", UtcDateTime),
    sa.Column("message_id", Id),
    sa.Index("uq_handoffs_open", "conversation_id", unique=True, sqlite_where=UNSETTLED, postgresql_where=UNSETTLED),
)

staff = sa.Table(
    "staff",
    metadata,
    _id(),
    sa.Column("email", sa.String(254), nullable=False, unique=True),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("password_hash", sa.String(255), nullable=False),
    sa.Column("role", sa.String(16), nullable=False),
    sa.Column("language", sa.String(8), nullable=False, server_default="vi"),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("disabled_at", UtcDateTime),
    sa.Column("failed_sign_ins", sa.Integer, nullable=False, server_default="0"),
    sa.Column("locked_until", UtcDateTime),
)

staff_sessions = sa.Table(
    "staff_sessions",
    metadata,
    sa.Column("token_hash", sa.String(64), primary_key=True),
    sa.Column("staff_id", Id, sa.ForeignKey("staff.id"), nullable=False, index=True),
    sa.Column("csrf_token", sa.String(64), nullable=False),
    sa.Column("opened_at", UtcDateTime, nullable=False),
    sa.Column("expires_at", UtcDateTime, nullable=False),
)

audit_entries = sa.Table(
    "audit_entries",
    metadata,
    _id(),
    sa.Column("staff_id", Id, nullable=False, index=True),
    sa.Column("verb", sa.String(32), nullable=False),
    sa.Column("noun", sa.String(32), nullable=False),
    sa.Column("noun_id", sa.String(64), nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
)

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

counters = sa.Table(
    "counters",
    metadata,
    sa.Column("name", sa.String(32), primary_key=True),
    sa.Column("value", sa.BigInteger, nullable=False),
)

models_in_use = sa.Table(
    "models_in_use",
    metadata,
    _id(),
    sa.Column("version", sa.String(64), nullable=False),
    sa.Column("chosen_at", UtcDateTime, nullable=False),
    sa.Column("chosen_by", sa.String(64), nullable=False),
)
