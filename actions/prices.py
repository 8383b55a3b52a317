"""Prices: of what was named, at the start of a journey, by period, in total, at the next renewal, for a friend."""

from __future__ import annotations

from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.action import JourneyAction
from actions.buttons import known_button, utter_cards
from actions.facts import fact_text, join_facts
from actions.lexicon import word
from actions.offers import ask_need, offer_order, offer_referral, offer_trial
from actions.own_plans import OwnPlan, find_own_plan
from actions.plan_cards import (
    PERIODS,
    describe_total,
    money,
    paid_plans,
    plan_card,
    popular_plan,
    product_card,
    quote_plan,
)
from actions.quantities import keep_quantity, name_quantity, wanted_quantity
from actions.quotes import asks_for_quote, give_quote
from actions.topics import find_topic, mentioned_topic
from actions.turn import Turn
from journey_state.content import Plan
from journey_state.periods import format_date


class ActionAnswerPrice(JourneyAction):
    """The price of what was named; without a name, what each product starts at."""

    touchpoint = "price_asked"

    def answer(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
        if asks_for_quote(turn):
            return _give_quote(turn, dispatcher)
        answer_price(turn, dispatcher)
        return keep_quantity(turn, find_topic(turn))


class ActionAnswerEntryPrices(JourneyAction):
    """For somebody new: what it starts at, and the question what it is for."""

    touchpoint = "price_asked"

    def answer(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
        if asks_for_quote(turn):
            return _give_quote(turn, dispatcher)
        named = mentioned_topic(turn)
        if named.plan is not None:
            dispatcher.utter_message(text=fact_text(turn, "price", named))
        else:
            dispatcher.utter_message(response="utter_answer_entry_prices", free=fact_text(turn, "free_plan"))
            products = [named.product] if named.product else turn.content.products.values()
            utter_cards(dispatcher, [product_card(turn, product) for product in products])
        return ask_need(turn, dispatcher)


class ActionComparePeriodPrices(JourneyAction):
    """For somebody who compares: month against year with VAT, then a trial."""

    touchpoint = "price_asked"

    def answer(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
        if asks_for_quote(turn):
            return _give_quote(turn, dispatcher)
        topic = find_topic(turn)
        if topic.plan is not None and not topic.plan.is_free:
            dispatcher.utter_message(text=compare_periods(turn, topic.plan))
        else:
            answer_price(turn, dispatcher)
            dispatcher.utter_message(text=fact_text(turn, "yearly_saving"))
        return [*keep_quantity(turn, topic), *offer_trial(turn, dispatcher, topic.product, topic.plan)]


class ActionAnswerTotalPrice(JourneyAction):
    """For somebody about to order: the exact total of both periods, and the order."""

    touchpoint = "quote_asked"

    def answer(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
        if asks_for_quote(turn):
            return _give_quote(turn, dispatcher)
        topic = find_topic(turn)
        if topic.plan is None or topic.plan.is_free:
            answer_price(turn, dispatcher)
            return [*keep_quantity(turn, topic), *offer_order(turn, dispatcher, None)]
        quantity = wanted_quantity(turn, topic.plan)
        name = name_quantity(turn, topic.plan, quantity)
        dispatcher.utter_message(response="utter_answer_total_price", name=name, totals=list_totals(turn, topic.plan))
        dispatcher.utter_message(text=join_facts(turn, "order_valid", "refund_window", topic=topic))
        return [*keep_quantity(turn, topic), *offer_order(turn, dispatcher, topic.plan)]


class ActionAnswerOwnPrice(JourneyAction):
    """For a customer: what the own plan costs at the next renewal; another plan that is named gets its price, too."""

    touchpoint = "price_asked"

    def answer(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
        if asks_for_quote(turn):
            return _give_quote(turn, dispatcher)
        own, named = find_own_plan(turn), mentioned_topic(turn)
        is_about_other = named.plan is not None and (own is None or named.plan.id != own.plan.id)
        if own is None or is_about_other or (named.product and own.plan.product != named.product.id):
            answer_price(turn, dispatcher)
        if own is not None:
            dispatcher.utter_message(response="utter_answer_own_price", buttons=_own_buttons(turn), **_describe_renewal(turn, own))
        return []


class ActionAnswerFriendPrice(JourneyAction):
    """For somebody who recommends us: what a friend pays with the code."""

    touchpoint = "price_asked"

    def answer(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
        topic = find_topic(turn)
        plans = [topic.plan] if topic.plan else paid_plans(topic.product) if topic.product else _popular_plans(turn)
        lines = [f"• {plan.name}: {describe_friend_price(turn, plan)}" for plan in plans if not plan.is_free]
        percent = turn.content.referral.friend_percent_off
        dispatcher.utter_message(response="utter_answer_friend_price", lines="\n".join(lines), percent=percent)
        dispatcher.utter_message(text=fact_text(turn, "referral_reward"))
        return offer_referral(turn, dispatcher)


def _give_quote(turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
    topic = find_topic(turn)
    offered = give_quote(turn, dispatcher, topic.plan, wanted_quantity(turn, topic.plan) if topic.plan else 1)
    return [*keep_quantity(turn, topic), *offered]


def answer_price(turn: Turn, dispatcher: CollectingDispatcher) -> None:
    """Say the price of the plan, show the plans of the product, or what each product starts at."""
    topic = find_topic(turn)
    vat, compare = fact_text(turn, "vat"), known_button(turn, "compare_plans")
    if topic.plan is not None:
        dispatcher.utter_message(text=fact_text(turn, "price", topic), buttons=[compare, known_button(turn, "recommend")])
    elif topic.product is not None:
        name = topic.product.name.in_language(turn.language)
        dispatcher.utter_message(response="utter_list_prices", name=name, vat=vat)
        utter_cards(dispatcher, [plan_card(turn, plan, *_list_for_many(turn, plan)) for plan in topic.product.plans])
    else:
        dispatcher.utter_message(response="utter_list_product_prices", vat=vat, buttons=[compare, known_button(turn, "recommend")])
        utter_cards(dispatcher, [product_card(turn, product) for product in turn.content.products.values()])


def compare_periods(turn: Turn, plan: Plan) -> str:
    """A line a period with VAT, and what the year saves."""
    quantity = wanted_quantity(turn, plan)
    saved = (plan.monthly * 12 - plan.yearly) * quantity
    saving = word("yearly_saving", turn.language, amount=money(turn, saved)) if saved > 0 else ""
    name = name_quantity(turn, plan, quantity) if quantity > 1 else plan.name
    return "\n".join(filter(None, [name, list_totals(turn, plan), saving]))


def list_totals(turn: Turn, plan: Plan) -> str:
    """The total of the period and number that were named; of both periods when none was."""
    wanted = turn.entities.get("billing_period")
    quantity = wanted_quantity(turn, plan)
    return "\n".join(
        f"• {describe_total(turn, quote_plan(turn, plan, period, quantity=quantity), period)}"
        for period in ([wanted] if wanted in PERIODS else PERIODS)
    )


def _list_for_many(turn: Turn, plan: Plan) -> list[str]:
    """What the number named or kept costs a month, where there is one."""
    quantity = wanted_quantity(turn, plan)
    if quantity == 1 or plan.is_free:
        return []
    quote = quote_plan(turn, plan, "month", quantity=quantity)
    return [f"{name_quantity(turn, plan, quantity)}: {describe_total(turn, quote, 'month')}"]


def describe_friend_price(turn: Turn, plan: Plan) -> str:
    """A year of the plan at the friend's discount."""
    quote = quote_plan(turn, plan, "year", discount=turn.content.referral.discount)
    return describe_total(turn, quote, "year")


def _popular_plans(turn: Turn) -> list[Plan]:
    return [popular_plan(paid_plans(product)) for product in turn.content.products.values()]


def _describe_renewal(turn: Turn, own: OwnPlan) -> dict[str, str]:
    period = own.order.billing_period
    quote = quote_plan(turn, own.plan, period, quantity=own.order.quantity)
    return {
        "name": name_quantity(turn, own.plan, own.order.quantity),
        "total": describe_total(turn, quote, period), "rule": fact_text(turn, "renewal_price"),
        "date": format_date(own.order.renews_at, turn.language) if own.order.renews_at else "",
    }


def _own_buttons(turn: Turn) -> list[dict[str, str]]:
    return [known_button(turn, "renew"), known_button(turn, "upgrade"), known_button(turn, "loyalty")]
