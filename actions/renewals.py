"""Talks about staying and growing: the renewal, a bigger plan, a smaller plan, what loyal customers get."""

from __future__ import annotations

from typing import Any

from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.action import JourneyAction
from actions.buttons import known_button
from actions.facts import join_facts
from actions.offers import offer_human
from actions.orders import describe_order
from actions.own_plans import OwnPlan, find_next_plan, find_own_plan
from actions.plan_cards import describe_price, describe_total, money, quote_plan
from actions.quantities import is_sold_by_user, name_quantity, read_quantity
from actions.topics import Topic, find_topic, mentioned_topic
from actions.turn import Turn
from journey_state.content import Plan
from journey_state.orders import list_orders
from journey_state.periods import format_date
from journey_state.prices import quote_price
from journey_state.renewals import PlanState, RenewalTerms, assess_plan, count_years, prorate_addition, prorate_change
from journey_state.rewards import LoyaltyTier

RENEWAL_RULES = ("renewal", "renewal_price", "auto_renew", "grace_period", "yearly_saving", "data_after_cancel", "billing_periods")
UPGRADE_RULES = ("upgrade_rule", "upgrade_time", "extra_storage", "resize")
DOWNGRADE_RULES = ("downgrade_rule", "billing_periods")


class ActionAnswerRenewal(JourneyAction):
    """Date and price of the person's next renewal; without a plan the general rule."""

    touchpoint = "renewal_asked"

    def answer(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
        """The renewal itself is done by a person, who is offered."""
        own = find_own_plan(turn)
        if own is None:
            return tell_rules(turn, dispatcher, RENEWAL_RULES, "renewal", "renewal_price")
        state = assess_plan(own.order, _renewal_terms(turn), turn.now)
        told = {**describe_order(turn, own.order), "total": _describe_renewal_price(turn, own)}
        dispatcher.utter_message(response=f"utter_say_renewal_{state.value}", **told)
        rules = ("renewal_price",) if state is PlanState.RUNNING else ("grace_period",)
        dispatcher.utter_message(text=join_facts(turn, *(find_asked(turn, RENEWAL_RULES) or rules)))
        return _offer_to_do_it(turn, dispatcher)


class ActionAnswerUpgrade(JourneyAction):
    """What a bigger plan costs for the days left of the person's period, exactly."""

    touchpoint = "upgrade_asked"

    def answer(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
        """The plan that was named, else the next bigger one of the same product."""
        own = find_own_plan(turn)
        if own is None or assess_plan(own.order, _renewal_terms(turn), turn.now) is not PlanState.RUNNING:
            return tell_rules(turn, dispatcher, UPGRADE_RULES, "upgrade_rule", "upgrade_time")
        added = read_quantity(turn, own.plan) if is_sold_by_user(turn, own.plan) else None
        if added is not None:
            dispatcher.utter_message(response="utter_answer_more_users", **_describe_more_users(turn, own, added))
            return _offer_to_do_it(turn, dispatcher)
        target = _find_bigger(turn, own.plan)
        if target is None:
            dispatcher.utter_message(response="utter_say_biggest_plan", name=own.plan.name)
            return offer_human(turn, dispatcher)
        dispatcher.utter_message(response="utter_answer_upgrade", **_describe_upgrade(turn, own, target))
        rules = find_asked(turn, UPGRADE_RULES) or ("upgrade_time",)
        dispatcher.utter_message(text=join_facts(turn, *rules, topic=_topic_of(turn, target)))
        return [*_offer_to_do_it(turn, dispatcher), SlotSet("plan", target.id)]


class ActionAnswerDowngrade(JourneyAction):
    """When a smaller plan would begin, and what it costs then."""

    touchpoint = "downgrade_asked"

    def answer(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
        """The plan that was named, else the next smaller one of the same product."""
        own = find_own_plan(turn)
        if own is None:
            return tell_rules(turn, dispatcher, DOWNGRADE_RULES, "downgrade_rule")
        target = _find_smaller(turn, own.plan)
        if target is None:
            dispatcher.utter_message(response="utter_say_smallest_plan", name=own.plan.name)
            return offer_human(turn, dispatcher)
        price = describe_price(turn, target, own.order.billing_period)
        dispatcher.utter_message(response="utter_answer_downgrade", target=target.name, price=price, **describe_order(turn, own.order))
        dispatcher.utter_message(text=join_facts(turn, "downgrade_rule", topic=_topic_of(turn, target)))
        return _offer_to_do_it(turn, dispatcher)


class ActionAnswerLoyalty(JourneyAction):
    """What long-standing customers get, and which tier the person has reached."""

    touchpoint = "loyalty_asked"

    def answer(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
        """Who has no paid plan here is told the rule alone."""
        dispatcher.utter_message(text=join_facts(turn, "loyalty"), buttons=[known_button(turn, "give_referral")])
        if find_own_plan(turn) is None:
            return []
        years, tier = _count_years(turn), _find_tier(turn)
        perk = tier.perk.in_language(turn.language) if tier else ""
        dispatcher.utter_message(response="utter_say_loyalty_tier" if tier else "utter_say_no_loyalty_tier", years=years, perk=perk)
        return []


def find_asked(turn: Turn, subject: tuple[str, ...]) -> tuple[str, ...]:
    """The facts of a subject that the message itself asks for; empty when it asks for none in particular."""
    return tuple(attribute for attribute in turn.content.find_attributes(turn.text, turn.language) if attribute in subject)


def tell_rules(turn: Turn, dispatcher: CollectingDispatcher, subject: tuple[str, ...], *main: str) -> list[EventType]:
    """The rules that were asked for, else the main ones, the plain word that no account is seen here, and a person."""
    dispatcher.utter_message(text=join_facts(turn, *(find_asked(turn, subject) or main), topic=find_topic(turn)))
    dispatcher.utter_message(response="utter_say_account_unknown")
    return offer_human(turn, dispatcher)


def _offer_to_do_it(turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
    buttons = [known_button(turn, "human"), known_button(turn, "how_to_pay"), known_button(turn, "refuse")]
    dispatcher.utter_message(response="utter_offer_human_to_do_it", buttons=buttons)
    return [SlotSet("pending_offer", "offer_human")]


def _renewal_terms(turn: Turn) -> RenewalTerms:
    return RenewalTerms(turn.content.terms.grace_days, turn.content.terms.data_kept_days)


def _describe_renewal_price(turn: Turn, own: OwnPlan) -> str:
    period = own.order.billing_period
    tier = _find_tier(turn) if period == "year" else None
    quantity = read_quantity(turn, own.plan) or own.order.quantity
    quote = quote_plan(turn, own.plan, period, quantity=quantity, discount=tier.discount if tier else None)
    total = describe_total(turn, quote, period)
    return total if quantity == own.order.quantity else f"{total}, {name_quantity(turn, own.plan, quantity)}"


def _describe_more_users(turn: Turn, own: OwnPlan, added: int) -> dict[str, Any]:
    period = own.order.billing_period
    change = prorate_addition(own.order, own.plan.price(period) * added, turn.now)
    quote = quote_price(change.amount, 1, turn.content.prices.vat_percent)
    after = quote_plan(turn, own.plan, period, quantity=own.order.quantity + added)
    return {
        "added": name_quantity(turn, own.plan, added), "days": change.days_left, "period_days": change.days_in_period,
        "net": money(turn, quote.net), "vat": money(turn, quote.vat), "total": money(turn, quote.total),
        "after": describe_total(turn, after, period), "count": own.order.quantity + added,
    }


def _count_years(turn: Turn) -> int:
    return count_years(list_orders(turn.session, turn.contact_id), turn.now)


def _find_tier(turn: Turn) -> LoyaltyTier | None:
    return turn.content.loyalty.tier_after(_count_years(turn))


def _topic_of(turn: Turn, plan: Plan) -> Topic:
    return Topic(turn.content.product(plan.product), plan)


def _find_bigger(turn: Turn, plan: Plan) -> Plan | None:
    named = mentioned_topic(turn).plan or find_topic(turn).plan
    is_bigger = named is not None and named.product == plan.product and named.monthly > plan.monthly
    return named if is_bigger else find_next_plan(turn, plan)


def _find_smaller(turn: Turn, plan: Plan) -> Plan | None:
    smaller = [other for other in turn.content.plans_of(plan.product) if other.monthly < plan.monthly]
    named = mentioned_topic(turn).plan
    return named if named in smaller else max(smaller, key=lambda other: other.monthly, default=None)


def _describe_upgrade(turn: Turn, own: OwnPlan, target: Plan) -> dict[str, Any]:
    period = own.order.billing_period
    change = prorate_change(own.order, own.plan.price(period), target.price(period), turn.now)
    quote = quote_price(change.amount, 1, turn.content.prices.vat_percent)
    quantity, extra = own.order.quantity, target.price(period) - own.plan.price(period)
    assert own.order.renews_at is not None
    return {
        "name": name_quantity(turn, own.plan, quantity), "target": target.name,
        "days": change.days_left, "period_days": change.days_in_period,
        "difference": money(turn, extra * quantity), "net": money(turn, quote.net),
        "vat": money(turn, quote.vat), "total": money(turn, quote.total), "renews": format_date(own.order.renews_at, turn.language),
        "price": describe_price(turn, target, period),
    }
