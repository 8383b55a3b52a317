"""`donghanh backup` and `donghanh restore`."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from datetime import datetime, timezone
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console
from sqlalchemy.engine import URL, make_url

from bot.model_files import ModelMissingError, choose_model, find_latest_model, model_version
from bot.settings import Settings, child_environment
from journey_state.errors import StoreError
from journey_state.migrate import is_migrated
from journey_state.store import JourneyStore

KEPT_FILES = ("secret-key",)
NOTE = "backup.json"
_ANOTHER_PLACE = "free some space, or name a folder that this user may write to"


def backup(settings: Settings, folder: Path, out: Console) -> int:
    """Copy database, uploads, key and the model in use into a new folder, whole or not at all. Raises StoreError."""
    try:
        if folder.exists() and any(folder.iterdir()):
            raise StoreError(f"{folder} is not empty; name a new folder")
        folder.parent.mkdir(parents=True, exist_ok=True)
        # Such a folder is readable by its owner alone.
        with TemporaryDirectory(prefix=f".{folder.name}-", dir=folder.parent, ignore_cleanup_errors=True) as unfinished:
            _fill(settings, Path(unfinished))
            os.replace(unfinished, folder)
    except OSError as error:
        raise StoreError(f"backup to {folder} failed ({error.strerror}); {_ANOTHER_PLACE}") from error
    _say(out, f"Backup written to {folder}")
    return 0


def restore(settings: Settings, folder: Path, is_forced: bool, out: Console) -> int:
    """Put a backup in place; the server must be stopped. Raises StoreError."""
    url = make_url(settings.database)
    _check_note(folder, url.get_backend_name())
    try:
        if url.get_backend_name() == "sqlite":
            _restore_sqlite(folder / "donghanh.db", Path(str(url.database)), is_forced)
        else:
            _restore_postgresql(folder / "donghanh.dump", url, is_forced)
        _restore_files(settings, folder)
    except OSError as error:
        raise StoreError(f"restore from {folder} failed ({error.strerror}: {error.filename}); {_ANOTHER_PLACE}") from error
    _say(out, f"Restored from {folder}; start the server with `donghanh serve`")
    return 0


def _fill(settings: Settings, folder: Path) -> None:
    url = make_url(settings.database)
    if url.get_backend_name() == "sqlite":
        _copy_sqlite(Path(str(url.database)), folder / "donghanh.db")
    else:
        _run_postgresql("pg_dump", url, ["--format=custom", f"--file={folder / 'donghanh.dump'}"])
    _copy_files(settings, folder)
    note = {"made_at": datetime.now(timezone.utc).isoformat(), "database": url.get_backend_name()}
    (folder / NOTE).write_text(json.dumps(note), encoding="utf-8")


def _check_note(folder: Path, backend: str) -> None:
    try:
        made_on = json.loads((folder / NOTE).read_text(encoding="utf-8"))["database"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StoreError(f"{folder} is no backup (no readable {NOTE} in it); name a folder that `donghanh backup` wrote") from error
    if made_on != backend:
        raise StoreError(f"the backup is of {made_on}, DONGHANH_DATABASE_URL is {backend}; restore into the same kind")


def _copy_sqlite(source: Path, target: Path) -> None:
    if not source.exists():
        raise StoreError(f"database {source} does not exist; nothing to back up yet")
    try:
        with closing(sqlite3.connect(source)) as live, closing(sqlite3.connect(target)) as copy:
            live.backup(copy)
    except sqlite3.Error as error:
        raise StoreError(f"database {source} cannot be copied ({error}); {_ANOTHER_PLACE}, or restore an older backup") from error


def _restore_sqlite(source: Path, target: Path, is_forced: bool) -> None:
    if target.exists() and not is_forced:
        raise StoreError(f"database {target} exists; stop the server and add --force to replace it")
    if target.exists() and _is_in_use(target):
        raise StoreError(f"database {target} is in use; stop the server, then restore again")
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = target.with_name(target.name + "-restored")
    shutil.copyfile(source, fresh)
    for stale in (target.with_name(target.name + "-wal"), target.with_name(target.name + "-shm")):
        stale.unlink(missing_ok=True)
    os.replace(fresh, target)


def _is_in_use(database: Path) -> bool:
    """True when another process has it open: SQLite leaves WAL mode only for whoever is alone. A broken file is nobody's."""
    try:
        with closing(sqlite3.connect(database, timeout=0)) as connection:
            connection.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.OperationalError:
        return True
    except sqlite3.DatabaseError:
        return False
    return False


def _restore_postgresql(dump: Path, url: URL, is_forced: bool) -> None:
    options = ["--clean", "--if-exists"] if is_forced else []
    try:
        _run_postgresql("pg_restore", url, ["--exit-on-error", "--single-transaction", "--no-owner", *options, str(dump)])
    except StoreError as error:
        if "already exists" in str(error):
            raise StoreError("the database has tables already; stop the server and add --force to replace them") from error
        raise


def _copy_files(settings: Settings, folder: Path) -> None:
    for name in KEPT_FILES:
        if (settings.var_folder / name).exists():
            shutil.copy2(settings.var_folder / name, folder / name)
    if (settings.var_folder / "uploads").exists():
        shutil.copytree(settings.var_folder / "uploads", folder / "uploads")
    try:
        model = _find_model(settings)
    except ModelMissingError:
        return
    (folder / "models").mkdir()
    for ending in (".tar.gz", ".json"):
        part = model.with_name(model_version(model) + ending)
        if part.exists():
            shutil.copy2(part, folder / "models" / part.name)


def _find_model(settings: Settings) -> Path:
    """The model in use; a database that waits for its migrations has no say yet."""
    with closing(JourneyStore(settings.database)) as store:
        return choose_model(store, settings.models_folder) if is_migrated(store) else find_latest_model(settings.models_folder)


def _restore_files(settings: Settings, folder: Path) -> None:
    settings.var_folder.mkdir(parents=True, exist_ok=True)
    for name in KEPT_FILES:
        if (folder / name).exists():
            shutil.copy2(folder / name, settings.var_folder / name)
    for part, target in (("uploads", settings.var_folder / "uploads"), ("models", settings.models_folder)):
        if (folder / part).exists():
            shutil.copytree(folder / part, target, dirs_exist_ok=True)


def _run_postgresql(program: str, url: URL, options: list[str]) -> None:
    """Run pg_dump or pg_restore; the password goes by the environment, never on the command line."""
    path = shutil.which(program)
    if path is None:
        raise StoreError(f"{program} is not installed; install PostgreSQL's client tools (Debian: apt-get install postgresql-client)")
    location = url.set(drivername="postgresql", password=None).render_as_string()
    environment = child_environment(PGPASSWORD=url.password, LC_MESSAGES="C")
    done = subprocess.run([path, f"--dbname={location}", *options], env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        said = next((line for line in done.stderr.splitlines() if "error:" in line), f"exit code {done.returncode}")
        raise StoreError(f"{said}; correct DONGHANH_DATABASE_URL, or use client tools as new as the server's")


def _say(out: Console, line: str) -> None:
    out.print(line, highlight=False, markup=False, soft_wrap=True)
