"""Orders in the console: money is booked once, with who and why, and the customer hears of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pytest

from journey_state.audits import list_deeds
from journey_state.conversations import find_latest_conversation, read_messages
from journey_state.ledger import Notice, Transfer, list_transfers, list_unmatched
from journey_state.orders import Order, find_order
from journey_state.payments import PaymentTerms
from journey_state.staff import StaffMember
from journey_state.store import JourneyStore
from journey_state.transfers import receive_transfer
from tests.fixtures.consoles import Browser, Console, key_of
from tests.fixtures.journeys import NOW, later
from tests.fixtures.shops import Shop

SEEN = "sao kê ngày 2/3, dòng 14"


@pytest.fixture
def shop(sqlite_store: JourneyStore) -> Shop:
    """Customers of the console's store."""
    return Shop(sqlite_store)


@pytest.fixture
def order(shop: Shop) -> Order:
    """DH-2001, 128.520đ, waiting."""
    return shop.order()


def state_of(shop: Shop, order: Order) -> str:
    with shop.store.reading() as session:
        found = find_order(session, order.number)
    assert found is not None
    return found.state


def ledger_of(shop: Shop, order: Order) -> list[Transfer]:
    with shop.store.reading() as session:
        return list_transfers(session, order.number)


def deeds(shop: Shop) -> list[tuple[str, str, str]]:
    """Who did what to which, oldest first."""
    with shop.store.reading() as session:
        return [(entry.staff_name, entry.deed.verb, entry.deed.noun_id) for entry in reversed(list_deeds(session))]


def told(shop: Shop, order: Order) -> list[Mapping[str, Any]]:
    with shop.store.reading() as session:
        conversation = find_latest_conversation(session, order.contact_id)
        assert conversation is not None
        return [message.body for message in read_messages(session, conversation.id)]


def receive(shop: Shop, amount: int = 128_520, content: str = "tien hosting") -> str:
    """A transfer that the bank reports; returns its id."""
    with shop.store.transaction() as session:
        return receive_transfer(session, Notice(amount, NOW, content, f"FT-{amount}"), PaymentTerms(7, {}), later(minutes=5)).transfer.id


def test_list_names_orders_and_leads_to_each(browser: Browser, shop: Shop, order: Order) -> None:
    receive(shop, 100_000, "DH2001")
    page = browser.open("/orders").text

    assert f'href="/console/orders/{order.number}"' in page and "Hosting M" in page
    assert "128.520đ" in page and "100.000đ" in page and "chờ thanh toán" in page
    assert 'href="/console/orders" aria-current="page"' in page
    assert "DH-2001" not in browser.open("/orders?state=paid").text


def test_transcript_leads_to_the_order(browser: Browser, shop: Shop, order: Order) -> None:
    with shop.store.reading() as session:
        conversation = find_latest_conversation(session, order.contact_id)
    assert conversation is not None

    assert f'href="/console/orders/{order.number}"' in browser.open(f"/conversations/{conversation.id}").text
    assert f'href="/console/conversations/{conversation.id}"' in browser.open(f"/orders/{order.number}").text


def test_confirmation_keeps_who_when_amount_and_evidence(browser: Browser, shop: Shop, order: Order, lan: StaffMember) -> None:
    answer = browser.send("/orders/DH-2001/confirm", amount="128.520đ", evidence=SEEN, reference="FT-77")

    assert (answer.status_code, answer.headers["location"]) == (303, "/console/orders/DH-2001")
    [line] = ledger_of(shop, order)
    assert (line.noted_by, line.amount, line.evidence, line.reference, line.verdict) == (lan.id, 128_520, SEEN, "FT-77", "paid")
    assert state_of(shop, order) == "paid"
    assert deeds(shop) == [("Lan", "confirm_payment", "DH-2001")]
    assert "đã nhận đủ 128.520đ" in told(shop, order)[-1]["text"]
    page = browser.open("/orders/DH-2001").text
    assert SEEN in page and "Lan" in page and "FT-77" in page and 'id="confirm"' not in page


def test_form_sent_twice_books_once(browser: Browser, shop: Shop, order: Order) -> None:
    key = key_of(browser.open("/orders/DH-2001").text)
    for _ in range(2):
        assert browser.send("/orders/DH-2001/confirm", amount="100000", evidence=SEEN, key=key).status_code == 303

    assert [line.amount for line in ledger_of(shop, order)] == [100_000]
    assert len(told(shop, order)) == 1


@pytest.mark.parametrize("fields, words", [
    ({"amount": "128520", "evidence": "  "}, "ghi rõ chứng từ"),
    ({"amount": "128520", "evidence": "x" * 1_001}, "dài quá 1.000"),
    ({"amount": "một trăm", "evidence": SEEN}, "Số tiền chưa đúng"),
    ({"amount": "-5", "evidence": SEEN}, "Số tiền chưa đúng"),
    ({"amount": "9" * 18, "evidence": SEEN}, "Số tiền chưa đúng"),
    ({"amount": "0", "evidence": SEEN}, "Số tiền không hợp lệ"),
    ({"amount": "128520", "evidence": SEEN, "reference": "mã số"}, "Mã giao dịch chỉ gồm"),
    ({"evidence": SEEN}, "Số tiền chưa đúng"),
])
def test_what_cannot_be_booked_is_said_and_the_form_is_kept(
    browser: Browser, shop: Shop, order: Order, fields: dict[str, str], words: str,
) -> None:
    answer = browser.send("/orders/DH-2001/confirm", **fields, form="confirm")

    assert answer.status_code == 422 and words in answer.text and 'role="alert"' in answer.text
    assert ledger_of(shop, order) == [] and told(shop, order) == []
    assert fields["evidence"] in answer.text


