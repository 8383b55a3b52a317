import pytest

from bot.nlu.concepts import find_concepts
from bot.nlu.normaliser import normalise


@pytest.mark.parametrize(("one", "other", "concept"), [
    ("cho tôi hoàn tiền", "i want a refund", "refund"), ("muốn hủy gói", "cancelling my plan", "cancel"),
    ("web bị sập", "my site crashed", "outage"),
    ("dung thu may ngay", "any free trials", "trial"), ("mã giới thiệu", "referral codes", "refer"), ("giá bao nhiêu", "pricing", "price"),
    ("xóa dữ liệu", "erase my data", "privacy"), ("mấy giờ mở cửa", "opening hours", "hours"),
])
def test_words_of_both_languages_mean_one_concept(one: str, other: str, concept: str) -> None:
    assert all(concept in find_concepts([token.folded for token in normalise(text).tokens]) for text in (one, other))


def test_nothing_is_found_in_nothing() -> None:
    assert find_concepts([]) == [] and find_concepts(["zzz", "qqq"]) == []
