"""`donghanh backup` and `donghanh restore`."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
from contextlib import closing
from datetime import datetime, timezone
from pathlib import Path

from rich.console import Console
from sqlalchemy.engine import URL, make_url

from bot.model_files import ModelMissingError, find_latest_model
from bot.settings import Settings, child_environment
from journey_state.errors import StoreError

KEPT_FILES = ("secret-key",)


def backup(settings: Settings, folder: Path, out: Console) -> int:
    """Copy database, uploads, key and newest model into a new folder. Raises StoreError."""
    if folder.exists() and any(folder.iterdir()):
        raise StoreError(f"{folder} is not empty; name a new folder")
    folder.mkdir(parents=True, exist_ok=True)
    url = make_url(settings.database)
    if url.get_backend_name() == "sqlite":
        _copy_sqlite(Path(str(url.database)), folder / "donghanh.db")
    else:
        _run_postgresql("pg_dump", url, ["--format=custom", f"--file={folder / 'donghanh.dump'}"])
    _copy_files(settings, folder)
    (folder / "backup.json").write_text(json.dumps({"made_at": datetime.now(timezone.utc).isoformat(), "database": url.get_backend_name()}))
    out.print(f"Backup written to {folder}")
    return 0


def restore(settings: Settings, folder: Path, is_forced: bool, out: Console) -> int:
    """Put a backup in place; the server must be stopped. Raises StoreError."""
    if not (folder / "backup.json").exists():
        raise StoreError(f"{folder} is no backup (no backup.json in it); name a folder that `donghanh backup` wrote")
    url = make_url(settings.database)
    made_on = json.loads((folder / "backup.json").read_text())["database"]
    if made_on != url.get_backend_name():
        raise StoreError(f"the backup is of {made_on}, DONGHANH_DATABASE_URL is {url.get_backend_name()}; restore into the same kind")
    if made_on == "sqlite":
        _restore_sqlite(folder / "donghanh.db", Path(str(url.database)), is_forced)
    else:
        options = ["--clean", "--if-exists"] if is_forced else []
        _run_postgresql("pg_restore", url, ["--exit-on-error", "--single-transaction", *options, str(folder / "donghanh.dump")])
    _restore_files(settings, folder)
    out.print(f"Restored from {folder}; start the server with `donghanh serve`")
    return 0


def _copy_sqlite(source: Path, target: Path) -> None:
    if not source.exists():
        raise StoreError(f"database {source} does not exist; nothing to back up yet")
    with closing(sqlite3.connect(source)) as live, closing(sqlite3.connect(target)) as copy:
        live.backup(copy)


def _restore_sqlite(source: Path, target: Path, is_forced: bool) -> None:
    if target.exists() and not is_forced:
        raise StoreError(f"database {target} exists; stop the server and add --force to replace it")
    target.parent.mkdir(parents=True, exist_ok=True)
    for stale in (target.with_name(target.name + "-wal"), target.with_name(target.name + "-shm")):
        stale.unlink(missing_ok=True)
    shutil.copyfile(source, target)


def _copy_files(settings: Settings, folder: Path) -> None:
    for name in KEPT_FILES:
        if (settings.var_folder / name).exists():
            shutil.copy2(settings.var_folder / name, folder / name)
    if (settings.var_folder / "uploads").exists():
        shutil.copytree(settings.var_folder / "uploads", folder / "uploads")
    try:
        model = find_latest_model(settings.models_folder)
    except ModelMissingError:
        return
    (folder / "models").mkdir()
    for path in settings.models_folder.glob(model.name.removesuffix(".tar.gz") + "*"):
        shutil.copy2(path, folder / "models" / path.name)


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
    environment = child_environment(PGPASSWORD=url.password)
    done = subprocess.run([path, f"--dbname={location}", *options], env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise StoreError(f"{program} failed: {done.stderr.strip().splitlines()[-1] if done.stderr.strip() else done.returncode}")
