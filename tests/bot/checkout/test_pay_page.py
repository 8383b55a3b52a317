"""The page of an order: exact money, the order's own message, and nothing for whoever guesses."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from bot.services import Services
from journey_state.orders import cancel_order, confirm_payment
from journey_state.vietqr import BankTransfer, encode_transfer
from tests.fixtures.journeys import NOW
from tests.fixtures.pictures import is_code_of
from tests.fixtures.shops import Shop


@pytest.mark.parametrize("language, words", [
    ("vi", ("Đơn hàng DH-2001", "128.520đ", "DH2001", "0123 4567 8900", "Ngân hàng Sen Việt", "CONG TY CO PHAN SEN CLOUD")),
    ("en", ("Order DH-2001", "128,520₫", "DH2001", "0123 4567 8900", "Sen Viet Bank")),
])
def test_page_says_what_to_transfer(browser: TestClient, shop: Shop, language: str, words: tuple[str, ...]) -> None:
    token = shop.link(shop.order())
    page = browser.get(f"/pay/{token}?lang={language}")

    assert page.status_code == 200 and f'<html lang="{language}">' in page.text
    assert [word for word in words if word not in page.text] == []
    assert f'src="/pay/{token}.png"' in page.text


def test_picture_is_the_code_of_this_order(browser: TestClient, shop: Shop) -> None:
    picture = browser.get(f"/pay/{shop.link(shop.order(period='year'))}.png")

    assert picture.headers["content-type"] == "image/png"
    assert is_code_of(picture.content, encode_transfer(BankTransfer("999999", "0123 4567 8900", 1_285_200, "DH2001")))


def test_orders_differ_in_message_and_code(browser: TestClient, shop: Shop) -> None:
    first, second = (browser.get(f"/pay/{shop.link(shop.order(address))}.png").content for address in ("visitor-1", "visitor-2"))

    assert first != second


@pytest.mark.parametrize("end, words", [("paid", "Đã nhận đủ tiền"), ("cancelled", "xin đừng chuyển tiền")])
def test_order_that_is_settled_shows_no_code_to_pay(browser: TestClient, shop: Shop, end: str, words: str) -> None:
    order = shop.order()
    token = shop.link(order)
    with shop.store.transaction() as session:
        if end == "paid":
            confirm_payment(session, order.number, order.amount, NOW)
        else:
            cancel_order(session, order.contact_id, order.number, NOW)

    page = browser.get(f"/pay/{token}").text
    assert words in page and "<img" not in page and "0123 4567 8900" not in page
    assert is_code_of(browser.get(f"/pay/{token}.png").content, f"https://chat.example/pay/{token}")


@pytest.mark.parametrize("path", ["/pay/DH-2001", "/pay/DH-2001.png", "/pay/%20", "/pay/" + "A" * 32])
def test_guessing_finds_nothing(browser: TestClient, shop: Shop, path: str) -> None:
    shop.link(shop.order())

    answer = browser.get(path)
    assert answer.status_code == 404 and "DH" not in answer.text


def test_address_is_kept_from_other_sites_and_caches(browser: TestClient, shop: Shop, services: Services) -> None:
    headers = browser.get(f"/pay/{shop.link(shop.order())}").headers

    assert headers["referrer-policy"] == "no-referrer" and headers["x-robots-tag"] == "noindex"
    assert headers["cache-control"] == "no-store" and "unsafe" not in headers["content-security-policy"]
    assert browser.get("/papers/paper.css").status_code == 200
