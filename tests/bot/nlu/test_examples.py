import json
from pathlib import Path

from bot.nlu.examples import Example, fingerprint_files, load_conversation_examples, load_nlu_examples


def test_nlu_files_are_read_in_the_order_of_their_names(tmp_path: Path) -> None:
    for language, text in (("vi", "chào shop"), ("en", "hello - hi")):
        (tmp_path / language).mkdir()
        content = f'version: "3.1"\nnlu:\n- intent: greet\n  examples: |\n    - {text}\n'
        (tmp_path / language / "greet.yml").write_text(content, encoding="utf-8")
    assert load_nlu_examples(tmp_path) == [Example("hello - hi", "greet"), Example("chào shop", "greet")]


def test_turns_remember_the_intent_before_them(tmp_path: Path) -> None:
    turns = [{"text": "a", "intent": "greet"}, {"text": "b"}, {"text": "c", "intent": "thank"}, {"text": "d", "intent": "goodbye"}]
    (tmp_path / "x.jsonl").write_text(json.dumps({"turns": turns}) + "\n\n" + json.dumps({"text": "e", "intent": "deny"}), encoding="utf-8")
    assert load_conversation_examples(tmp_path) == [
        Example("a", "greet", None, 0), Example("c", "thank", None, 0), Example("d", "goodbye", "thank", 0), Example("e", "deny"),
    ]


def test_a_missing_folder_has_no_turns(tmp_path: Path) -> None:
    assert load_conversation_examples(tmp_path / "none") == []


def test_the_fingerprint_changes_with_a_file(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text("x", encoding="utf-8")
    before = fingerprint_files(tmp_path)
    (tmp_path / "a.yml").write_text("y", encoding="utf-8")
    assert fingerprint_files(tmp_path) != before and before == before.lower()
