"""Orders say how many: seats of a plan sold by the user, else units."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Every order until now was for one."""
    op.add_column("orders", sa.Column("quantity", sa.Integer, nullable=False, server_default="1"))
