"""Text is cleaned on the way in: what a person sees stays, tricks go."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.inbound_text import clean_text

FAMILY = "👨‍👩‍👧"


@pytest.mark.parametrize(("raw", "cleaned"), [
    ("  xin chào \n", "xin chào"),
    ("dòng 1\r\ndòng 2\rdòng 3", "dòng 1\ndòng 2\ndòng 3"),
    ("tab\tstays", "tab\tstays"),
    ("null\x00 bell\x07 escape\x1b[31m", "null bell escape[31m"),
    ("c1 control\x9b here", "c1 control here"),
    ("pay \u202e0001\u202c now", "pay 0001 now"),
    ("\u2066isolate\u2069", "isolate"),
    ("zero\u200bwidth\ufeff", "zerowidth"),
    ("lone \ud800 surrogate", "lone  surrogate"),
    ("hosting giá".encode().decode(), "hosting giá"),
    ("tie\u0302\u0301ng Vie\u0323\u0302t", "tiếng Việt"),
    (FAMILY, FAMILY),
    ("<script>alert(1)</script>", "<script>alert(1)</script>"),
    ("'; DROP TABLE messages; --", "'; DROP TABLE messages; --"),
    ("\u200b\u2060\x00", ""),
    ("para\u2029graph", "para\ngraph"),
])
def test_text_reads_as_it_looks(raw: str, cleaned: str) -> None:
    assert clean_text(raw) == cleaned


@settings(deadline=None)
@given(st.text())
def test_any_text_can_be_stored_and_cleaning_it_again_changes_nothing(raw: str) -> None:
    cleaned = clean_text(raw)
    cleaned.encode()
    assert clean_text(cleaned) == cleaned