def test_form_from_elsewhere_books_nothing(browser: Browser, shop: Shop, order: Order) -> None:
    answer = browser.http.post("/console/orders/DH-2001/confirm", data={"amount": "128520", "evidence": SEEN})

    assert answer.status_code == 403 and ledger_of(shop, order) == []


def test_nobody_sees_orders_without_a_session(console: Console, order: Order) -> None:
    for path in ("/console/orders", "/console/orders/DH-2001", "/console/transfers"):
        assert console.stranger().get(path).status_code == 303


def test_excess_is_returned_and_the_order_stays(browser: Browser, shop: Shop, order: Order) -> None:
    browser.send("/orders/DH-2001/confirm", amount="178520", evidence=SEEN)
    assert 'value="50.000đ"' in browser.open("/orders/DH-2001").text
    browser.send("/orders/DH-2001/refund", amount="50.000đ", evidence="đã chuyển lại")

    assert state_of(shop, order) == "paid"
    assert [(line.direction, line.amount, line.verdict) for line in ledger_of(shop, order)] == [
        ("in", 178_520, "excess"), ("out", 50_000, "returned"),
    ]
    assert "đã chuyển trả bạn 50.000đ" in told(shop, order)[-1]["text"]


def test_refund_ends_the_order(browser: Browser, shop: Shop, order: Order) -> None:
    browser.send("/orders/DH-2001/confirm", amount="128520", evidence=SEEN)
    browser.send("/orders/DH-2001/refund", amount="128520", evidence="đã chuyển lại")

    assert state_of(shop, order) == "refunded"
    assert [verb for _, verb, _ in deeds(shop)] == ["confirm_payment", "refund"]
    assert "đã hoàn cho bạn 128.520đ" in told(shop, order)[-1]["text"]
    assert browser.send("/orders/DH-2001/refund", amount="1", evidence="nữa").status_code == 422


def test_late_money_is_accepted_by_staff(browser: Browser, shop: Shop) -> None:
    order = shop.order(at=later(days=-8))
    receive(shop, content="DH2001")
    page = browser.open("/orders/DH-2001").text
    assert "tới sau hạn giữ giá" in page and 'name="amount" inputmode="numeric" required maxlength="24" value="0đ"' in page

    assert browser.send("/orders/DH-2001/confirm", amount="0đ", evidence="giữ giá cũ cho khách").status_code == 303
    assert state_of(shop, order) == "paid"


def test_unmatched_transfer_finds_its_order(browser: Browser, shop: Shop, order: Order) -> None:
    transfer = receive(shop)
    assert "1 khoản chưa rõ của ai" in browser.open("/orders").text
    assert re.search(r'<option value="DH-2001">128.520đ', browser.open("/transfers").text)

    answer = browser.send(f"/transfers/{transfer}/assign", number="dh-2001")
    assert answer.headers["location"] == "/console/orders/DH-2001"
    assert state_of(shop, order) == "paid" and "đã nhận đủ" in told(shop, order)[-1]["text"]
    assert deeds(shop) == [("Lan", "assign_transfer", transfer)]
    again = browser.send(f"/transfers/{transfer}/assign", number="DH-2001")
    assert again.status_code == 422 and "Khoản này vừa có người xử lý" in again.text


@pytest.mark.parametrize("number, words", [("DH-1", "Không có đơn nào"), ("", "Không có đơn nào"), ("<b>", "Không có đơn nào")])
def test_wrong_order_is_refused(browser: Browser, shop: Shop, order: Order, number: str, words: str) -> None:
    transfer = receive(shop)
    answer = browser.send(f"/transfers/{transfer}/assign", number=number)

    assert answer.status_code == 422 and words in answer.text
    with shop.store.reading() as session:
        assert [found.id for found in list_unmatched(session)] == [transfer]


def test_unmatched_transfer_goes_back_with_evidence(browser: Browser, shop: Shop, order: Order) -> None:
    transfer = receive(shop)
    assert browser.send(f"/transfers/{transfer}/send_back", evidence="").status_code == 422
    assert browser.send(f"/transfers/{transfer}/send_back", evidence="trả về VCB 001").status_code == 303

    assert "Mọi khoản tiền đều đã có đơn" in browser.open("/transfers").text
    assert deeds(shop) == [("Lan", "return_transfer", transfer)] and told(shop, order) == []


def test_reference_that_waits_unmatched_is_not_booked_twice(browser: Browser, shop: Shop, order: Order) -> None:
    receive(shop)
    answer = browser.send("/orders/DH-2001/confirm", amount="128520", evidence=SEEN, reference="FT-128520")

    assert answer.status_code == 422 and "danh sách chưa rõ của ai" in answer.text and state_of(shop, order) == "placed"


@pytest.mark.parametrize("path", ["/orders/DH-1", "/orders/%3Cb%3E"])
def test_unknown_order_is_a_calm_page(browser: Browser, path: str) -> None:
    assert browser.open(path).status_code == 404


def test_hostile_evidence_and_message_are_text(browser: Browser, shop: Shop, order: Order) -> None:
    receive(shop, 5_000, "<img src=x onerror=alert(1)>")
    browser.send("/orders/DH-2001/confirm", amount="1000", evidence="<script>alert(1)</script>")

    for path in ("/orders/DH-2001", "/transfers"):
        assert "<script>alert" not in browser.open(path).text and "<img" not in browser.open(path).text.replace('<img src="/console', "")


def test_look_at_an_order_is_written_down(browser: Browser, shop: Shop, order: Order) -> None:
    browser.open("/orders/DH-2001")

    assert deeds(shop) == [("Lan", "look", "DH-2001")]
