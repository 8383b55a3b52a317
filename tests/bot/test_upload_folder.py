"""The folder of customers' files: whole or not at all, and nothing stays that the database let go of."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator, Iterable
from pathlib import Path

import pytest

from bot.services import Services
from bot.settings import Settings
from bot.upload_folder import LOST_AFTER_S, FileTooLargeError, UploadFolder, UploadSweeper
from bot.wakeups import Wakeups
from journey_state.contacts import find_contact
from journey_state.file_removals import list_removals
from journey_state.messages import Reply
from journey_state.privacy import erase_person
from journey_state.store import JourneyStore, new_id
from journey_state.uploads import Upload, accept_upload
from tests.fixtures.files import PNG
from tests.fixtures.journeys import NOW, inbound


async def stream(chunks: Iterable[bytes]) -> AsyncIterator[bytes]:
    for chunk in chunks:
        yield chunk


def write(folder: UploadFolder, upload_id: str, *chunks: bytes, max_bytes: int = 10_000) -> tuple[int, bytes]:
    stored = asyncio.run(folder.write(upload_id, stream(chunks), max_bytes))
    return stored.size, stored.head


def test_file_is_written_as_it_arrives_and_its_head_is_told(tmp_path: Path) -> None:
    upload_id = new_id()
    assert write(UploadFolder(tmp_path), upload_id, b"ab", b"c" * 5000) == (5002, b"ab" + b"c" * 4094)
    assert (tmp_path / "uploads" / upload_id).stat().st_size == 5002
    assert (tmp_path / "uploads").stat().st_mode & 0o077 == 0


def test_too_large_a_file_leaves_nothing(tmp_path: Path) -> None:
    folder = UploadFolder(tmp_path)
    with pytest.raises(FileTooLargeError):
        write(folder, new_id(), b"a" * 60, b"a" * 60, max_bytes=100)
    assert list((tmp_path / "uploads").iterdir()) == []


@pytest.mark.parametrize("name", ["../secret-key", "", "a/b", "x" * 36])
def test_only_an_id_is_a_path(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="no upload"):
        UploadFolder(tmp_path).path(name)


def test_sweeper_removes_what_was_erased_and_what_was_never_committed(sqlite_store: JourneyStore, tmp_path: Path) -> None:
    folder, sweeper = UploadFolder(tmp_path), UploadSweeper(Services(sqlite_store, Wakeups(), Settings(var_folder=tmp_path)))
    erased, kept, lost, young = (new_id() for _ in range(4))
    for upload_id in (erased, kept, lost, young):
        write(folder, upload_id, PNG)
        if upload_id != young:
            old = time.time() - LOST_AFTER_S - 60
            os.utime(folder.path(upload_id), (old, old))
    with sqlite_store.transaction() as session:
        for number, upload_id in enumerate((erased, kept)):
            message = inbound("", address=f"visitor-{number}")
            accept_upload(session, message, Upload(upload_id, "a.png", "image/png", 68), Reply("đã nhận"))
        erase_person(session, find_contact(session, "website", "visitor-0") or "", "contact", NOW)

    assert (sweeper.sweep(), sweeper.sweep(), sweeper.sweep_lost(), sweeper.sweep_lost()) == (1, 0, 1, 0)
    assert {path.name for path in (tmp_path / "uploads").iterdir()} == {kept, young}
    with sqlite_store.reading() as session:
        assert list_removals(session) == []
