"""What is sold: products, plans, how prices are worked out, promotions, trials, demos."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from pydantic import Field, root_validator, validator

from journey_state.content_schema import Details, Strict, StrictBool, StrictInt, StrictStr, Text, TopicFile, require_positive
from journey_state.periods import UnknownPeriodError
from journey_state.prices import Discount

PERIODS = ("month", "year")
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


class Plan(Strict):
    """One plan of a product; prices are whole đồng without VAT, 0 is free. called: other words for it, in any language."""

    id: StrictStr
    name: StrictStr
    called: tuple[StrictStr, ...] = ()
    monthly: StrictInt
    yearly: StrictInt
    suits: Text
    personas: tuple[StrictStr, ...] = ()
    specs: Mapping[str, Text] = Field(default_factory=dict)
    is_popular: StrictBool = False
    product: StrictStr = ""

    _no_negative_price = validator("monthly", "yearly", allow_reuse=True)(require_positive)

    @validator("specs", pre=True)
    def _same_in_both_languages(cls, specs: object) -> object:
        """A bare value (30 GB NVMe, 5) reads the same in both languages."""
        if not isinstance(specs, Mapping):
            raise TypeError("write one spec a line: 'storage: 30 GB'")
        return {key: value if isinstance(value, (Mapping, Text)) else Text(str(value), str(value)) for key, value in specs.items()}

    @property
    def is_free(self) -> bool:
        """True for a plan that never costs anything."""
        return self.monthly == 0 and self.yearly == 0

    def price(self, period: str) -> int:
        """Net price of a "month" or a "year". Raises UnknownPeriodError."""
        if period not in PERIODS:
            raise UnknownPeriodError(f"billing period {period!r} is not known; use month or year")
        return self.yearly if period == "year" else self.monthly


class Product(Strict):
    """One product line with its plans; trial_days 0 means no trial, refund_days 0 no refund. called: other words for it."""

    id: StrictStr
    name: Text
    called: tuple[StrictStr, ...] = ()
    plain_words: Text
    benefit: Text
    unit: Text
    trial_days: StrictInt
    refund_days: StrictInt
    cheapest_paid_plan: StrictStr
    details: Details = Field(default_factory=dict)
    plans: tuple[Plan, ...]

    _no_negative_days = validator("trial_days", "refund_days", allow_reuse=True)(require_positive)

    @validator("plans")
    def _know_their_product(cls, plans: tuple[Plan, ...], values: dict[str, object]) -> tuple[Plan, ...]:
        return tuple(plan.copy(update={"product": values.get("id", "")}) for plan in plans)


class ProductsFile(TopicFile):
    """products.yml"""

    products: tuple[Product, ...]


class PriceRules(Strict):
    """How a price becomes an amount to pay."""

    currency: StrictStr
    vat_percent: StrictInt
    yearly_free_months: StrictInt
    setup_fee_vnd: StrictInt
    price_lock: Text

    @validator("vat_percent")
    def _is_a_percentage(cls, percent: int) -> int:
        if not 0 <= percent <= 100:
            raise ValueError("must be a whole percentage from 0 to 100")
        return percent


class PricesFile(TopicFile):
    """prices.yml"""

    prices: PriceRules


class Promotion(Discount):
    """A code that lowers the price of an order. valid_from, valid_to: days in Vietnam, both included."""

    code: StrictStr
    name: Text
    products: tuple[StrictStr, ...] = ()
    plans: tuple[StrictStr, ...] = ()
    periods: tuple[StrictStr, ...] = PERIODS
    min_quantity: StrictInt = 1
    min_net_vnd: StrictInt = 0
    first_order_only: StrictBool = False
    valid_from: date
    valid_to: date
    terms: Text

    @validator("periods", each_item=True)
    def _is_a_period(cls, period: str) -> str:
        if period not in PERIODS:
            raise ValueError("must be month or year")
        return period

    @root_validator(skip_on_failure=True)
    def _makes_sense(cls, values: dict[str, object]) -> dict[str, object]:
        """One kind of discount; an end that is not before the start."""
        if bool(values["percent_off"]) == bool(values["amount_off_vnd"]):
            raise ValueError("needs either percent_off or amount_off_vnd; write one of them")
        if str(values["valid_to"]) < str(values["valid_from"]):
            raise ValueError("ends before it starts; correct valid_from or valid_to")
        return values

    def is_valid_on(self, day: date) -> bool:
        """True from the first to the last day, both included."""
        return self.valid_from <= day <= self.valid_to

    def covers(self, plan: Plan) -> bool:
        """True when the code is for this plan; a code that names nothing is for every paid plan."""
        if plan.is_free:
            return False
        return not (self.products or self.plans) or plan.product in self.products or plan.id in self.plans


class Stacking(Strict):
    """Which discounts may meet on one order."""

    codes_per_order: StrictInt
    with_referral: StrictBool
    rule: Text


class PromotionsFile(TopicFile):
    """promotions.yml"""

    promotions: tuple[Promotion, ...]
    stacking: Stacking


class Trials(Strict):
    """Rules of the free trials. plans: product id → the plan tried."""

    needs_card: StrictBool
    per_product: StrictInt
    reminder_days_before: StrictInt
    data_kept_days: StrictInt
    plans: Mapping[str, StrictStr]


class TrialsFile(TopicFile):
    """trials.yml"""

    trials: Trials


class Demos(Strict):
    """When a person can show the product. slots: weekday → times "09:00" in the time zone."""

    minutes: StrictInt
    time_zone: StrictStr
    by: Text
    notice_hours: StrictInt
    days_ahead: StrictInt
    slots: Mapping[str, tuple[StrictStr, ...]]

    @validator("slots")
    def _are_times_of_weekdays(cls, slots: Mapping[str, tuple[str, ...]]) -> Mapping[str, tuple[str, ...]]:
        unknown = [day for day in slots if day not in WEEKDAYS]
        if unknown:
            raise ValueError(f"{unknown[0]} is no weekday; use {', '.join(WEEKDAYS)}")
        wrong = [time for times in slots.values() for time in times if not _TIME.fullmatch(time)]
        if wrong:
            raise ValueError(f"{wrong[0]} is no time; write hours and minutes in quotes, such as \"09:00\"")
        return slots


class Webinar(Strict):
    """A recurring online class."""

    id: StrictStr
    title: Text
    when: Text
    minutes: StrictInt
    for_whom: Text


class Guide(Strict):
    """Something to read; `article` is the slug it opens with."""

    id: StrictStr
    title: Text
    article: StrictStr


class DemosFile(TopicFile):
    """demos.yml"""

    demos: Demos
    webinars: tuple[Webinar, ...] = ()
    guides: tuple[Guide, ...] = ()
