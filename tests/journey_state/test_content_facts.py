"""Each attribute has a fact in both languages, as narrow as the question, and questions lead to the right one."""

from __future__ import annotations

import re

import pytest

from journey_state.content import get_content
from tests.fixtures.content_questions import FACTS_EN, FACTS_VI

CONTENT = get_content()
VIETNAMESE = re.compile(r"[ăâđêôơưạảãàáặằắẳẵấầẩẫậẹẻẽèéếềểễệỉĩìíịọỏõòóốồổỗộớờởỡợụủũùúứừửữựỳýỵỷỹ]", re.IGNORECASE)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_each_attribute_yields_a_whole_sentence(language: str) -> None:
    for attribute in CONTENT.attributes:
        fact = CONTENT.find_fact(attribute, language=language)
        assert fact is not None, attribute
        assert fact.text.rstrip()[-1] in ".!?" and fact.value and fact.source_file.endswith(".yml"), attribute
        assert "{" not in fact.text + fact.value, attribute


def test_vietnamese_facts_are_written_with_diacritics() -> None:
    texts = {name: fact.text for name in CONTENT.attributes if (fact := CONTENT.find_fact(name, language="vi"))}
    assert [name for name, text in texts.items() if not VIETNAMESE.search(text)] == []


@pytest.mark.parametrize("attribute, product, plan, language, value, words", [
    ("trial_days", "vps", None, "vi", "7", "dùng thử miễn phí 7 ngày"),
    ("trial_days", None, "hosting-m", "en", "14", "14 days"),
    ("trial_days", None, None, "vi", "14/7/14", "VPS 7 ngày"),
    ("vat", None, None, "vi", "8%", "chưa gồm thuế"),
    ("price", None, "hosting-m", "vi", "119.000đ", "1.190.000đ/năm"),
    ("price", None, "email-pro", "en", "49,000₫", "a user a month"),
    ("price", None, "hosting-free", "vi", "0đ", "miễn phí"),
    ("price", "vps", None, "vi", None, "VPS 8 – 1.190.000đ/tháng"),
    ("yearly_price", None, "vps-2", "vi", "2.990.000đ", "chưa gồm VAT 8%"),
    ("storage", None, "hosting-l", "vi", "80 GB NVMe", "Hosting L"),
    ("storage", "email", None, "en", None, "Email Pro – 50 GB a mailbox"),
    ("ram", None, "vps-4", "vi", "4 GB", "4 GB RAM"),
    ("uptime", "vps", None, "vi", "99,95%", "99,95%"),
    ("uptime", "email", None, "en", "99.9%", "99.9%"),
    ("refund_window", "vps", None, "vi", "7", "7 ngày"),
    ("refund_window", None, "hosting-s", "en", "30", "30 days"),
    ("backup", None, "hosting-free", "vi", "hằng tuần, 7", "hằng tuần"),
    ("backup", None, "hosting-m", "vi", "hằng ngày, 14", "14 ngày"),
    ("response_time", None, "vps-8", "vi", "1 giờ", "ưu tiên"),
    ("response_time", None, "hosting-s", "vi", "15 phút, 1 giờ, 4 giờ, 24 giờ", "4 giờ"),
    ("ssl", None, "hosting-free", "vi", "miễn phí", "Let's Encrypt"),
    ("ssl", "vps", None, "en", "free", "yourself"),
    ("data_centre", "vps", None, "vi", "Hà Nội, TP.HCM", "Hòa Lạc"),
    ("bank_account", None, None, "vi", "0123 4567 8900", "CONG TY CO PHAN SEN CLOUD"),
    ("referral_reward", None, None, "vi", "10%, 100.000đ", "lần đầu"),
    ("grace_period", None, None, "en", "7", "30 days"),
    ("support_phone", None, None, "vi", "1900 0168", "8:00–22:00"),
    ("reviews", None, None, "vi", "12", "12 đánh giá"),
])
def test_the_narrowest_fact_answers(
    attribute: str, product: str | None, plan: str | None, language: str, value: str | None, words: str,
) -> None:
    fact = CONTENT.find_fact(attribute, product=product, plan=plan, language=language)
    assert fact is not None and words in fact.text
    assert value is None or fact.value == value


@pytest.mark.parametrize("attribute, product, plan", [
    ("ram", "email", None), ("docker", None, "email-pro"), ("colour", None, None), ("email_limit", None, "vps-1"),
])
def test_what_the_content_does_not_say_is_not_answered(attribute: str, product: str | None, plan: str | None) -> None:
    assert CONTENT.find_fact(attribute, product=product, plan=plan, language="vi") is None


@pytest.mark.parametrize("plan_id", CONTENT.plans)
def test_specs_are_told_as_the_plan_has_them(plan_id: str) -> None:
    for spec, value in CONTENT.plans[plan_id].specs.items():
        fact = CONTENT.find_fact(spec, plan=plan_id, language="vi")
        assert fact is not None and fact.value == value.vi and value.vi in fact.text


@pytest.mark.parametrize("language, questions", [("vi", FACTS_VI), ("en", FACTS_EN)])
def test_a_question_leads_to_the_fact_it_asks_for(language: str, questions: tuple[tuple[str, str], ...]) -> None:
    found = {text: CONTENT.find_attributes(text, language)[:1] for text, _ in questions}
    assert {text: found[text] for text, attribute in questions if found[text] != [attribute]} == {}


@pytest.mark.parametrize("text, asked", [
    ("VPS 2 giá một năm bao nhiêu tiền, đã gồm VAT chưa?", ["vat", "yearly_price"]),
    ("server đặt ở đâu, có sao lưu không", ["data_centre", "backup"]),
    ("chào em", []),
])
def test_a_message_may_ask_for_several_facts(text: str, asked: list[str]) -> None:
    assert CONTENT.find_attributes(text, "vi")[:len(asked) or None] == asked


@pytest.mark.parametrize("text, language, attribute", [
    ("shop i can trả góp for VPS 8?", "en", "instalments"), ("bên mình legit không ad", "vi", "licence"),
])
def test_words_of_the_other_language_are_understood_too(text: str, language: str, attribute: str) -> None:
    assert CONTENT.find_attributes(text, language) == [attribute]


def test_a_named_attribute_is_found_where_it_stands() -> None:
    text = "Gói M có SSL không?"
    (match,) = CONTENT.match_attributes(text, "vi")
    assert (match.name, text[match.start:match.end]) == ("ssl", "SSL")
