"""The webhook: signed, in time, once; the customer hears of it on their channel."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route
from starlette.testclient import TestClient

from bot.checkout.notices import PaymentNotices, sign
from bot.services import Services
from journey_state.conversations import find_latest_conversation, read_messages
from journey_state.ledger import list_transfers, list_unmatched
from journey_state.orders import Order, cancel_order, find_order
from journey_state.tables import outbox
from journey_state.tickets import list_tickets
from tests.fixtures.journeys import NOW, later
from tests.fixtures.shops import Shop

SECRET = "0123456789abcdef0123456789abcdef"
NOTICE = {"reference": "FT26061-1", "amount": 128_520, "content": "MBVCB.77.DH2001.CT tu A", "received_at": "2026-03-02T16:10:00+07:00"}
STAMP = str(int(later(minutes=20).timestamp()))


@pytest.fixture
def webhook(services: Services) -> Iterator[TestClient]:
    """The webhook of a business that turned it on, twenty minutes after everything began."""
    armed = replace(services, settings=replace(services.settings, payments_secret=SECRET))
    notices = PaymentNotices(armed, clock=lambda: later(minutes=20))
    with TestClient(Starlette(routes=[Route("/api/payments", notices.post, methods=["POST"])])) as client:
        yield client


def send(client: TestClient, notice: Mapping[str, Any] | bytes = NOTICE, *, secret: str = SECRET, stamp: str = STAMP) -> Response:
    """What a bank's service sends."""
    body = notice if isinstance(notice, bytes) else json.dumps(notice).encode()
    headers = {"x-donghanh-timestamp": stamp, "x-donghanh-signature": sign(secret, stamp, body)}
    return client.post("/api/payments", content=body, headers=headers)  # type: ignore[return-value]


def answer(response: Any) -> dict[str, Any]:
    return dict(response.json())


def said(shop: Shop, order: Order) -> list[Mapping[str, Any]]:
    """What the customer was told, on the channel of their last conversation."""
    with shop.store.reading() as session:
        conversation = find_latest_conversation(session, order.contact_id)
        assert conversation is not None
        return [message.body for message in read_messages(session, conversation.id) if message.author == "system"]


def test_signature_is_the_documented_one() -> None:
    # Worked out with openssl: printf '%s' '1772442000.{"a":1}' | openssl dgst -sha256 -hmac 0123456789abcdef0123456789abcdef
    expected = "sha256=5bb8fee3612016ec9a697ffa3ded33ab2e55e0fa5dc07cb97ac3136f4912b31c"
    assert sign(SECRET, "1772442000", b'{"a":1}') == expected


def test_signed_notice_pays_the_order_and_tells_the_customer(webhook: TestClient, shop: Shop) -> None:
    order = shop.order()
    response = send(webhook)

    assert (response.status_code, answer(response)) == (200, {"verdict": "paid", "order": "DH-2001", "state": "paid", "repeat": False})
    [news] = said(shop, order)
    assert news["text"] == (
        "Sen Cloud đã nhận đủ 128.520đ cho đơn DH-2001, cảm ơn bạn! Gói Hosting M của bạn được tính tới 02/04/2026. "
        "Nhân viên sẽ giúp bạn bắt đầu, mã phiếu TK-10001."
    )


def test_notice_sent_again_is_acknowledged_and_says_nothing_twice(webhook: TestClient, shop: Shop) -> None:
    order = shop.order()
    first, again = send(webhook), send(webhook)

    assert (answer(first)["repeat"], answer(again)["repeat"], again.status_code) == (False, True, 200)
    assert len(said(shop, order)) == 1


@pytest.mark.parametrize("changed, stamp, secret, code", [
    ({}, STAMP, "f" * 32, "bad_signature"),
    ({}, str(int(later(minutes=14).timestamp())), SECRET, "stale"),
    ({}, str(int(later(minutes=26).timestamp())), SECRET, "stale"),
    ({}, "", SECRET, "stale"),
    ({}, "1e99", SECRET, "stale"),
])
def test_unsigned_or_stale_notice_books_nothing(
    webhook: TestClient, shop: Shop, changed: dict[str, Any], stamp: str, secret: str, code: str,
) -> None:
    order = shop.order()
    response = send(webhook, {**NOTICE, **changed}, stamp=stamp, secret=secret)

    assert (response.status_code, answer(response)["error"]["code"]) == (401, code)
    with shop.store.reading() as session:
        assert list_transfers(session, order.number) == [] and list_unmatched(session) == []


def test_signature_of_another_body_or_time_is_no_signature(webhook: TestClient, shop: Shop) -> None:
    shop.order()
    body = json.dumps(NOTICE).encode()
    for stamp, signed in ((STAMP, body.replace(b"128520", b"128521")), (str(int(STAMP) + 1), body)):
        headers = {"x-donghanh-timestamp": stamp, "x-donghanh-signature": sign(SECRET, STAMP, signed)}
        assert webhook.post("/api/payments", content=body, headers=headers).status_code == 401
    assert webhook.post("/api/payments", content=body).status_code == 401


