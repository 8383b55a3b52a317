"""How to pay, by what waits for payment."""

from __future__ import annotations

import pytest

from actions.action import JourneyAction
from actions.payments import ActionAnswerInvoice, ActionAnswerPayment, ActionAnswerPaymentSteps, ActionAnswerRenewalPayment
from journey_state.companies import find_company
from journey_state.conversations import Conversation
from journey_state.links import ORDER, find_linked
from journey_state.store import JourneyStore
from tests.fixtures.customers import buy_plan, order_plan
from tests.fixtures.speaking import Message, play


@pytest.mark.parametrize("action, text, words", [
    (ActionAnswerPayment(), "thanh toán sao ạ", ["VietQR", "MoMo"]),
    (ActionAnswerPayment(), "cho xin số tài khoản", ["0123 4567 8900"]),
    (ActionAnswerPayment(), "có trả góp không", ["không có trả góp"]),
    (ActionAnswerInvoice(), "xuất hoá đơn đỏ", ["24 giờ", "mã số thuế"]),
])
def test_way_to_pay_that_was_named_is_told(
    sqlite_store: JourneyStore, lone_conversation: Conversation, action: JourneyAction, text: str, words: list[str],
) -> None:
    with sqlite_store.transaction() as session:
        said = play(action, session, lone_conversation, Message(text=text))

    assert all(word in said.text for word in words), said.text


def test_order_that_waits_is_told_with_amount_and_message(sqlite_store: JourneyStore, lone_conversation: Conversation) -> None:
    with sqlite_store.transaction() as session:
        order = order_plan(session, lone_conversation.contact_id, "hosting-m", "year")
        said = play(ActionAnswerPaymentSteps(), session, lone_conversation, Message(text="chuyển tiền sao"))

    assert all(word in said.text for word in (order.number, "1.285.200đ", "0123 4567 8900")), said.text
    assert "/report_payment" in said.buttons.values()
    [picture] = said.images
    [card] = said.cards
    with sqlite_store.reading() as session:
        assert find_linked(session, ORDER, picture.removeprefix("/pay/").removesuffix(".png")) == order.number
    assert card["url"] == picture.replace(".png", "?lang=vi") and card["lines"] == ["Hosting M", "1.285.200đ"]


def test_without_an_order_the_ways_to_pay_lead_to_one(sqlite_store: JourneyStore, lone_conversation: Conversation) -> None:
    with sqlite_store.transaction() as session:
        said = play(ActionAnswerPaymentSteps(), session, lone_conversation, Message(text="trả tiền sao", slots={"plan": "hosting-m"}))

    assert "VietQR" in said.text and said.slots["pending_offer"] == "offer_order"


def test_customer_hears_of_the_next_renewal(sqlite_store: JourneyStore, lone_conversation: Conversation) -> None:
    with sqlite_store.transaction() as session:
        buy_plan(session, lone_conversation.contact_id, "hosting-m", "month")
        said = play(ActionAnswerRenewalPayment(), session, lone_conversation, Message(text="gia hạn trả sao"))

    assert all(word in said.text for word in ("Hosting M", "02/04/2026", "128.520đ")), said.text


def test_invoice_details_are_kept_bit_by_bit(sqlite_store: JourneyStore, lone_conversation: Conversation) -> None:
    with sqlite_store.transaction() as session:
        first = play(ActionAnswerInvoice(), session, lone_conversation, Message(text="xuất cho công ty TNHH Hoa Sen, MST 0101248141"))
        assert "công ty TNHH Hoa Sen" in first.text and "Còn thiếu: địa chỉ, email nhận hoá đơn" in first.text

        rest = Message(text="địa chỉ: 12 Trần Phú, Hà Nội, email ketoan@hoasen.vn")
        whole = play(ActionAnswerInvoice(), session, lone_conversation, rest)
        assert "0101248141" in whole.text and "ketoan@hoasen.vn" in whole.text and whole.slots["pending_offer"] == "offer_ticket"


def test_wrong_tax_code_is_named_and_not_kept(sqlite_store: JourneyStore, lone_conversation: Conversation) -> None:
    with sqlite_store.transaction() as session:
        said = play(ActionAnswerInvoice(), session, lone_conversation, Message(text="MST 0101248142 nhé"))
        kept = find_company(session, lone_conversation.contact_id)

    assert "0101248142 chưa đúng" in said.text and kept is not None and kept.tax_code == ""
