"""Comparing: products, plans, totals, with the own plan, with other providers."""

from __future__ import annotations

from collections.abc import Iterable

from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.action import JourneyAction
from actions.buttons import known_button, utter_cards
from actions.lexicon import capitalise, word
from actions.offers import ask_need, offer_order, offer_trial, offer_upgrade
from actions.own_plans import find_next_plan, find_own_plan
from actions.plan_cards import PERIODS, describe_total, money, paid_plans, plan_card, popular_plan, product_card, quote_plan
from actions.topics import find_topic
from actions.turn import Turn
from journey_state.content import Plan, Product

OTHERS = "other_providers"
SPECS_SHOWN = 4


class ActionComparePlans(JourneyAction):
    """The plans that were named, or those of the product, side by side."""

    touchpoint = "plans_compared"

    def answer(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
        return _compare_others(turn, dispatcher) or compare_plans(turn, dispatcher)


class ActionCompareProducts(JourneyAction):
    """For somebody new: what each product is for. Plans that were named are compared all the same."""

    touchpoint = "plans_compared"

    def answer(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
        others = _compare_others(turn, dispatcher)
        if others or len(turn.find_mentions("plan")) > 1:
            return others or compare_plans(turn, dispatcher)
        return compare_products(turn, dispatcher, turn.content.products.values())


class ActionCompareTotals(JourneyAction):
    """For somebody about to order: what each plan costs in the end, ready to order."""

    touchpoint = "plans_compared"

    def answer(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
        others = _compare_others(turn, dispatcher)
        if others:
            return others
        plans = [plan for plan in choose_plans(turn) if not plan.is_free]
        dispatcher.utter_message(response="utter_compare_totals")
        utter_cards(dispatcher, [plan_card(turn, plan, *_list_totals(turn, plan)) for plan in plans])
        return offer_order(turn, dispatcher, find_topic(turn).plan or popular_plan(plans))


class ActionCompareWithOwnPlan(JourneyAction):
    """For a customer: the own plan beside the one that was named, or the next bigger one."""

    touchpoint = "plans_compared"

    def answer(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
        own = find_own_plan(turn)
        other = _choose_other(turn, own.plan) if own else None
        if own is None or other is None or other.product != own.plan.product:
            return compare_plans(turn, dispatcher)
        difference = _describe_difference(turn, own.plan, other)
        dispatcher.utter_message(response="utter_compare_with_own_plan", own=own.plan.name, difference=difference)
        utter_cards(dispatcher, [plan_card(turn, plan, *list_specs(turn, plan), button="upgrade_to") for plan in (own.plan, other)])
        return offer_upgrade(turn, dispatcher, other) if other.monthly > own.plan.monthly else []


def compare_plans(turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
    """Show plans side by side with prices and specifications, then offer a trial; two products that were named go first."""
    products = [turn.content.products[product] for product in turn.find_mentions("product") if product in turn.content.products]
    if len(products) > 1 and len(turn.find_mentions("plan")) < 2:
        return compare_products(turn, dispatcher, products)
    dispatcher.utter_message(response="utter_compare_plans")
    utter_cards(dispatcher, [plan_card(turn, plan, *list_specs(turn, plan)) for plan in choose_plans(turn)])
    return offer_trial(turn, dispatcher, find_topic(turn).product)


def compare_products(turn: Turn, dispatcher: CollectingDispatcher, products: Iterable[Product]) -> list[EventType]:
    """Show what each product is for, and ask which one it shall be."""
    dispatcher.utter_message(response="utter_compare_products")
    utter_cards(dispatcher, [product_card(turn, product) for product in products])
    return ask_need(turn, dispatcher)


def choose_plans(turn: Turn) -> list[Plan]:
    """Two or more plans that were named; else the product's; else the most popular of each product."""
    named = [turn.content.plans[plan] for plan in turn.find_mentions("plan") if plan in turn.content.plans]
    if len(named) > 1:
        return named
    product = find_topic(turn).product
    return list(product.plans) if product else [popular_plan(paid_plans(known)) for known in turn.content.products.values()]


def list_specs(turn: Turn, plan: Plan) -> list[str]:
    """The first specifications of a plan, each with its name."""
    labels = turn.content.attributes
    named = [(labels[key].label.in_language(turn.language), value) for key, value in plan.specs.items() if key in labels]
    return [f"{capitalise(label)}: {value.in_language(turn.language)}" for label, value in named[:SPECS_SHOWN]]


def _compare_others(turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
    named = turn.find_mentions("provider")
    if not named and OTHERS not in turn.content.find_attributes(turn.text, turn.language):
        return []
    comparisons, language = turn.content.comparisons, turn.language
    stance = say_unknown(turn, "compare_unknown") if named else comparisons.stance.in_language(language)
    points = ({name: getattr(point, name).in_language(language) for name in ("topic", "ours", "ask")} for point in comparisons.points)
    lines = [stance, *(capitalise(word("comparison_point", language, **point)) for point in points)]
    dispatcher.utter_message(text="\n".join(lines), buttons=[known_button(turn, "see_reviews")])
    return offer_trial(turn, dispatcher, find_topic(turn).product)


def say_unknown(turn: Turn, key: str) -> str:
    """The plain word that nothing is known about the providers a message names; empty when it names none."""
    names = ", ".join(turn.find_mentions("provider"))
    return word(key, turn.language, names=names, brand=turn.content.brand.name) if names else ""


def _list_totals(turn: Turn, plan: Plan) -> list[str]:
    return [describe_total(turn, quote_plan(turn, plan, period), period) for period in PERIODS]


def _choose_other(turn: Turn, own: Plan) -> Plan | None:
    named = [plan for plan in turn.find_mentions("plan") if plan != own.id and plan in turn.content.plans]
    return turn.content.plans[named[0]] if named else find_next_plan(turn, own)


def _describe_difference(turn: Turn, own: Plan, other: Plan) -> str:
    key = "costs_more" if other.monthly >= own.monthly else "costs_less"
    return word(key, turn.language, name=other.name, amount=money(turn, abs(other.monthly - own.monthly)))