@pytest.mark.parametrize("changed, code", [
    ({"reference": ""}, "bad_reference"), ({"reference": 7}, "bad_reference"), ({"reference": "x" * 65}, "bad_reference"),
    ({"reference": "a b"}, "bad_reference"),
    ({"amount": 0}, "bad_amount"), ({"amount": -128_520}, "bad_amount"), ({"amount": "128520"}, "bad_amount"),
    ({"amount": 128_520.0}, "bad_amount"), ({"amount": True}, "bad_amount"), ({"amount": 10**13}, "bad_amount"),
    ({"content": 5}, "bad_content"), ({"content": "x" * 501}, "bad_content"), ({"currency": "USD"}, "bad_currency"),
    ({"received_at": "yesterday"}, "bad_received_at"), ({"received_at": "2026-03-02T09:30:00"}, "bad_received_at"),
    ({"received_at": "2026-03-03T09:30:00Z"}, "bad_received_at"),
])
def test_malformed_notice_is_refused_with_the_field(webhook: TestClient, shop: Shop, changed: dict[str, Any], code: str) -> None:
    order = shop.order()
    response = send(webhook, {**NOTICE, **changed})

    assert (response.status_code, answer(response)["error"]["code"]) == (422, code)
    with shop.store.reading() as session:
        assert list_transfers(session, order.number) == []


@pytest.mark.parametrize("body, status", [
    (b"", 400), (b"[1]", 400), (b"{", 400), (b"\xff", 400), (b"[" * 9_000, 400), (b" " * 16_385, 413),
])
def test_broken_body_is_refused(webhook: TestClient, body: bytes, status: int) -> None:
    assert send(webhook, body).status_code == status


def test_without_a_secret_there_is_no_webhook(browser: TestClient, shop: Shop) -> None:
    order = shop.order()

    assert send(browser, secret="").status_code == 404
    with shop.store.reading() as session:
        assert list_transfers(session, order.number) == []


def test_partial_payment_brings_the_code_of_the_rest(webhook: TestClient, shop: Shop, browser: TestClient) -> None:
    order = shop.order()
    assert answer(send(webhook, {**NOTICE, "amount": 100_000}))["verdict"] == "partial"

    [news] = said(shop, order)
    assert news["text"] == (
        "Sen Cloud đã nhận 100.000đ cho đơn DH-2001, còn thiếu 28.520đ. Bạn quét mã này để chuyển nốt phần còn lại nhé."
    )
    assert browser.get(news["image_url"]).headers["content-type"] == "image/png"
    page = browser.get(news["cards"][0]["url"]).text
    assert "28.520đ" in page and "100.000đ / 128.520đ" in page


@pytest.mark.parametrize("notices, words", [
    ([{"amount": 178_520}], "dư 50.000đ"),
    ([{}, {"reference": "FT-2"}], "nay Sen Cloud nhận thêm 128.520đ"),
])
def test_money_too_much_is_answered_with_a_ticket(webhook: TestClient, shop: Shop, notices: list[dict[str, Any]], words: str) -> None:
    order = shop.order()
    for changed in notices:
        assert send(webhook, {**NOTICE, **changed}).status_code == 200

    with shop.store.reading() as session:
        [ticket] = [ticket for ticket in list_tickets(session, order.contact_id) if ticket.kind == "billing"]
    assert words in said(shop, order)[-1]["text"] and ticket.number in said(shop, order)[-1]["text"]
    assert ticket.priority == "high"


def test_late_and_cancelled_orders_are_answered(webhook: TestClient, shop: Shop) -> None:
    lapsed = shop.order(at=later(days=-8))
    cancelled = shop.order("visitor-2")
    with shop.store.transaction() as session:
        cancel_order(session, cancelled.contact_id, cancelled.number, NOW)
    send(webhook)
    send(webhook, {**NOTICE, "reference": "FT-2", "content": cancelled.number})

    assert "đã quá 7 ngày giữ giá" in said(shop, lapsed)[0]["text"]
    assert "không còn mở" in said(shop, cancelled)[0]["text"]
    with shop.store.reading() as session:
        assert [found.state for order in (lapsed, cancelled) if (found := find_order(session, order.number))] == ["placed", "cancelled"]


def test_news_of_a_telegram_customer_waits_in_the_outbox(webhook: TestClient, shop: Shop) -> None:
    order = shop.order("42", channel="telegram")
    send(webhook)

    with shop.store.reading() as session:
        [row] = session.execute(outbox.select()).all()
    assert (row.channel, row.address, row.state) == ("telegram", "42", "queued")
    assert said(shop, order)


def test_nobody_hears_of_an_unmatched_transfer(webhook: TestClient, shop: Shop) -> None:
    order = shop.order()
    unmatched = {"verdict": "unmatched", "order": None, "state": None, "repeat": False}
    assert answer(send(webhook, {**NOTICE, "content": "tra tien"})) == unmatched
    assert said(shop, order) == []


def test_english_customer_is_told_in_english(webhook: TestClient, shop: Shop) -> None:
    order = shop.order(language="en")
    send(webhook)

    [news] = said(shop, order)
    assert news["text"].startswith("Sen Cloud has received 128,520₫ for order DH-2001, thank you! Hosting M is paid until 2 April")


def test_received_at_counts_not_the_time_of_the_notice(webhook: TestClient, shop: Shop) -> None:
    shop.order(at=later(days=-8))
    moment: datetime = later(days=-2)

    assert answer(send(webhook, {**NOTICE, "received_at": moment.isoformat()}))["verdict"] == "paid"
