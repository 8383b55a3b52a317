import pytest

from bot.nlu.language_guess import choose_language, guess_language, is_known

VIETNAMESE = [
    "giá bao nhiêu", "gia bao nhieu v", "cho em hỏi chút", "cho hoi goi m", "dùng thử được mấy ngày", "dung thu dc may ngay", "web sập rồi",
    "web sap roi cuu", "ko vao dc web", "hủy gói giúp mình", "huy goi giup minh", "chuyển khoản rồi nhé", "ck r nha", "khoong hieeur",
    "dduowcj khoong", "em muốn upgrade hosting", "support cho em với", "đơn hàng tới đâu", "don hang toi dau r", "cảm ơn shop",
    "cam on nhieu",
    "chao buoi sang", "tạm biệt", "nâng cấp lên gói L", "nang cap len goi l", "hosting nào rẻ nhất", "vps chậm quá", "mail bị lỗi",
    "refund cho mình đi", "dạ đúng rồi", "vang a", "hông biết luôn", "mần răng chừ", "xai thu truoc roi mua",
]
ENGLISH = [
    "how much is it", "i need help", "my site is down", "cancel my plan please", "what's the difference", "can i try it first",
    "thank you very much", "where is my order", "i want a refund", "good morning", "do you speak english", "talk to a human",
    "the server is slow",
    "is there a discount", "renew for another year", "sounds good", "never mind", "u guys open today", "pls fix my email", "who are you",
    "delete my data", "it works now thanks", "which one should i pick", "no thank you", "five stars from me", "i paid yesterday",
    "how do i change the php version", "your support is terrible", "my friend gave me a code", "stop sending newsletters",
    "see you tomorrow",
]
OPEN = ["", "ok", "hosting", "vps 2", "email pro", "demo", "10", "😊", "sen cloud", "ssl", "wordpress"]


@pytest.mark.parametrize("text", VIETNAMESE)
def test_vietnamese_is_told_with_and_without_diacritics(text: str) -> None:
    assert guess_language(text.split()) == "vi"


@pytest.mark.parametrize("text", ENGLISH)
def test_english_is_told(text: str) -> None:
    assert guess_language(text.split()) == "en"


@pytest.mark.parametrize("text", OPEN)
def test_words_of_both_languages_leave_it_open(text: str) -> None:
    assert guess_language(text.split()) is None


@pytest.mark.parametrize(("text", "known", "chosen"), [
    ("ok", "en", "en"), ("ok", "vi", "vi"), ("ok", None, "vi"), ("thanks", "vi", "vi"), ("thanks", None, "en"), ("upgrade", "vi", "vi"),
    ("how much does it cost", "vi", "en"), ("giá bao nhiêu vậy", "en", "vi"), ("hosting", "en", "en"),
    ("", None, "vi"), ("da", "en", "en"), ("asdkj", None, "vi"),
])
def test_few_words_do_not_change_the_language_of_a_conversation(text: str, known: str | None, chosen: str) -> None:
    assert choose_language(text.split(), known) == chosen


def test_words_on_the_lists_are_known() -> None:
    assert is_known("hosting") and is_known("please") and is_known("khong") and not is_known("khoong")
