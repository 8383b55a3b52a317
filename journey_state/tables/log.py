"""The conversation log: people, what was said, turns, and what is still to be delivered."""

from __future__ import annotations

import sqlalchemy as sa

from journey_state.columns import Id, Json, UtcDateTime, id_column, metadata

contacts = sa.Table(
    "contacts",
    metadata,
    id_column(),
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
    id_column(),
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
    id_column(),
    sa.Column("contact_id", Id, nullable=False, index=True),
    sa.Column("joined_contact_id", Id, nullable=False, index=True),
    sa.Column("reason", sa.String(64), nullable=False),
    sa.Column("made_by", sa.String(64), nullable=False),
    sa.Column("made_at", UtcDateTime, nullable=False),
    sa.Column("undoes", Id),
)

link_offers = sa.Table(
    "link_offers",
    metadata,
    sa.Column("token_hash", sa.String(64), primary_key=True),
    sa.Column("contact_id", Id, sa.ForeignKey("contacts.id"), nullable=False, index=True),
    sa.Column("conversation_id", Id, nullable=False),
    sa.Column("made_at", UtcDateTime, nullable=False),
    sa.Column("expires_at", UtcDateTime, nullable=False),
    sa.Column("used_at", UtcDateTime),
)

conversations = sa.Table(
    "conversations",
    metadata,
    id_column(),
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
    id_column(),
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

message_words = sa.Table(
    "message_words",
    metadata,
    sa.Column("message_id", Id, sa.ForeignKey("messages.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("folded", sa.Text, nullable=False),
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

uploads = sa.Table(
    "uploads",
    metadata,
    id_column(),
    sa.Column("conversation_id", Id, sa.ForeignKey("conversations.id"), nullable=False, index=True),
    sa.Column("message_id", Id, nullable=False),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("media_type", sa.String(64), nullable=False),
    sa.Column("size", sa.Integer, nullable=False),
    sa.Column("stored_at", UtcDateTime, nullable=False),
)
