import pytest

from bot.nlu.syllables import decode_telex, fold, is_syllable, place_tone


@pytest.mark.parametrize(("text", "plain"), [
    ("Đồng Hành", "Dong Hanh"), ("được", "duoc"), ("gói M", "goi M"), ("hoà", "hoa"), ("", ""), ("😊", "😊"),
])
def test_folding_takes_diacritics_off(text: str, plain: str) -> None:
    assert fold(text) == plain


@pytest.mark.parametrize(("written", "usual"), [
    ("hoà", "hòa"), ("hòa", "hòa"), ("khoẻ", "khỏe"), ("thuỷ", "thủy"), ("kí", "ký"), ("quí", "quý"), ("gì", "gì"), ("già", "già"),
    ("giới", "giới"), ("khuyến", "khuyến"), ("tiền", "tiền"), ("mùa", "mùa"), ("muốn", "muốn"), ("shop", "shop"), ("cuả", "của"),
])
def test_the_tone_mark_has_one_place(written: str, usual: str) -> None:
    assert place_tone(written) == usual


@pytest.mark.parametrize(("keys", "word"), [
    ("khoong", "không"), ("gias", "giá"), ("dduowcj", "được"), ("dduocwj", "được"), ("chafo", "chào"), ("muoons", "muốn"), ("thuwr", "thử"),
    ("tieesng", "tiếng"), ("hoaf", "hòa"), ("ddi", "đi"), ("dungf", "dùng"), ("giuwx", "giữ"), ("kys", "ký"), ("chuyeern", "chuyển"),
    ("khacs", "khác"), ("gif", "gì"), ("quas", "quá"), ("huyr", "hủy"),
])
def test_telex_left_as_typed_is_read(keys: str, word: str) -> None:
    assert decode_telex(keys) == word


@pytest.mark.parametrize("word", ["ban", "plans", "basic", "users", "refuse", "hosting", "server", "trial", "vps", "wordpress", "x", ""])
def test_other_words_are_not_telex(word: str) -> None:
    assert decode_telex(word) is None


@pytest.mark.parametrize(("letters", "is_one"), [
    ("không", True), ("nghiêng", True), ("tuyên", True), ("giá", False), ("aic", False), ("mât", True), ("mâ", False), ("str", False),
    ("", False),
])
def test_syllables_follow_the_rules_of_the_language(letters: str, is_one: bool) -> None:
    assert is_syllable(letters) is is_one
