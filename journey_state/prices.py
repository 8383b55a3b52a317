"""Prices in whole đồng: discount, VAT and total, exact, halves rounded up."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import validator

from journey_state.content_schema import Strict, StrictInt
from journey_state.errors import JourneyError


class QuantityError(JourneyError):
    """Nobody can buy fewer than one."""


class Discount(Strict):
    """Money off an order: a percentage, possibly capped, or an amount."""

    percent_off: StrictInt = 0
    amount_off_vnd: StrictInt = 0
    max_discount_vnd: StrictInt | None = None

    @validator("percent_off")
    def _is_a_percentage(cls, percent: int) -> int:
        if not 0 <= percent <= 100:
            raise ValueError("must be a whole percentage from 0 to 100")
        return percent

    @validator("amount_off_vnd", "max_discount_vnd")
    def _is_not_negative(cls, amount: int | None) -> int | None:
        if amount is not None and amount < 0:
            raise ValueError("cannot be negative; write 0 or more")
        return amount

    def amount_off(self, price: int) -> int:
        """Money off a net price; never more than the price itself."""
        off = share_of(price, self.percent_off) + self.amount_off_vnd
        cap = price if self.max_discount_vnd is None else min(price, self.max_discount_vnd)
        return min(off, cap)


@dataclass(frozen=True)
class PriceQuote:
    """What an order costs, in đồng. list_price − discount = net; net + vat = total."""

    list_price: int
    discount: int
    net: int
    vat: int
    total: int


def share_of(amount: int, percent: int) -> int:
    """A percentage of an amount, half a đồng rounded up."""
    return (2 * amount * percent + 100) // 200


def quote_price(unit_price: int, quantity: int, vat_percent: int, discount: Discount | None = None) -> PriceQuote:
    """Work an order out: the discount comes off the whole order first, VAT is on what remains.

    unit_price: net, in đồng. Raises QuantityError below one.
    """
    if quantity < 1:
        raise QuantityError(f"a quantity of {quantity} cannot be ordered; order at least 1")
    list_price = unit_price * quantity
    off = discount.amount_off(list_price) if discount else 0
    net = list_price - off
    vat = share_of(net, vat_percent)
    return PriceQuote(list_price=list_price, discount=off, net=net, vat=vat, total=net + vat)
