"""Learning: what staff corrected in the assistant's understanding."""

from __future__ import annotations

import sqlalchemy as sa

from journey_state.columns import Id, UtcDateTime, id_column, metadata

corrections = sa.Table(
    "corrections",
    metadata,
    id_column(),
    sa.Column("message_id", Id, nullable=False, unique=True),
    sa.Column("conversation_id", Id, sa.ForeignKey("conversations.id"), nullable=False, index=True),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("intent", sa.String(32)),
    sa.Column("stage", sa.String(16)),
    sa.Column("guessed_intent", sa.String(32)),
    sa.Column("guessed_stage", sa.String(16)),
    sa.Column("before_text", sa.Text),
    sa.Column("before_intent", sa.String(32)),
    sa.Column("before_stage", sa.String(16)),
    sa.Column("model_version", sa.String(64), nullable=False),
    sa.Column("state", sa.String(10), nullable=False, index=True),
    sa.Column("made_by", Id, nullable=False),
    sa.Column("made_at", UtcDateTime, nullable=False),
    sa.Column("decided_by", Id),
    sa.Column("decided_at", UtcDateTime),
)
