"""The page of a quote: exact money, both parties, how long it holds."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from starlette.testclient import TestClient

from journey_state.companies import Company, keep_company
from journey_state.links import QUOTE, ensure_link
from journey_state.prices import Discount, quote_price
from journey_state.quotes import QuoteRequest, write_quote
from journey_state.store import utc_now
from tests.fixtures.shops import Shop

HOA_SEN = Company("Công ty TNHH <Hoa> Sen", "0101248141", "12 Trần Phú", "ketoan@hoasen.vn")


def quote(shop: Shop, at: datetime, company: Company | None = HOA_SEN) -> str:
    """The address of a quote of 3 years of Hosting M less 10%."""
    contact = shop.contact()
    price = quote_price(1_190_000, 3, 8, Discount(percent_off=10))
    with shop.store.transaction() as session:
        if company:
            keep_company(session, contact, company, at)
        written = write_quote(session, contact, QuoteRequest("hosting-m", "year", 3, price, 8, 7, "SEN10"), at)
        return f"/quotes/{ensure_link(session, QUOTE, written.number, contact, at)}"


@pytest.mark.parametrize("language, words", [
    ("vi", (
        "Báo giá BG-3001", "3.570.000đ", "−357.000đ", "3.213.000đ", "257.040đ", "3.470.040đ", "SEN10", "Mã số thuế 0101248141", "Hosting M",
    )),
    ("en", ("Quote BG-3001", "3,470,040₫", "VAT 8%", "Tax code 0101248141")),
])
def test_page_works_everything_out(browser: TestClient, shop: Shop, language: str, words: tuple[str, ...]) -> None:
    page = browser.get(f"{quote(shop, utc_now())}?lang={language}")

    assert page.status_code == 200 and [word for word in words if word not in page.text] == []
    assert "Công ty TNHH &lt;Hoa&gt; Sen" in page.text and "hết hiệu lực" not in page.text


def test_lapsed_quote_says_so(browser: TestClient, shop: Shop) -> None:
    assert "đã hết hiệu lực" in browser.get(quote(shop, utc_now() - timedelta(days=8))).text


def test_without_a_company_there_is_no_buyer(browser: TestClient, shop: Shop) -> None:
    assert "Bên mua" not in browser.get(quote(shop, utc_now(), None)).text


@pytest.mark.parametrize("path", ["/quotes/BG-3001", "/quotes/" + "A" * 32])
def test_guessing_finds_nothing(browser: TestClient, shop: Shop, path: str) -> None:
    quote(shop, utc_now())

    assert browser.get(path).status_code == 404


def test_address_of_an_order_opens_no_quote(browser: TestClient, shop: Shop) -> None:
    token = shop.link(shop.order())

    assert browser.get(f"/quotes/{token}").status_code == 404
