"""What a file is by its first bytes, never by its name: only kinds that a browser can be trusted with."""

from __future__ import annotations

import re
from collections.abc import Mapping

HEAD_BYTES = 4096
MAX_NAME = 120
TEXT = "text/plain"
# The endings that a kind may have; the first is added to a name that has none of them.
ENDINGS: Mapping[str, tuple[str, ...]] = {
    "image/png": (".png",), "image/jpeg": (".jpg", ".jpeg"), "image/gif": (".gif",), "image/webp": (".webp",),
    "application/pdf": (".pdf",), TEXT: (".txt", ".log", ".csv", ".conf", ".md"),
}
_SIGNATURES = (
    ("image/png", re.compile(rb"\x89PNG\r\n\x1a\n")),
    ("image/jpeg", re.compile(rb"\xff\xd8\xff")),
    ("image/gif", re.compile(rb"GIF8[79]a")),
    ("image/webp", re.compile(rb"RIFF....WEBP", re.DOTALL)),
    ("application/pdf", re.compile(rb"%PDF-1\.|%PDF-2\.")),
)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_UNSAFE = re.compile(r'[\x00-\x1f\x7f"*/:<>?\\|\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]+')


def sniff_media_type(head: bytes) -> str | None:
    """The kind of a file that begins with these bytes (HEAD_BYTES of them or all there are); None when it is not taken."""
    for media_type, signature in _SIGNATURES:
        if signature.match(head):
            return media_type
    return TEXT if head and _is_text(head) else None


def choose_file_name(raw: str, media_type: str) -> str:
    """A name that is safe on every system, with an ending that fits the kind."""
    name = " ".join(_UNSAFE.sub(" ", raw).split()).strip(". ")[-MAX_NAME:] or "file"
    endings = ENDINGS[media_type]
    return name if name.lower().endswith(endings) else name + endings[0]


def _is_text(head: bytes) -> bool:
    # The last character may be cut in the middle.
    text = head.decode("utf-8", errors="replace")
    return not _CONTROL.search(text) and "\ufffd" not in text[:-1] and (len(head) >= HEAD_BYTES or "\ufffd" not in text)
