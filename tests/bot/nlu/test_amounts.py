import pytest

from bot.nlu.amounts import find_amounts
from bot.nlu.normaliser import normalise


@pytest.mark.parametrize(("text", "value"), [
    ("1tr2", 1_200_000), ("1tr25", 1_250_000), ("2tr5/năm", 2_500_000), ("500k", 500_000), ("hai trăm nghìn", 200_000),
    ("hai tram ngan", 200_000),
    ("một triệu rưỡi", 1_500_000), ("2 triệu rưỡi", 2_500_000), ("1 triệu 250 nghìn", 1_250_000), ("năm chục nghìn", 50_000),
    ("1.190.000đ", 1_190_000),
    ("1,190,000 vnd", 1_190_000), ("119000 đồng", 119_000), ("59.000", 59_000), ("3 củ", 3_000_000), ("one million dong", 1_000_000),
    ("200 thousand", 200_000), ("1,5 triệu", 1_500_000), ("3.5 million", 3_500_000), ("hai mươi lăm nghìn", 25_000),
])
def test_sums_of_money_are_read(text: str, value: int) -> None:
    assert [amount.value for amount in find_amounts(normalise(text).tokens)] == [value]


@pytest.mark.parametrize("text", ["gói M", "2 năm", "một tháng", "9 điểm", "10 GB", "vps 4", "năm nay", "24/7", "0912345678", ""])
def test_other_numbers_are_no_money(text: str) -> None:
    assert find_amounts(normalise(text).tokens) == []


def test_several_sums_keep_their_order() -> None:
    assert [amount.value for amount in find_amounts(normalise("từ 100k đến 1tr").tokens)] == [100_000, 1_000_000]
