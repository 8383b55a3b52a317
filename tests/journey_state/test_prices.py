"""Prices add up to the đồng."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from journey_state.prices import Discount, PriceQuote, QuantityError, quote_price, share_of

AMOUNTS = st.integers(min_value=0, max_value=10**12)
PERCENTS = st.integers(min_value=0, max_value=100)
QUANTITIES = st.integers(min_value=1, max_value=1000)
DISCOUNTS = st.none() | st.builds(
    Discount, percent_off=PERCENTS, amount_off_vnd=AMOUNTS, max_discount_vnd=st.none() | AMOUNTS,
)


@pytest.mark.parametrize("price, quantity, discount, expected", [
    (119_000, 1, None, PriceQuote(119_000, 0, 119_000, 9_520, 128_520)),
    (1_190_000, 1, Discount(percent_off=15), PriceQuote(1_190_000, 178_500, 1_011_500, 80_920, 1_092_420)),
    (19_000, 12, Discount(percent_off=10), PriceQuote(228_000, 22_800, 205_200, 16_416, 221_616)),
    (1_190_000, 1, Discount(percent_off=20, max_discount_vnd=200_000), PriceQuote(1_190_000, 200_000, 990_000, 79_200, 1_069_200)),
    (239_000, 1, Discount(amount_off_vnd=50_000), PriceQuote(239_000, 50_000, 189_000, 15_120, 204_120)),
    (30_000, 1, Discount(amount_off_vnd=50_000), PriceQuote(30_000, 30_000, 0, 0, 0)),
    (0, 3, None, PriceQuote(0, 0, 0, 0, 0)),
])
def test_order_is_worked_out_exactly(price: int, quantity: int, discount: Discount | None, expected: PriceQuote) -> None:
    assert quote_price(price, quantity, 8, discount) == expected


@settings(deadline=None)
@given(AMOUNTS, PERCENTS)
def test_a_share_is_within_half_a_dong_and_halves_go_up(amount: int, percent: int) -> None:
    exact = Fraction(amount * percent, 100)
    assert Fraction(-1, 2) < share_of(amount, percent) - exact <= Fraction(1, 2)


@settings(deadline=None)
@given(AMOUNTS, QUANTITIES, PERCENTS, DISCOUNTS)
def test_parts_of_a_quote_add_up_and_nothing_is_negative(price: int, quantity: int, vat: int, discount: Discount | None) -> None:
    quote = quote_price(price, quantity, vat, discount)
    assert quote.list_price == price * quantity
    assert quote.list_price - quote.discount == quote.net and quote.net + quote.vat == quote.total
    assert min(quote.discount, quote.net, quote.vat, quote.total) >= 0
    assert quote.vat == share_of(quote.net, vat)


@settings(deadline=None)
@given(AMOUNTS, QUANTITIES, PERCENTS, DISCOUNTS)
def test_a_discount_never_makes_an_order_dearer(price: int, quantity: int, vat: int, discount: Discount | None) -> None:
    assert quote_price(price, quantity, vat, discount).total <= quote_price(price, quantity, vat).total


@settings(deadline=None)
@given(AMOUNTS, QUANTITIES, PERCENTS)
def test_one_more_never_costs_less(price: int, quantity: int, vat: int) -> None:
    assert quote_price(price, quantity + 1, vat).total >= quote_price(price, quantity, vat).total


@pytest.mark.parametrize("quantity", [0, -1])
def test_nobody_buys_fewer_than_one(quantity: int) -> None:
    with pytest.raises(QuantityError, match=str(quantity)):
        quote_price(119_000, quantity, 8)


@pytest.mark.parametrize("fields", [{"percent_off": 101}, {"percent_off": -1}, {"amount_off_vnd": -5}, {"percent_off": 1.5}])
def test_discount_refuses_what_is_no_discount(fields: dict[str, float]) -> None:
    with pytest.raises(ValueError):
        Discount(**fields)
