"""Migrations make exactly the tables of journey_state/tables/, on both databases."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from journey_state.errors import StoreError
from journey_state.migrate import is_migrated, migrate
from journey_state.store import JourneyStore
from journey_state.tables import metadata

SCHEMA_OF_SQLITE = "SELECT name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' AND name <> 'alembic_version'"
SCHEMA_OF_POSTGRESQL = """
SELECT table_name, column_name, data_type || coalesce(character_maximum_length::text, '') || is_nullable || coalesce(column_default, '')
FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> 'alembic_version'
UNION ALL SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename <> 'alembic_version'
UNION ALL SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
WHERE connamespace = 'public'::regnamespace AND contype <> 'n' AND conrelid <> 'alembic_version'::regclass
"""


@pytest.fixture
def empty_store(empty_database_url: str) -> JourneyStore:
    return JourneyStore(empty_database_url)


def test_migrated_database_needs_no_further_change(store: JourneyStore) -> None:
    with store.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_migrations_write_the_same_schema_as_the_tables(store: JourneyStore, empty_store: JourneyStore) -> None:
    metadata.create_all(empty_store.engine)
    with empty_store.engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE alembic_version (version_num text)"))

    assert read_schema(store) == read_schema(empty_store)


def read_schema(store: JourneyStore) -> list[tuple[str, ...]]:
    statement = SCHEMA_OF_POSTGRESQL if store.is_postgresql else SCHEMA_OF_SQLITE
    with store.reading() as session:
        rows = session.execute(sa.text(statement)).all()
    return sorted(tuple(normalise(str(cell)) for cell in row) for row in rows)


def normalise(sql: str) -> str:
    # Constraints and columns may be listed in another order inside one CREATE TABLE.
    parts = [re.sub(r"\s+", " ", part).strip(" ,()") for part in re.split(r",\s+(?![^(]*\))", sql)]
    return "; ".join(sorted(parts))


def test_store_is_migrated_only_after_migrate(empty_database_url: str, empty_store: JourneyStore) -> None:
    assert not is_migrated(empty_store)

    migrate(empty_database_url)

    assert is_migrated(empty_store)


def test_second_migrate_changes_nothing_and_keeps_rows(database_url: str, store: JourneyStore) -> None:
    with store.transaction() as session:
        session.execute(metadata.tables["counters"].insert().values(name="tickets", value=7))

    migrate(database_url)

    with store.reading() as session:
        assert session.execute(sa.select(metadata.tables["counters"].c.value)).scalar_one() == 7


def test_eight_replicas_may_migrate_at_once(empty_database_url: str, empty_store: JourneyStore) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(migrate, [empty_database_url] * 8))

    assert is_migrated(empty_store)


def test_database_of_a_newer_version_is_refused_with_the_remedy(empty_database_url: str, empty_store: JourneyStore) -> None:
    migrate(empty_database_url)
    with empty_store.engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(StoreError, match=r"'9999'.*newer version"):
        migrate(empty_database_url)
    assert not is_migrated(empty_store)


def test_half_a_migration_is_no_migration(empty_database_url: str, empty_store: JourneyStore) -> None:
    with empty_store.engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE turns (in_the_way text)"))

    with pytest.raises(StoreError, match="already exists.*restore a backup"):
        migrate(empty_database_url)

    assert sa.inspect(empty_store.engine).get_table_names() == ["turns"]


@pytest.mark.parametrize("url", ["sqlite:////proc/none/journey.db", "postgresql://nobody@127.0.0.1:1/none"])
def test_unreachable_database_is_named_with_the_remedy(url: str) -> None:
    with pytest.raises(StoreError, match="DONGHANH_DATABASE_URL"):
        migrate(url)


def test_sqlite_in_a_folder_with_percent_and_spaces_migrates(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / '100% thật' / 'journey.db'}"

    migrate(url)

    assert is_migrated(JourneyStore(url))
