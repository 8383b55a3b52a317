"""The journey store: one engine, short transactions, SQLite or PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import datetime, timezone
from functools import cache
from itertools import count
from pathlib import Path
from threading import Condition
from typing import Any
from uuid import uuid4

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, Engine, make_url
from sqlalchemy.exc import ArgumentError, OperationalError
from sqlalchemy.orm import Session

from journey_state.errors import StoreError
from journey_state.tables import counters

SQLITE_BUSY_TIMEOUT_MS = 15_000
_INSERT = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}
_REMEDY = "write sqlite:///var/donghanh.db or postgresql://user:password@host/name"


def new_id() -> str:
    """A fresh id for a row: 32 hexadecimal digits."""
    return uuid4().hex


def utc_now() -> datetime:
    """Now, aware UTC. Rules never call this; borders do, and pass the time in."""
    return datetime.now(timezone.utc)


class FairLock:
    """Serves waiters in the order they came.

    SQLite has one writer at a time and lets the others poll: an engine that writes turn after turn
    would starve the messages that come in.
    """

    def __init__(self) -> None:
        self._condition = Condition()
        self._tickets = count()
        self._serving = 0

    def __enter__(self) -> None:
        with self._condition:
            ticket = next(self._tickets)
            self._condition.wait_for(lambda: ticket == self._serving)

    def __exit__(self, *_: object) -> None:
        with self._condition:
            self._serving += 1
            self._condition.notify_all()


class JourneyStore:
    """Opens transactions on the journey database.

    url: a SQLAlchemy URL, `sqlite:///path` or `postgresql://…`.
    Raises StoreError when the URL cannot be read.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.engine = _create_engine(url)
        self._reading_engine = self.engine.execution_options(is_reading=True)
        self._gate: AbstractContextManager[object] = nullcontext() if self.is_postgresql else FairLock()

    @property
    def is_postgresql(self) -> bool:
        """True on PostgreSQL, False on SQLite."""
        return bool(self.engine.dialect.name == "postgresql")

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Open a writing transaction: commit at the end, roll back on any error."""
        with self._gate, Session(self.engine, future=True, expire_on_commit=False) as session, session.begin():
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Open a transaction that only reads; never waits for writers on SQLite."""
        with Session(self._reading_engine, future=True) as session, session.begin():
            yield session

    def check(self) -> None:
        """Raise StoreError with a remedy when the database does not answer."""
        try:
            with self.reading() as session:
                session.execute(sa.text("SELECT 1"))
        except OperationalError as error:
            problem = f"database {self.engine.url!r} does not answer ({str(error.orig).strip()})"
            raise StoreError(f"{problem}; start it or correct DONGHANH_DATABASE_URL") from error

    def close(self) -> None:
        """Close all pooled connections."""
        self.engine.dispose()


def insert_once(session: Session, table: sa.Table, values: dict[str, Any]) -> bool:
    """Insert a row unless a unique key of it exists; True when it was inserted."""
    return bool(session.execute(_build_insert_once(session.get_bind().dialect.name, table), values).rowcount == 1)


def write_row(session: Session, table: sa.Table, values: dict[str, Any]) -> None:
    """Insert a row, or give the row with its primary key these values."""
    session.execute(_build_write(session.get_bind().dialect.name, table, tuple(values)), values)


def next_number(session: Session, name: str, start: int) -> int:
    """Take the next value of a named counter, under its row lock."""
    insert_once(session, counters, {"name": name, "value": start})
    session.execute(counters.update().where(counters.c.name == name).values(value=counters.c.value + 1))
    return int(session.execute(sa.select(counters.c.value).where(counters.c.name == name)).scalar_one())


# Built once for each table: building a statement costs more than running it.
@cache
def _build_insert_once(dialect: str, table: sa.Table) -> Any:
    return _INSERT[dialect](table).on_conflict_do_nothing()


@cache
def _build_write(dialect: str, table: sa.Table, names: tuple[str, ...]) -> Any:
    statement = _INSERT[dialect](table)
    changed = {name: statement.excluded[name] for name in names if not table.c[name].primary_key}
    return statement.on_conflict_do_update(index_elements=list(table.primary_key.columns), set_=changed)


def _create_engine(url: str) -> Engine:
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise StoreError(f"DONGHANH_DATABASE_URL cannot be read; {_REMEDY}") from error
    backend = parsed.get_backend_name()
    if backend == "sqlite":
        return _create_sqlite(parsed)
    if backend != "postgresql":
        raise StoreError(f"DONGHANH_DATABASE_URL names {backend}, which is not supported; {_REMEDY}")
    return sa.create_engine(parsed, future=True, hide_parameters=True, pool_size=8, max_overflow=8, pool_pre_ping=True)


def _create_sqlite(url: sa.engine.URL) -> Engine:
    if url.database and url.database != ":memory:":
        _ensure_folder(Path(url.database).parent)
    engine = sa.create_engine(
        url, future=True, hide_parameters=True, poolclass=sa.pool.QueuePool, pool_size=8, max_overflow=16,
        connect_args={"check_same_thread": False, "timeout": SQLITE_BUSY_TIMEOUT_MS / 1000},
    )
    sa.event.listen(engine, "connect", _prepare_sqlite)
    sa.event.listen(engine, "begin", _begin_sqlite)
    return engine


def _ensure_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"folder {folder} cannot be made ({error.strerror}); name another place in DONGHANH_DATABASE_URL") from error


def _prepare_sqlite(connection: Any, _: object) -> None:
    # pysqlite's own transaction handling breaks savepoints: SQLAlchemy documents this switch.
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={SQLITE_BUSY_TIMEOUT_MS}"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    is_reading = connection.get_execution_options().get("is_reading")
    connection.exec_driver_sql("BEGIN" if is_reading else "BEGIN IMMEDIATE")
