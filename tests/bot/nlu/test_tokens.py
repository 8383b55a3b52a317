import unicodedata

import pytest

from bot.nlu.tokens import clean, scan


@pytest.mark.parametrize(("text", "kind", "piece"), [
    ("gửi a.b+c@shop.vn nhé", "email", "a.b+c@shop.vn"), ("xem https://sen.example/x?a=1 đi", "url", "https://sen.example/x?a=1"),
    ("web tiembanh.com.vn lỗi", "url", "tiembanh.com.vn"), ("mã SEN-AB12CD", "referral", "sen-ab12cd"),
    ("ma sen ab12cd", "referral", "sen ab12cd"),
    ("TK-10234 sao rồi", "ticket", "tk-10234"), ("tk 10234", "ticket", "tk 10234"), ("đơn DH-2041", "order", "dh-2041"),
    ("#dh2041", "order", "dh2041"),
    ("gọi 0912 345 678", "phone", "0912 345 678"), ("+84 90.123.4567 nha", "phone", "+84 90.123.4567"), ("4/5 nha", "ratio", "4/5"),
    ("9 trên 10", "ratio", "9 trên 10"), ("8 out of 10", "ratio", "8 out of 10"), ("ngày 15/3", "date", "15/3"),
    ("2026-03-15", "date", "2026-03-15"),
    ("1.190.000đ", "number", "1.190.000"), ("don't", "word", "don't"), ("tốt ⭐", "emoji", "⭐"), ("sao?", "mark", "?"),
])
def test_pieces_of_a_message_are_told_apart(text: str, kind: str, piece: str) -> None:
    assert (kind, piece) in [(token.kind, token.text) for token in scan(clean(text))]


@pytest.mark.parametrize("text", ["sen cloud là ai", "sencloud", "tk ngân hàng", "dh nào", "0912", "1/2 giá"])
def test_what_only_looks_like_a_code_is_none(text: str) -> None:
    assert not {"referral", "ticket", "order", "phone"} & {token.kind for token in scan(clean(text))}


@pytest.mark.parametrize("text", [
    "Gói M giá bao nhiêu?", unicodedata.normalize("NFD", "Gói Ưu đãi đường dài"),
    "\u200b/restart đi", "a\u200db\u00adc", "İstanbul hả 😊 shop", "\ttab\nmới",
])
def test_offsets_point_into_the_original(text: str) -> None:
    for token in scan(clean(text)):
        assert clean(text[token.start:token.end]).text == token.text


def test_invisible_characters_are_dropped_and_control_characters_part_words() -> None:
    assert [token.text for token in scan(clean("\u200bgi\u200dá\x00bao\u202e nhiêu"))] == ["giá", "bao", "nhiêu"]
