import pytest

from bot.nlu.promo_codes import find_promo_codes

KNOWN = ("SENMOI", "VPS20")


@pytest.mark.parametrize(("text", "codes"), [
    ("nhập mã VPS20 không được", ["VPS20"]), ("senmoi còn dùng được không", ["SENMOI"]), ("code TET2026 báo hết hạn", ["TET2026"]),
    ("ma giam gia LOTUS nha", ["LOTUS"]), ("promo code: summer15", ["SUMMER15"]), ("mã SEN-AB12CD", []), ("mã VPS2", []), ("a1b2c3", []),
    ("mã giảm giá", []), ("gửi mã qua abc123@x.vn", []), ("", []),
])
def test_codes_on_file_and_codes_named_as_such_are_read(text: str, codes: list[str]) -> None:
    assert [code for code, _, _ in find_promo_codes(text, KNOWN)] == codes


def test_the_place_is_that_of_the_code() -> None:
    [(code, start, end)] = find_promo_codes("mã vps20 đó", KNOWN)
    assert "mã vps20 đó"[start:end].upper() == code
