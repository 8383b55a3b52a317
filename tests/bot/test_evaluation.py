"""Evaluation files: every bad row is named with file, line, field and remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.evaluation import BadRowsError, read_rows


def write(folder: Path, *lines: str) -> Path:
    path = folder / "rows.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_conversations_and_single_messages_are_read(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        '{"id": "a", "language": "vi", "channel": "telegram", "turns": '
        '[{"text": "chào", "stage": "awareness", "intent": "greet"}, {"text": "ok"}]}',
        '{"text": "hi", "language": "en", "intent": "greet"}',
    )
    first, second = read_rows(path)
    assert (first.channel, len(first.turns), first.turns[1].stage) == ("telegram", 2, None)
    assert (second.language, second.turns[0].intent) == ("en", "greet")


@pytest.mark.parametrize(("line", "field"), [
    ('{"language": "vi"}', '"turns"'),
    ('{"language": "fr", "text": "a"}', '"language"'),
    ('{"language": "vi", "turns": [{"txt": "a"}]}', '"turns[0].text"'),
    ('{"language": "vi", "text": "a", "stage": "purchase"}', '"turns[0].stage"'),
    ('{"language": "vi", "text": "a", "intent": 3}', '"turns[0].intent"'),
    ("[1]", "JSON object"),
    ("{", "Expecting"),
])
def test_a_bad_row_is_named_by_line_and_field(tmp_path: Path, line: str, field: str) -> None:
    path = write(tmp_path, '{"text": "hi", "language": "en"}', line)
    with pytest.raises(BadRowsError) as caught:
        read_rows(path)
    assert f"{path}:2:" in str(caught.value)
    assert field in str(caught.value)


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadRowsError, match="no rows"):
        read_rows(write(tmp_path, ""))
