import pytest

from bot.nlu.normaliser import normalise
from bot.nlu.phrases import PhraseReader

READER = PhraseReader([("plan", "cloud-max", "Cloud Max")])


@pytest.mark.parametrize(("text", "entity", "values"), [
    ("cloud max giá sao", "plan", ["cloud-max"]), ("xoa het du lieu cua toi", "privacy_request", ["erase"]),
    ("xóa toàn bộ những dữ liệu", "privacy_request", ["erase"]), ("xóa một hai ba bốn năm dữ liệu", "privacy_request", []),
    ("trả theo tháng", "billing_period", ["month"]), ("", "plan", []),
])
def test_phrases_are_found_with_a_few_words_between(text: str, entity: str, values: list[str]) -> None:
    assert [phrase.value for phrase in READER.find(normalise(text)) if phrase.entity == entity] == values


def test_of_two_overlapping_phrases_the_longer_stands() -> None:
    reader = PhraseReader([("product", "mail", "email"), ("product", "mail", "email tên miền")])

    assert [phrase.last - phrase.first for phrase in reader.find(normalise("email tên miền")) if phrase.entity == "product"] == [3]
