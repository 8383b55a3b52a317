"""Alembic's entry: runs the migrations on the connection that `journey_state.migrate` hands over.

A developer who writes the next migration has no such connection and names a database instead:
`alembic -x url=sqlite:///var/donghanh.db revision --autogenerate -m "what changes"`.
"""

from __future__ import annotations

from typing import Literal

from alembic import context
from sqlalchemy.engine import Connection

from journey_state.columns import UtcDateTime
from journey_state.store import JourneyStore
from journey_state.tables import metadata


def _render_type(kind: str, item: object, _: object) -> str | Literal[False]:
    # A migration stands for itself: it names the database's type, not ours, which may change.
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, UtcDateTime) else False


def _run(connection: Connection) -> None:
    context.configure(connection=connection, target_metadata=metadata, render_as_batch=True, render_item=_render_type)
    with context.begin_transaction():
        context.run_migrations()


def _run_here() -> None:
    given: Connection | None = context.config.attributes.get("connection")
    if given is not None:
        _run(given)
        return
    store = JourneyStore(context.get_x_argument(as_dictionary=True)["url"])
    with store.engine.begin() as connection:
        _run(connection)
    store.close()


_run_here()
