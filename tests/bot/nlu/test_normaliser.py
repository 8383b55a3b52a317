import unicodedata

import pytest

from bot.nlu.normaliser import MAX_LENGTH, normalise


@pytest.mark.parametrize(("text", "normal"), [
    ("gia bn v shop", "gia bao nhiêu vậy shop"), ("k dc", "không được"), ("giá 500k", "giá 500 nghìn"), ("1tr2", "1 triệu 2"),
    ("hok bt lm s", "không biết làm s"), ("ck r nha", "chuyển khoản rồi nha"), ("okkkk shopppp", "ok shop"), ("Hoà ơi", "hòa ơi"),
    ("khoong muoons dungf nuwax", "không muốn dùng nữa"), ("mk mún dky", "mình muốn đăng ký"), ("sdt e", "số điện thoại em"),
    ("ntn vậy", "như thế nào vậy"), ("how r u", "how are you"), ("nope thats wrong", "no that's wrong"),
    ("i dont wanna pay", "i don't want to pay"),
    ("vps 2 của mình", "vps 2 của mình"), ("gói S hay M", "gói s hay m"), ("", ""), ("😂😂", "😂 😂"),
])
def test_chat_spelling_is_brought_into_one_form(text: str, normal: str) -> None:
    assert normalise(text).raw == normal


@pytest.mark.parametrize(("text", "folded"), [("Được rồi", "duoc roi"), ("GIÁ GÓI M?", "gia goi m ?"), ("ko", "khong")])
def test_the_folded_stream_has_no_diacritics(text: str, folded: str) -> None:
    assert normalise(text).folded == folded


def test_thousand_and_not_are_told_apart() -> None:
    assert normalise("59k k mắc").raw == "59 nghìn không đắt"


def test_composed_and_decomposed_letters_are_one() -> None:
    text = "Đăng ký dùng thử được không"
    assert normalise(unicodedata.normalize("NFD", text)).raw == normalise(text).raw


def test_an_escaped_slash_leaves_no_trace() -> None:
    assert normalise("\u200b/restart").raw == "restart"


def test_expanded_abbreviations_keep_the_place_of_what_was_typed() -> None:
    message = normalise("Cho hỏi sđt shop")
    spelled = [token for token in message.tokens if token.text in ("số", "điện", "thoại")]
    assert {message.original[token.start:token.end] for token in spelled} == {"sđt"}


def test_abbreviations_of_one_language_do_not_touch_the_other() -> None:
    assert "rồi" not in normalise("how r you today").raw and "are" not in normalise("e mua r").raw


def test_a_very_long_message_is_cut() -> None:
    assert len(normalise("giá " * 50_000).raw) <= MAX_LENGTH


def test_every_spelling_in_the_lexicon_is_text() -> None:
    assert [normalise(f"{word} that is what i need").raw.split()[0] for word in ("yep", "nope", "nah")] == ["yes", "no", "no"]
