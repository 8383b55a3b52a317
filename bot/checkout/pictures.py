"""Draws codes that phones scan."""

from __future__ import annotations

from io import BytesIO

import segno

SCALE, BORDER = 8, 4


def draw_code(text: str) -> bytes:
    """A QR code as PNG: black on white with its quiet zone, a seventh of it may be dirty."""
    picture = BytesIO()
    segno.make(text, error="m", micro=False).save(picture, kind="png", scale=SCALE, border=BORDER)
    return picture.getvalue()
