"""Plans as cards and lines: prices and totals in words, never reckoned here."""

from __future__ import annotations

from collections.abc import Iterable

from actions.buttons import Card, known_choice, make_card
from actions.lexicon import word
from actions.turn import Turn
from journey_state.content import Discount, Plan, PriceQuote, Product, format_vnd

PERIODS = ("month", "year")


def describe_prices(turn: Turn, plan: Plan) -> str:
    """Both prices without VAT in one line: 119.000đ/tháng · 1.190.000đ/năm."""
    if plan.is_free:
        return word("free", turn.language)
    return " · ".join(describe_price(turn, plan, period) for period in PERIODS)


def describe_price(turn: Turn, plan: Plan, period: str) -> str:
    """One price without VAT: 119.000đ/tháng."""
    return word(f"per_{period}", turn.language, amount=money(turn, plan.price(period)))


def quote_plan(turn: Turn, plan: Plan, period: str, *, quantity: int = 1, discount: Discount | None = None) -> PriceQuote:
    """What an order of the plan costs, VAT included."""
    return turn.content.price_of(plan.id, period, quantity, discount)


def describe_total(turn: Turn, quote: PriceQuote, period: str) -> str:
    """A total with its parts: 128.520đ/tháng (119.000đ + VAT 9.520đ)."""
    parts = {name: money(turn, getattr(quote, name)) for name in ("list_price", "discount", "vat", "total")}
    total = word(f"per_{period}", turn.language, amount=parts["total"])
    return word("discounted_total" if quote.discount else "total", turn.language, **{**parts, "total": total})


def describe_plan(turn: Turn, plan: Plan) -> dict[str, str]:
    """A plan's name and whom it suits, for responses."""
    return {"name": plan.name, "suits": plan.suits.in_language(turn.language)}


def plan_card(turn: Turn, plan: Plan, *lines: str, button: str = "order_plan") -> Card:
    """A plan with its prices, whom it suits, further lines and a button."""
    shown = [describe_prices(turn, plan), plan.suits.in_language(turn.language), *lines]
    badge = word("popular", turn.language) if plan.is_popular else ""
    return make_card(plan.name, shown, badge=badge, choice=known_choice(turn, button, plan=plan.id))


def product_card(turn: Turn, product: Product) -> Card:
    """A product in plain words, with what it starts at."""
    cheapest = turn.content.plan(product.cheapest_paid_plan)
    starts_at = word("starts_at", turn.language, price=describe_price(turn, cheapest, "month"))
    lines = [product.plain_words.in_language(turn.language), starts_at]
    name = product.name.in_language(turn.language)
    return make_card(name, lines, choice=known_choice(turn, "choose_product", product=product.id))


def paid_plans(product: Product) -> list[Plan]:
    """The plans that cost something, cheapest first."""
    return [plan for plan in product.plans if not plan.is_free]


def popular_plan(plans: Iterable[Plan]) -> Plan:
    """The plan that most people take; else the first."""
    listed = list(plans)
    return next((plan for plan in listed if plan.is_popular), listed[0])


def money(turn: Turn, amount: int) -> str:
    """Đồng as people of the turn's language write them."""
    return format_vnd(amount, turn.language)
