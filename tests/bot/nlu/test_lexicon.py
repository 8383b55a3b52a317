from pathlib import Path

import pytest
import yaml

from bot.nlu.lexicon import LEXICON_DIR, load_lexicon, word_set

RESERVED = {"rules", "nlu", "stories", "responses"}
FILES = sorted(path.stem for path in LEXICON_DIR.glob("*.yml"))


class StrictLoader(yaml.SafeLoader):
    """Refuses a key that stands twice."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[object, object]:
        keys = [self.construct_object(key) for key, _ in node.value]
        assert len(keys) == len(set(keys)), f"twice: {sorted(str(key) for key in keys if keys.count(key) > 1)}"
        return super().construct_mapping(node, deep)


def leaves(value: object) -> list[object]:
    if isinstance(value, dict):
        return [leaf for key, inner in value.items() for leaf in (key, *leaves(inner))]
    return [leaf for inner in value for leaf in leaves(inner)] if isinstance(value, list) else [value]


@pytest.mark.parametrize("name", FILES)
def test_a_lexicon_holds_texts_only_and_no_key_that_rasa_reads(name: str) -> None:
    content = yaml.load((LEXICON_DIR / f"{name}.yml").read_text(encoding="utf-8"), StrictLoader)
    assert not RESERVED & set(content)
    assert [leaf for leaf in leaves(content) if not isinstance(leaf, str)] == []


def test_no_word_is_of_two_languages() -> None:
    lists = [word_set("languages", key) for key in load_lexicon("languages")]
    assert sum(map(len, lists)) == len(frozenset().union(*lists))


def test_a_missing_lexicon_is_named() -> None:
    with pytest.raises(FileNotFoundError, match=r"nothing\.yml"):
        load_lexicon("nothing")
    assert Path(LEXICON_DIR).name == "lexicon"
