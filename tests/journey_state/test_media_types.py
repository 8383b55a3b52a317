"""A file is what its bytes say; its name is only made safe."""

from __future__ import annotations

import pytest

from journey_state.media_types import HEAD_BYTES, MAX_NAME, choose_file_name, sniff_media_type
from tests.fixtures.files import ELF, GIF, JPEG, LOG, PDF, PNG, PROGRAM, UTF16, WEBP, ZIP


@pytest.mark.parametrize(("head", "media_type"), [
    (PNG, "image/png"), (JPEG, "image/jpeg"), (GIF, "image/gif"), (WEBP, "image/webp"), (PDF, "application/pdf"), (LOG, "text/plain"),
    (b"<html><script>alert(1)</script>", "text/plain"), (b"<svg onload='x'/>", "text/plain"),
    (PROGRAM, None), (ELF, None), (ZIP, None), (UTF16, None), (b"", None), (b"\x00" * 20, None), (b"RIFF\x1a\x00\x00\x00WAVE", None),
    (b" " + PNG, None), (b"ng\xc6", None),
    (("ă" * HEAD_BYTES).encode()[:HEAD_BYTES], "text/plain"), (b"x" + ("ế" * HEAD_BYTES).encode()[: HEAD_BYTES - 1], "text/plain"),
])
def test_kind_follows_from_the_first_bytes(head: bytes, media_type: str | None) -> None:
    assert sniff_media_type(head) == media_type


@pytest.mark.parametrize(("raw", "media_type", "name"), [
    ("ảnh lỗi.PNG", "image/png", "ảnh lỗi.PNG"),
    ("hoa.jpeg", "image/jpeg", "hoa.jpeg"),
    ("trang.html", "text/plain", "trang.html.txt"),
    ("hoa.exe", "image/png", "hoa.exe.png"),
    ("../../etc/passwd", "text/plain", "etc passwd.txt"),
    ("C:\\máy\\a.pdf", "application/pdf", "C máy a.pdf"),
    ('a"\r\nSet-Cookie: b.png', "image/png", "a Set-Cookie b.png"),
    ("gnp.\u202eexe.png", "image/png", "gnp. exe.png"),
    ("", "image/gif", "file.gif"),
    ("...", "text/plain", "file.txt"),
])
def test_name_is_safe_on_every_system_and_ends_as_its_kind(raw: str, media_type: str, name: str) -> None:
    assert choose_file_name(raw, media_type) == name


def test_long_name_keeps_its_end() -> None:
    assert choose_file_name("x" * 500 + ".png", "image/png") == "x" * (MAX_NAME - 4) + ".png"
