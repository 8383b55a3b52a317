"""Whole conversations with people who change their mind, press, swear, ask in two words, or write nothing that can be read."""

from __future__ import annotations

import pytest

from tests.fixtures.talks import Talk

pytestmark = pytest.mark.slow


def say_all(talk: Talk, *texts: str) -> str:
    """Say all, one after another; returns the last answer's words."""
    return [talk.say(text).text for text in texts][-1]


@pytest.mark.parametrize("texts, order, words", [
    (["I want to order Hosting M", "for a year", "what? no, per month", "tom@example.com"],
     ("hosting-m", "month", 1, 128_520), "Hosting M"),
    (["I want to order Hosting M", "for a year", "I meant hosting L", "wait, L. i meant monthly, ok?", "tom@example.com"],
     ("hosting-l", "month", 1, 258_120), "258,120₫"),
    (["cho mình đặt hosting M", "theo năm", "à không, theo tháng", "nhầm, gói L nha", "lan@congty.vn"],
     ("hosting-l", "month", 1, 258_120), "258.120đ"),
    (["dat hosting s nhe", "theo thang", "a nham, theo nam", "lan@congty.vn"], ("hosting-s", "year", 1, 637_200), "637.200đ"),
    (["mua email pro cho 5 người", "theo tháng", "à 8 người nha", "lan@congty.vn"], ("email-pro", "month", 8, 423_360), "8 người dùng"),
    (["I'd like to buy Email Basic for 5 people", "yearly", "anna@example.com"], ("email-basic", "year", 5, 1_026_000), "5 users"),
    (["mua email basic", "10 người", "theo tháng", "lan@congty.vn"], ("email-basic", "month", 10, 205_200), "10 người dùng"),
    (["đặt VPS 2 nhé", "2 con", "theo năm", "à nhầm 1 con thôi", "lan@congty.vn"], ("vps-2", "year", 1, 3_229_200), "VPS 2"),
    (["order 3 x VPS 2, monthly", "actually make it 2", "dev@corp.io"], ("vps-2", "month", 2, 645_840), "2 × VPS 2"),
    (["em lấy gói free", "nam@sv.edu.vn"], ("hosting-free", "month", 1, 0), "Hosting Free"),
])
def test_order_is_what_was_meant_in_the_end(talk: Talk, texts: list[str], order: tuple[str, str, int, int], words: str) -> None:
    placed = say_all(talk, *texts)

    (kept,) = talk.orders
    assert (kept.plan, kept.billing_period, kept.quantity, kept.amount) == order
    assert words in placed


@pytest.mark.parametrize("texts, summary", [
    (["cho mình đặt hosting M", "theo năm", "à không, theo tháng"], "Hosting M, 128.520đ/tháng"),
    (["mua email pro cho 5 người", "theo tháng", "à 8 người nha"], "Email Pro cho 8 người dùng, 423.360đ/tháng"),
    (["I want to order Hosting M", "for a year", "what? no, per month"], "Hosting M, 128,520₫ a month"),
])
def test_change_is_confirmed_with_the_order_as_it_stands(talk: Talk, texts: list[str], summary: str) -> None:
    assert summary in say_all(talk, *texts)


@pytest.mark.parametrize("question, fact", [("còn gói L bao nhiêu", "258.120đ"), ("how much is hosting L a month?", "239,000₫")])
def test_question_about_another_plan_is_no_change(talk: Talk, question: str, fact: str) -> None:
    talk.say("đặt hosting M nhé")

    assert fact in talk.say(question).text
    assert say_all(talk, "theo tháng", "lan@congty.vn") and talk.orders[0].plan == "hosting-m"


def test_order_just_placed_can_still_be_corrected(talk: Talk) -> None:
    say_all(talk, "cho mình đặt hosting M", "theo năm", "lan@congty.vn")
    corrected = talk.say("khoan, trả theo tháng trước đã").text

    assert [(order.billing_period, order.state) for order in talk.orders] == [("month", "placed"), ("year", "cancelled")]
    assert "DH-2001" in corrected and "128.520đ" in corrected


def test_renewal_is_for_as_many_as_were_bought(talk: Talk) -> None:
    say_all(talk, "mua email pro cho 25 người", "theo năm", "ketoan@congtyabc.vn")
    talk.pay()

    assert "13.230.000đ/năm" in talk.say("gia hạn thì bao nhiêu").text
    assert "Email Pro cho 25 người dùng" in talk.say("đơn của mình sao rồi").text


