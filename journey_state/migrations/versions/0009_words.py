"""Folded words of every message, to be searched without diacritics."""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

from journey_state.texts import fold

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

ID = sa.String(36)
BATCH = 1_000


def upgrade() -> None:
    """Create the table, fill it from the log, and give the lists of handoffs an index."""
    words = op.create_table(
        "message_words",
        sa.Column("message_id", ID, sa.ForeignKey("messages.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("folded", sa.Text, nullable=False),
    )
    _fill(words)


def _fill(words: sa.Table) -> None:
    connection, last = op.get_bind(), ""
    while rows := connection.execute(sa.text("SELECT id, body FROM messages WHERE id > :last ORDER BY id LIMIT :size"), {
        "last": last, "size": BATCH,
    }).all():
        last = rows[-1].id
        folded = [{"message_id": row.id, "folded": fold(_text(row.body))} for row in rows]
        if kept := [row for row in folded if row["folded"]]:
            op.bulk_insert(words, kept)


def _text(body: object) -> str:
    read = json.loads(body) if isinstance(body, str) else body
    return str(read.get("text") or "") if isinstance(read, dict) else ""
