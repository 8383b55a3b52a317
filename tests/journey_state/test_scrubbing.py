import pytest

from journey_state.scrubbing import scrub


@pytest.mark.parametrize(("text", "expected"), [
    ("gọi 0912 345 678 nhé", "gọi 0900000000 nhé"),
    ("+84912345678", "0900000000"),
    ("mail nguyen.an@cty.com.vn giúp", "mail khach@example.com giúp"),
    ("web https://shop-hoa.vn/gio-hang bị lỗi", "web example.com bị lỗi"),
    ("shophoa.vn không vào được", "example.com không vào được"),
    ("mã SEN-K7X2AB không dùng được", "mã SEN-ABC123 không dùng được"),
    ("phiếu TK10234 đơn DH-2001", "phiếu TK10000 đơn DH1000"),
    ("stk 0123 4567 8900 1", "stk 12345678"),
    ("mình tên là Nguyễn Văn An ạ", "mình tên là Lan ạ"),
    ("my name is John Smith, hi", "my name is Lan, hi"),
    ("chị Hoa Mai hỏi giá", "chị Lan hỏi giá"),
    ("nhắn @hoamai99 giúp", "nhắn @khach giúp"),
    ("gói M 59.000đ một tháng, 12 tháng", "gói M 59.000đ một tháng, 12 tháng"),
    ("5 sao, 10/10", "5 sao, 10/10"),
])
def test_personal_data_becomes_something_made_up_of_its_kind(text: str, expected: str) -> None:
    assert scrub(text, ["Hoa Mai"]) == expected


def test_a_text_without_personal_data_stays() -> None:
    assert scrub("VPS 2 giá bao nhiêu, mình tên gì cũng được") == "VPS 2 giá bao nhiêu, mình tên gì cũng được"