def test_more_seats_are_charged_for_the_days_left(talk: Talk) -> None:
    say_all(talk, "mua email pro cho 25 người", "theo tháng", "ketoan@congtyabc.vn")
    talk.pay()

    answer = talk.say("cần thêm 5 hộp thư nữa").text
    assert "264.600đ" in answer and "30 người dùng" in answer


def test_unpaid_order_can_be_called_off(talk: Talk) -> None:
    say_all(talk, "vps 1 please", "monthly", "hans@beispiel.de", "cancel the order please", "yes")

    assert [order.state for order in talk.orders] == ["cancelled"]


@pytest.mark.parametrize("order", ["cho mình mua email pro cho 5 người, theo năm", "cho em đặt mua VPS 2 trả theo tháng luôn nhé"])
def test_who_orders_while_the_trial_form_asks_gets_the_order(talk: Talk, order: str) -> None:
    assert talk.say("cho mình dùng thử hosting").actions[-1] == "trial_form"
    assert talk.say(order).actions[-1] == "order_form"


def test_product_of_a_trial_can_be_corrected(talk: Talk) -> None:
    changed = say_all(talk, "mình muốn dùng thử email", "à nhầm, vps nha")

    assert "Cloud VPS" in changed
    assert "Cloud VPS" in talk.say("lan@congty.vn").text


@pytest.mark.parametrize("question, fact", [
    ("mấy ngày vậy", "14 ngày"), ("bao nhiêu ngày vậy?", "14 ngày"), ("may ngay z", "14 ngày"), ("how many days?", "14"),
    ("rồi sao nữa", "14 ngày"),
])
def test_two_words_inside_a_form_ask_about_the_form(talk: Talk, question: str, fact: str) -> None:
    talk.say("mình muốn dùng thử hosting")
    answer = talk.say(question)

    assert fact in answer.text and answer.actions[-1] == "trial_form"
    assert answer.intent == "start_trial"
    assert "lan@congty.vn" in talk.say("lan@congty.vn").text


def test_question_about_the_waiting_time_is_no_ticket(talk: Talk) -> None:
    talk.say("my emails keep bouncing")

    assert talk.say("how long does it take").actions[-1] == "ticket_form" and talk.tickets == []


def test_question_about_leaving_does_not_leave_the_order(talk: Talk) -> None:
    talk.say("I want to order VPS 2")
    answer = talk.say("what if I want to cancel after 3 days?")

    assert "7 days" in answer.text and answer.actions[-1] == "order_form"


@pytest.mark.parametrize("noise", ["???", "...", "!!!", "😀😀", "asdfgh qwer zxcv", "ádfjk ạldsk"])
def test_noise_is_answered_calmly_and_in_other_words_the_second_time(talk: Talk, noise: str) -> None:
    first, second = talk.say(noise), talk.say(noise)

    assert first.intent == second.intent == "out_of_scope"
    assert first.text.startswith(("Dạ mình đây", "I'm here")) and second.text != first.text
    assert {"Gặp nhân viên", "Talk to a person"} & talk.buttons.keys()


@pytest.mark.parametrize("goodbye, opening, kept", [
    ("mai mình quay lại", "gói M bao nhiêu", "Hosting M"), ("để mai mình quay lại nha", "gói L giá sao", "Hosting L"),
    ("I'll come back tomorrow", "how much is VPS 2?", "VPS 2"),
])
def test_goodbye_until_later_keeps_what_is_open(talk: Talk, goodbye: str, opening: str, kept: str) -> None:
    talk.say(opening)
    answer = talk.say(goodbye)

    assert answer.intent == "goodbye" and kept in answer.text


def test_order_waits_for_who_comes_back(talk: Talk) -> None:
    say_all(talk, "đặt hosting M nhé", "theo tháng")
    assert "giữ nguyên đơn" in talk.say("thôi mai mình quay lại nha").text
    talk.wait(days=1)
    say_all(talk, "đặt tiếp đi", "theo tháng", "lan@congty.vn")

    assert [order.plan for order in talk.orders] == ["hosting-m"]


@pytest.mark.parametrize("question, words", [
    ("what is a vps", "Your own server in the cloud"), ("vps là gì", "Máy chủ riêng trên mây"),
    ("chị không rành mấy cái này, hosting là gì vậy em", "Chỗ đặt website"), ("whats ur uptime", "99.9%"),
])
def test_beginner_hears_what_a_thing_is(talk: Talk, question: str, words: str) -> None:
    assert words in talk.say(question).text


