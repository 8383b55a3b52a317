"""Which promotion codes an order may use."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from journey_state.catalog import Plan, Promotion


@dataclass(frozen=True)
class Basket:
    """An order before it is placed. on: the day in Vietnam. is_first_order: the person never paid before."""

    plan: Plan
    period: str
    on: date
    is_first_order: bool
    quantity: int = 1

    @property
    def net(self) -> int:
        """The price before any discount and VAT, in đồng."""
        return self.plan.price(self.period) * self.quantity


def is_usable(promotion: Promotion, basket: Basket) -> bool:
    """Say whether a code lowers the price of this order on its day."""
    return (
        promotion.is_valid_on(basket.on) and promotion.covers(basket.plan) and basket.period in promotion.periods
        and basket.quantity >= promotion.min_quantity and basket.net >= promotion.min_net_vnd
        and (basket.is_first_order or not promotion.first_order_only)
    )


def find_best_promotion(promotions: Iterable[Promotion], basket: Basket) -> Promotion | None:
    """The usable code that takes most off the order; None when none is usable."""
    usable = [promotion for promotion in promotions if is_usable(promotion, basket)]
    return max(usable, key=lambda promotion: promotion.amount_off(basket.net), default=None)
