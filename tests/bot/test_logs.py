"""Logs: JSON with ids and places, never the words of anybody."""

from __future__ import annotations

import json
import logging
import sys

from bot.logs import JsonFormatter


def record_of(error: Exception) -> logging.LogRecord:
    try:
        raise error
    except Exception:
        info = sys.exc_info()
    record = logging.LogRecord("bot.turns", logging.ERROR, __file__, 1, "turn failed", None, info)
    record.conversation = "c1"
    return record


def test_an_error_is_logged_by_class_and_place_without_its_words() -> None:
    line = JsonFormatter().format(record_of(ValueError("số thẻ 4111 1111")))
    parsed = json.loads(line)
    assert "4111" not in line
    assert parsed["error"] == "ValueError"
    assert parsed["conversation"] == "c1"
    assert parsed["trace"][-1].startswith("test_logs.py:")