@pytest.mark.parametrize("opening, plea, cheaper", [
    ("Hosting L price", "too expensive, something cheaper?", "Hosting M"),
    ("gói M bao nhiêu", "mắc quá, có gói nào rẻ hơn ko", "Hosting S"),
])
def test_who_has_no_plan_and_finds_one_dear_hears_of_a_cheaper_one(talk: Talk, opening: str, plea: str, cheaper: str) -> None:
    talk.say(opening)

    assert cheaper in talk.say(plea).text


@pytest.mark.parametrize("question, name", [
    ("are you better than hostinger?", "Hostinger"), ("so với matbao thì sao", "Mắt Bão"), ("godaddy vs you guys", "GoDaddy"),
    ("bên em so với vietnix thì sao", "Vietnix"), ("azdigi có rẻ hơn không", "AZDIGI"), ("so sánh với pa vietnam", "PA Việt Nam"),
])
def test_other_providers_are_named_and_nothing_is_claimed_about_them(talk: Talk, question: str, name: str) -> None:
    answer = talk.say(question)

    assert name in answer.text.split("\n")[0] and answer.intent == "compare_plans"
    assert "30" in answer.text


@pytest.mark.parametrize("text, words", [
    ("my phone is +44 20 7946 0958", "+44 20 7946 0958"), ("call me at +65 6123 4567", "+65 6123 4567"),
    ("my number is +44 123", "too few digits"), ("my phone number is +999 1234 5678", "no such country code"),
])
def test_numbers_from_abroad_are_taken_or_refused_with_the_reason(talk: Talk, text: str, words: str) -> None:
    assert words in talk.say(text).text


def test_outage_told_in_full_needs_no_second_telling_and_stays_one_ticket(talk: Talk) -> None:
    first = talk.say("my site shopx.vn is down since 9am, error 502, plan M")
    assert "TK-10001" in first.text and first.actions[-1] == "action_open_ticket"

    assert "TK-10001" in talk.say("it's still down, shopx.vn shows error 503 now").text
    pressed = talk.say("fix it now!!!")
    assert "TK-10001" in pressed.text and pressed.intent == "check_ticket"
    (ticket,) = talk.tickets
    assert "503" in ticket.details and "fix it" not in ticket.details


@pytest.mark.parametrize("urge", ["fix it now!!!", "sửa lẹ đi trời", "nhanh lên"])
def test_pressing_is_no_description(talk: Talk, urge: str) -> None:
    talk.say("web mình bị sập rồi")
    calmed = talk.say(urge)

    assert talk.tickets == [] and calmed.actions[-1] == "ticket_form"
    talk.say("shopmay.vn báo lỗi 500 từ 8 giờ sáng")
    assert [ticket.kind for ticket in talk.tickets] == ["outage"]


def test_another_matter_gets_a_ticket_of_its_own(talk: Talk) -> None:
    say_all(talk, "website shopx.vn của mình sập từ 9h sáng, lỗi 502", "shopx.vn vẫn chưa vào được")
    talk.press("Chuyện khác, mở phiếu mới")
    talk.say("email của nhân viên bị trả lại từ hôm qua")

    assert len(talk.tickets) == 2


def test_who_somebody_is_goes_before_what_was_spoken_of_earlier(talk: Talk) -> None:
    talk.say("how much is business email?")

    assert "Hosting M" in talk.say("I run a bakery, what should I take?").text


def test_terms_come_before_the_first_code_and_are_not_repeated(talk: Talk) -> None:
    first = talk.say("I want to recommend you to friends, do I get a code?").text
    again = talk.say("give me my referral code").text

    assert first.index("new customer") < first.index("SEN-") and "SEN-" in again
    assert "new customer" not in again and "new customer" in talk.say("what are the terms").text


def test_pressed_button_moves_the_stage_like_words(talk: Talk) -> None:
    talk.say("gói hosting nào tốt cho shop bán quần áo")

    assert talk.press("Dùng thử Web hosting").stage == "decision"


@pytest.mark.parametrize("insult", ["are you stupid", "ngu vãi", "đm bot rác"])
def test_insults_are_met_with_help(talk: Talk, insult: str) -> None:
    answer = talk.say(insult).text

    assert not any(cheerful in answer for cheerful in ("Hihi", "vui ghê", "enjoy", "Thanks for the chat"))
