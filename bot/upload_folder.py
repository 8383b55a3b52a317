"""The folder of customers' files: outside of all that is served, each under its upload's id."""

from __future__ import annotations

import logging
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from time import time

import anyio
from anyio.to_thread import run_sync
from starlette.responses import FileResponse, Response

from bot.services import Services
from journey_state.file_removals import close_removals, list_removals
from journey_state.media_types import HEAD_BYTES
from journey_state.uploads import Upload, find_known_uploads

EVERY_S = 20.0
# A file without a row this long was written by a request that never came to its commit.
LOST_AFTER_S = 3600.0
BATCH = 200
ATTACHMENT_HEADERS = {
    "X-Content-Type-Options": "nosniff", "Content-Security-Policy": "sandbox; default-src 'none'", "Cache-Control": "private, no-store",
}
_ID = re.compile(r"[0-9a-f-]{32,36}")
_log = logging.getLogger(__name__)


class FileTooLargeError(Exception):
    """More bytes came than are allowed; nothing was kept."""


@dataclass(frozen=True)
class StoredFile:
    """What was written. head: its first bytes, by which its kind is known."""

    size: int
    head: bytes


class UploadFolder:
    """Writes, finds and removes the files."""

    def __init__(self, var_folder: Path) -> None:
        self._folder = var_folder / "uploads"

    def path(self, upload_id: str) -> Path:
        """Where an upload's bytes are. Raises ValueError for what is no id."""
        if not _ID.fullmatch(upload_id):
            raise ValueError("this is no upload's id")
        return self._folder / upload_id

    async def write(self, upload_id: str, chunks: AsyncIterator[bytes], max_bytes: int) -> StoredFile:
        """Write a file as it arrives; whatever goes wrong leaves none behind. Raises FileTooLargeError."""
        await run_sync(self._make_folder)
        try:
            return await self._receive(self.path(upload_id), chunks, max_bytes)
        except BaseException:
            self.remove(upload_id)
            raise

    def remove(self, upload_id: str) -> None:
        """Remove a file; one that is gone already is gone."""
        self.path(upload_id).unlink(missing_ok=True)

    def attachment(self, upload: Upload) -> Response:
        """A file as something to be saved, never to be shown or run by the page's origin. Raises FileNotFoundError."""
        path = self.path(upload.id)
        if not path.is_file():
            raise FileNotFoundError(f"the file of upload {upload.id} is gone; restore it with the rest of the backup")
        return FileResponse(path, media_type=upload.media_type, filename=upload.name, headers=ATTACHMENT_HEADERS)

    def list_old(self) -> list[str]:
        """Ids of all files that were written more than LOST_AFTER_S ago."""
        if not self._folder.is_dir():
            return []
        before = time() - LOST_AFTER_S
        return [path.name for path in self._folder.iterdir() if _ID.fullmatch(path.name) and path.stat().st_mtime < before]

    def _make_folder(self) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    async def _receive(self, path: Path, chunks: AsyncIterator[bytes], max_bytes: int) -> StoredFile:
        size, head = 0, b""
        async with await anyio.open_file(path, "xb") as file:
            async for chunk in chunks:
                size += len(chunk)
                if size > max_bytes:
                    raise FileTooLargeError
                head += chunk[: max(0, HEAD_BYTES - len(head))]
                await file.write(chunk)
        return StoredFile(size, head)


class UploadSweeper:
    """Removes the files that the database let go of: erased, past their days, or never committed."""

    def __init__(self, services: Services) -> None:
        self._store = services.store
        self._folder = UploadFolder(services.settings.var_folder)

    async def run(self) -> None:
        """Work for the life of the server."""
        is_first = True
        while True:
            try:
                await run_sync(self.sweep)
                if is_first:
                    await run_sync(self.sweep_lost)
                is_first = False
            except Exception as error:
                _log.error("removing files failed; it is tried again", exc_info=error)
            await anyio.sleep(EVERY_S)

    def sweep(self) -> int:
        """Remove what is noted for removal; returns how many files."""
        with self._store.reading() as session:
            ids = list_removals(session, BATCH)
        for upload_id in ids:
            self._folder.remove(upload_id)
        if ids:
            with self._store.transaction() as session:
                close_removals(session, ids)
        return len(ids)

    def sweep_lost(self) -> int:
        """Remove old files that no row knows; returns how many."""
        ids = self._folder.list_old()
        with self._store.reading() as session:
            batches = (ids[at : at + BATCH] for at in range(0, len(ids), BATCH))
            lost = [each for batch in batches for each in set(batch) - find_known_uploads(session, batch)]
        for upload_id in lost:
            self._folder.remove(upload_id)
        return len(lost)
