"""Staff: what waits for them, who they are, what they looked at."""

from __future__ import annotations

import sqlalchemy as sa

from journey_state.columns import Id, Json, UtcDateTime, id_column, metadata

UNSETTLED = sa.text("state in ('requested', 'claimed')")
handoffs = sa.Table(
    "handoffs",
    metadata,
    id_column(),
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
    id_column(),
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
    id_column(),
    sa.Column("staff_id", Id, nullable=False, index=True),
    sa.Column("verb", sa.String(32), nullable=False),
    sa.Column("noun", sa.String(32), nullable=False),
    sa.Column("noun_id", sa.String(64), nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
)

handoff_assignments = sa.Table(
    "handoff_assignments",
    metadata,
    sa.Column("handoff_id", Id, primary_key=True),
    sa.Column("team", sa.String(32), nullable=False),
    sa.Column("staff_id", Id),
    sa.Column("made_by", Id, nullable=False),
    sa.Column("made_at", UtcDateTime, nullable=False),
)

read_marks = sa.Table(
    "read_marks",
    metadata,
    sa.Column("conversation_id", Id, primary_key=True),
    sa.Column("staff_id", Id, primary_key=True),
    sa.Column("seq", sa.Integer, nullable=False),
)

presences = sa.Table(
    "presences",
    metadata,
    sa.Column("staff_id", Id, primary_key=True),
    sa.Column("conversation_id", Id, primary_key=True),
    sa.Column("seen_at", UtcDateTime, nullable=False),
    sa.Column("typed_at", UtcDateTime),
)

absences = sa.Table(
    "absences",
    metadata,
    sa.Column("staff_id", Id, primary_key=True),
    sa.Column("since", UtcDateTime, nullable=False),
)

desk_versions = sa.Table(
    "desk_versions",
    metadata,
    id_column(),
    sa.Column("number", sa.Integer, nullable=False, unique=True),
    sa.Column("section", sa.String(32), nullable=False),
    sa.Column("changed", Json, nullable=False),
    sa.Column("made_by", Id, nullable=False),
    sa.Column("made_at", UtcDateTime, nullable=False),
)

promises = sa.Table(
    "promises",
    metadata,
    id_column(),
    sa.Column("contact_id", Id, nullable=False, index=True),
    sa.Column("conversation_id", Id, nullable=False),
    sa.Column("topic", sa.String(16), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("valid_until", UtcDateTime),
    sa.Column("made_by", Id, nullable=False),
    sa.Column("made_at", UtcDateTime, nullable=False),
    sa.Column("said_at", UtcDateTime),
)

staff_accounts = sa.Table(
    "staff_accounts",
    metadata,
    sa.Column("channel", sa.String(32), primary_key=True),
    sa.Column("address", sa.String(128), primary_key=True),
    sa.Column("staff_id", Id, sa.ForeignKey("staff.id"), nullable=False, index=True),
    sa.Column("made_at", UtcDateTime, nullable=False),
)

# No foreign keys: a card outlives the handoff that was erased, until the group shows nothing of it any more.
desk_cards = sa.Table(
    "desk_cards",
    metadata,
    sa.Column("handoff_id", Id, primary_key=True),
    sa.Column("conversation_id", Id, nullable=False),
    sa.Column("place", sa.String(64), nullable=False),
    sa.Column("ref", sa.String(32)),
    sa.Column("told_state", sa.String(64), nullable=False),
    sa.Column("told_seq", sa.Integer, nullable=False),
    sa.Column("made_at", UtcDateTime, nullable=False),
    sa.Column("leased_until", UtcDateTime, nullable=False),
    sa.Column("is_over", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Index("ix_desk_cards_open", "is_over", "leased_until"),
)

desk_messages = sa.Table(
    "desk_messages",
    metadata,
    sa.Column("place", sa.String(64), primary_key=True),
    sa.Column("ref", sa.String(32), primary_key=True),
    sa.Column("conversation_id", Id, nullable=False, index=True),
)

handoff_reviews = sa.Table(
    "handoff_reviews",
    metadata,
    sa.Column("handoff_id", Id, primary_key=True),
    sa.Column("verdict", sa.String(12), nullable=False),
    sa.Column("cause", sa.String(24), nullable=False),
    sa.Column("remedy", sa.Text, nullable=False),
    sa.Column("made_by", Id, nullable=False),
    sa.Column("made_at", UtcDateTime, nullable=False),
)
