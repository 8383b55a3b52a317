import pytest

from bot.nlu.details import find_details, parse_email, parse_phone
from bot.nlu.normaliser import normalise


def read(text: str) -> list[tuple[str, str]]:
    return [(detail.entity, detail.value) for detail in find_details(normalise(text).tokens)]


@pytest.mark.parametrize(("text", "number"), [
    ("0912 345 678", "+84912345678"), ("+84 90 123 4567", "+84901234567"), ("0281234567", None), ("0123", None), ("abc", None),
])
def test_only_numbers_that_can_exist_are_phones(text: str, number: str | None) -> None:
    assert parse_phone(text) == number


@pytest.mark.parametrize(("text", "address"), [
    ("Nam.Tran@Gmail.com", "Nam.Tran@gmail.com"), ("a@b.vn.", "a@b.vn"), ("a@b", None), ("a@@b.vn", None), ("@x.vn", None),
])
def test_only_possible_addresses_are_emails(text: str, address: str | None) -> None:
    assert parse_email(text) == address


@pytest.mark.parametrize(("text", "found"), [
    ("tk-10234 sao r", [("ticket_number", "TK-10234")]), ("đơn DH 2041", [("order_number", "DH-2041")]),
    ("ma sen-ab12cd", [("referral_code", "SEN-AB12CD")]), ("sen ab12cd nha", [("referral_code", "SEN-AB12CD")]),
    ("9 điểm", [("rating", "9")]), ("4/5", [("rating", "4")]), ("8", [("rating", "8")]), ("cho 5 sao nha", [("rating", "5")]),
    ("I'd say 8 out of 10", [("rating", "8")]), ("ten points", [("rating", "10")]), ("chấm 4", [("rating", "4")]), ("15 điểm", []),
    ("mua 5 user", [("users", "5")]), ("three mailboxes", [("users", "3")]), ("vps 2", []), ("", []),
])
def test_codes_ratings_and_counts_are_read(text: str, found: list[tuple[str, str]]) -> None:
    assert read(text) == found
