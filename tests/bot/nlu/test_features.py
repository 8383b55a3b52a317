import pytest

from bot.nlu.features import BLOCKS, extract_blocks, token_name
from bot.nlu.normaliser import normalise


@pytest.mark.parametrize(("kind", "text", "name"), [
    ("number", "0", "<0>"), ("number", "4", "<1-5>"), ("number", "9", "<6-10>"), ("number", "42", "<11-99>"), ("number", "2041", "<100+>"),
    ("number", "1.190.000", "<amount>"), ("ratio", "4/5", "<of5>"), ("ratio", "9/10", "<of10>"), ("phone", "0912", "<phone>"),
    ("word", "giá", "giá"),
])
def test_values_are_told_by_their_kind(kind: str, text: str, name: str) -> None:
    assert token_name(kind, text) == name


def test_every_block_is_filled_and_names_do_not_collide() -> None:
    blocks = extract_blocks(normalise("giá gói M bao nhiêu"))
    assert set(blocks) == set(BLOCKS) and all(blocks.values())
    letters = [{name[0] for name in names} for names in blocks.values()]
    assert all(len(own) == 1 for own in letters) and len(set.union(*letters)) == len(blocks)


def test_an_empty_message_has_almost_no_features() -> None:
    assert extract_blocks(normalise(""))["concepts"] == []
