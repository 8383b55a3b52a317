import pytest

from bot.nlu.valence import measure_valence


@pytest.mark.parametrize(("better", "worse"), [
    ("dịch vụ tốt", "dịch vụ không tốt"), ("dịch vụ không tệ", "dịch vụ tệ"), ("rất tốt", "tốt"), ("tệ", "quá tệ"),
    ("the support is good", "the support isn't good"), ("not bad", "bad"), ("very good", "good"), ("ok 😍", "ok"), ("ok", "ok 😡"),
    ("dich vu tot", "dich vu khong tot"), ("không có gì. tốt lắm", "không tốt lắm"),
])
def test_negation_strength_and_emoji_count(better: str, worse: str) -> None:
    assert measure_valence(better) > measure_valence(worse)


@pytest.mark.parametrize("text", [
    "", "gói M giá bao nhiêu", "nếu không hài lòng thì có hoàn tiền không", "if I am unhappy, can I leave?", "công ty ở đâu", "tin tức",
    "12", "which plan is good for a shop",
])
def test_questions_and_suppositions_are_neutral(text: str) -> None:
    assert measure_valence(text) == 0.0


def test_what_a_message_asks_counts() -> None:
    assert measure_valence("nói năng với khách như vậy à", {"make_complaint": 0.9}) < -0.2
    assert measure_valence("gói này tốt không", {"ask_reviews": 1.0}) < measure_valence("gói này tốt") / 2


def test_it_stays_within_its_bounds() -> None:
    for text in ("tệ quá tệ hại thất vọng lừa đảo kinh khủng " * 9, "tuyệt vời xuất sắc " * 30):
        assert abs(measure_valence(text)) == 1.0
