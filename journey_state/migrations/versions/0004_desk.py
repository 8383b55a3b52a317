"""How the desk works: who is to take a handoff, what staff have read, who is there, and what owners changed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from journey_state.columns import Json

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

ID = sa.String(36)
UTC = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create the tables; names of keys follow the naming convention of `tables.metadata`."""
    op.create_table(
        "handoff_assignments",
        sa.Column("handoff_id", ID, primary_key=True),
        sa.Column("team", sa.String(32), nullable=False),
        sa.Column("staff_id", ID),
        sa.Column("made_by", ID, nullable=False),
        sa.Column("made_at", UTC, nullable=False),
    )
    op.create_table(
        "read_marks",
        sa.Column("conversation_id", ID, primary_key=True),
        sa.Column("staff_id", ID, primary_key=True),
        sa.Column("seq", sa.Integer, nullable=False),
    )
    _create_presence()
    op.create_table(
        "desk_versions",
        sa.Column("id", ID, primary_key=True),
        sa.Column("number", sa.Integer, nullable=False, unique=True),
        sa.Column("section", sa.String(32), nullable=False),
        sa.Column("changed", Json, nullable=False),
        sa.Column("made_by", ID, nullable=False),
        sa.Column("made_at", UTC, nullable=False),
    )


def _create_presence() -> None:
    op.create_table(
        "presences",
        sa.Column("staff_id", ID, primary_key=True),
        sa.Column("conversation_id", ID, primary_key=True),
        sa.Column("seen_at", UTC, nullable=False),
        sa.Column("typed_at", UTC),
    )
    op.create_table(
        "absences",
        sa.Column("staff_id", ID, primary_key=True),
        sa.Column("since", UTC, nullable=False),
    )
