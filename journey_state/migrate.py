"""Brings a journey database to the tables of this version; forward only, one process at a time."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError

from journey_state.errors import StoreError
from journey_state.store import JourneyStore

MIGRATIONS = Path(__file__).parent / "migrations"
ADVISORY_LOCK = 7_204_513_016


def migrate(url: str) -> None:
    """Upgrade the database at a SQLAlchemy URL to the newest migration; does nothing when it is there.

    Safe to call from several processes at once: PostgreSQL serialises them by an advisory lock,
    SQLite by its write lock. All steps commit together or not at all.
    Raises StoreError when the database does not answer, is broken, or was made by a newer version.
    """
    store = JourneyStore(url)
    try:
        with store.engine.begin() as connection:
            _upgrade(connection)
    except DBAPIError as error:
        remedy = "start it, correct DONGHANH_DATABASE_URL, or restore a backup"
        raise StoreError(f"database {store.engine.url!r} cannot be migrated ({str(error.orig).strip()}); {remedy}") from error
    finally:
        store.close()


def is_migrated(store: JourneyStore) -> bool:
    """True when the database has exactly the tables of this version. Raises StoreError when it does not answer."""
    store.check()
    with store.reading() as session:
        return _current(session.connection()) == _newest()


def _upgrade(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": ADVISORY_LOCK})
    current = _current(connection)
    if current is not None and current not in _known():
        raise StoreError(f"the database is at migration {current!r}, unknown to this version; run the newer version, or restore a backup")
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _current(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _newest() -> str | None:
    return ScriptDirectory.from_config(_config()).get_current_head()


def _known() -> set[str]:
    return {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config
