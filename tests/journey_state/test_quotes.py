"""Quotes: exact, numbered, one a message and period."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from journey_state.prices import Discount, quote_price, share_of
from journey_state.quotes import QuoteRequest, find_quote, write_quote
from journey_state.renewals import share_amount
from journey_state.store import JourneyStore
from tests.fixtures.journeys import NOW, later

REQUEST = QuoteRequest("hosting-m", "year", 2, quote_price(1_190_000, 2, 8, Discount(percent_off=10)), 8, 7, "SEN10", "m-1")
PRICES, PERCENTS = st.integers(1, 10**9), st.integers(0, 100)


def test_quote_is_numbered_and_holds_for_its_days(store: JourneyStore, contact: str) -> None:
    with store.transaction() as session:
        quote = write_quote(session, contact, REQUEST, NOW)

        assert (quote.number, quote.total, quote.valid_until) == ("BG-3001", 2_313_360, later(days=7))
        assert quote.is_valid(later(days=7)) and not quote.is_valid(later(days=7, seconds=1))
        assert find_quote(session, "BG-3001") == quote
        assert find_quote(session, "BG-1") is None


def test_same_message_quotes_each_period_once(store: JourneyStore, contact: str) -> None:
    with store.transaction() as session:
        first = write_quote(session, contact, REQUEST, NOW)

        assert write_quote(session, contact, REQUEST, later(seconds=5)) == first
        assert write_quote(session, contact, replace(REQUEST, billing_period="month"), NOW).number == "BG-3002"
        assert write_quote(session, contact, replace(REQUEST, message_id="m-2"), NOW).number == "BG-3003"


@given(price=PRICES, quantity=st.integers(1, 1_000), vat=st.integers(0, 20), percent=PERCENTS, off=st.integers(0, 10**7),
       cap=st.none() | st.integers(0, 10**7))
def test_every_line_of_a_quote_adds_up(price: int, quantity: int, vat: int, percent: int, off: int, cap: int | None) -> None:
    quote = quote_price(price, quantity, vat, Discount(percent_off=percent, amount_off_vnd=off, max_discount_vnd=cap))

    assert quote.list_price == price * quantity
    assert quote.list_price - quote.discount == quote.net and quote.net + quote.vat == quote.total
    assert 0 <= quote.discount <= quote.list_price and (cap is None or quote.discount <= cap)
    assert abs(100 * quote.vat - vat * quote.net) <= 50


@given(amount=st.integers(0, 10**10), percent=PERCENTS)
def test_share_and_its_rest_make_the_whole(amount: int, percent: int) -> None:
    assert 0 <= share_of(amount, percent) + share_of(amount, 100 - percent) - amount <= 1


@given(amount=st.integers(0, 10**9), days=st.lists(st.integers(0, 30), min_size=1, max_size=12))
def test_prorated_parts_of_a_period_sum_up_to_its_price(amount: int, days: list[int]) -> None:
    """Cut at day boundaries, a period's parts differ from its price by rounding alone: half a đồng a part."""
    whole = sum(days)
    if whole:
        parts = [share_amount(amount, part, whole) for part in days]
        assert 2 * abs(sum(parts) - amount) <= len(parts)
        assert share_amount(amount, whole, whole) == amount and share_amount(amount, 0, whole) == 0
