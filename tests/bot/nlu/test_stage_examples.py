import json
from pathlib import Path

import pytest

from bot.nlu.stage_examples import load_conversations, read_conversations
from journey_state.errors import ContentError
from journey_state.stages import Stage

TURN = {"text": "giá bao nhiêu", "stage": "consideration", "intent": "ask_price"}


def write(folder: Path, *rows: object, name: str = "buyers.jsonl") -> Path:
    path = folder / name
    path.write_text("\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows), encoding="utf-8")
    return path


def test_conversations_are_read_file_by_file_in_order(tmp_path: Path) -> None:
    write(tmp_path, {"id": "b-1", "turns": [TURN, TURN]}, name="b.jsonl")
    write(tmp_path, {"id": "a-1", "turns": [TURN]}, "", {"id": "a-2", "turns": [TURN]}, name="a.jsonl")
    found = load_conversations(tmp_path)
    assert [conversation.id for conversation in found] == ["a-1", "a-2", "b-1"]
    assert found[2].turns[1].stage is Stage.CONSIDERATION and found[2].turns[1].intent == "ask_price"


@pytest.mark.parametrize("row, message", [
    ("not json", r"buyers.jsonl, line 2: is not JSON .*; write one conversation a line"),
    ("[]", r"line 2, turns: is missing"),
    ({"id": "x", "turns": []}, r"line 2, turns: is missing; write a list"),
    ({"id": "x", "turns": ["hi"]}, r"line 2, turns\[0\]: must be an object"),
    ({"id": "x", "turns": [TURN, {**TURN, "text": " "}]}, r"line 2, turns\[1\].text: is missing"),
    ({"id": "x", "turns": [{**TURN, "intent": None}]}, r"turns\[0\].intent: is missing"),
    ({"id": "x", "turns": [{**TURN, "stage": "buying"}]}, r"turns\[0\].stage: 'buying' is no stage; write one of awareness, consideration"),
])
def test_a_bad_row_names_file_line_field_and_remedy(tmp_path: Path, row: object, message: str) -> None:
    path = write(tmp_path, {"id": "fine", "turns": [TURN]}, row)
    with pytest.raises(ContentError, match=message):
        read_conversations(path)


def test_an_empty_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match="holds no stage-labelled conversations"):
        load_conversations(tmp_path)
