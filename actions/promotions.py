"""Discounts: what runs now, a code's terms, the total after it. Friends' codes are in actions/referrals.py."""

from __future__ import annotations

from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.action import JourneyAction
from actions.buttons import Button, known_button
from actions.comparisons import say_unknown
from actions.facts import fact_text, join_facts
from actions.offers import ask_need, offer_human, offer_order
from actions.own_plans import find_own_plan
from actions.plan_cards import PERIODS, describe_total, money, paid_plans, popular_plan, quote_plan
from actions.quantities import name_quantity, wanted_quantity
from actions.topics import find_topic
from actions.turn import Turn
from journey_state.content import Plan, Promotion
from journey_state.orders import find_current_order
from journey_state.periods import local_date
from journey_state.promotions import Basket, find_best_promotion, is_usable

# What a question about discounts may name; the running codes alone would not answer it.
DISCOUNT_FACTS = ("student_discount", "volume_discount", "yearly_saving", "loyalty", "loyalty_points")


class ActionAnswerPromotion(JourneyAction):
    """The terms of the code that was named; without one, what runs now."""

    touchpoint = "promotion_asked"

    def answer(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
        code = turn.entities.get("promo_code")
        if code:
            return _explain_code(turn, dispatcher, code)
        _say_running(turn, dispatcher, known_button(turn, "see_prices"), known_button(turn, "order"))
        return []


class ActionAnswerFreeStart(JourneyAction):
    """For somebody new: how to start for nothing, the welcome codes, and the question what it is for."""

    touchpoint = "promotion_asked"

    def answer(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
        _say_asked(turn, dispatcher)
        dispatcher.utter_message(text=join_facts(turn, "free_plan", "trial_days"))
        dispatcher.utter_message(response="utter_answer_promotion", lines=_list_running(turn), rule="")
        return ask_need(turn, dispatcher)


class ActionAnswerDiscountedTotal(JourneyAction):
    """For somebody about to order: the total after the code that was named, or the best one; the order then uses it."""

    touchpoint = "promotion_asked"

    def answer(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
        code, plan = turn.entities.get("promo_code"), find_topic(turn).plan
        named = turn.content.find_promotion(code) if code else None
        found = _find_best(turn, plan, named) if plan else None
        if code and (named is None or (plan and found is None)):
            return _explain_code(turn, dispatcher, code)
        if plan is None or found is None:
            _say_running(turn, dispatcher)
            return offer_order(turn, dispatcher, plan)
        promotion, period = found
        quantity = wanted_quantity(turn, plan)
        total = describe_total(turn, quote_plan(turn, plan, period, quantity=quantity, discount=promotion), period)
        name = name_quantity(turn, plan, quantity)
        dispatcher.utter_message(response="utter_answer_discounted_total", name=name, total=total, **_describe(turn, promotion))
        turn.record_touchpoint("promo_applied", properties={"code": promotion.code, "plan": plan.id})
        kept = [SlotSet("promo_code", promotion.code), SlotSet("billing_period", period), SlotSet("quantity", str(quantity))]
        return [*kept, *offer_order(turn, dispatcher, plan)]


class ActionAnswerCustomerSaving(JourneyAction):
    """For a customer: what the yearly period saves on the own plan, and the loyalty tiers."""

    touchpoint = "promotion_asked"

    def answer(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
        own = find_own_plan(turn)
        buttons = [known_button(turn, "renew"), known_button(turn, "loyalty")]
        if own is not None and own.order.billing_period == "month":
            saved = money(turn, (own.plan.monthly * 12 - own.plan.yearly) * own.order.quantity)
            dispatcher.utter_message(response="utter_answer_yearly_saving", name=own.plan.name, amount=saved)
        else:
            dispatcher.utter_message(text=fact_text(turn, "yearly_saving"))
        dispatcher.utter_message(text=fact_text(turn, "loyalty"), buttons=buttons)
        return []


def find_usable_promotion(turn: Turn, plan: Plan, period: str, quantity: int = 1) -> Promotion | None:
    """The code the contact means to use (slot promo_code), if this order may use it today; else None."""
    code = turn.slots.get("promo_code")
    promotion = turn.content.find_promotion(str(code)) if code else None
    return promotion if promotion and is_usable(promotion, _fill_basket(turn, plan, period, quantity)) else None


def _fill_basket(turn: Turn, plan: Plan, period: str, quantity: int) -> Basket:
    is_first = find_current_order(turn.session, turn.contact_id) is None
    return Basket(plan, period, local_date(turn.now), is_first, quantity)


def _find_best(turn: Turn, plan: Plan, named: Promotion | None) -> tuple[Promotion, str] | None:
    """The best of all codes, or the named one, with the period it works for."""
    wanted = turn.slots.get("billing_period")
    codes = [named] if named else list(turn.content.promotions.values())
    periods = [wanted] if wanted in PERIODS else ["year", "month"]
    quantity = wanted_quantity(turn, plan)
    found = ((find_best_promotion(codes, _fill_basket(turn, plan, period, quantity)), period) for period in periods)
    return next(((promotion, period) for promotion, period in found if promotion), None)


def _explain_code(turn: Turn, dispatcher: CollectingDispatcher, code: str) -> list[EventType]:
    promotion = turn.content.find_promotion(code)
    if promotion is None:
        dispatcher.utter_message(response="utter_find_no_promotion", code=code, lines=_list_running(turn))
        return offer_human(turn, dispatcher)
    is_running = promotion.is_valid_on(local_date(turn.now))
    response = "utter_explain_promotion" if is_running else "utter_explain_past_promotion"
    rule = fact_text(turn, "promotion_stacking")
    dispatcher.utter_message(response=response, rule=rule, lines=_list_running(turn), **_describe(turn, promotion))
    return [SlotSet("promo_code", promotion.code)] if is_running else []


def _say_asked(turn: Turn, dispatcher: CollectingDispatcher) -> None:
    asked = [attribute for attribute in turn.content.find_attributes(turn.text, turn.language) if attribute in DISCOUNT_FACTS]
    if text := join_facts(turn, *asked, topic=find_topic(turn)):
        dispatcher.utter_message(text=text)


def _say_running(turn: Turn, dispatcher: CollectingDispatcher, *buttons: Button) -> None:
    if unknown := say_unknown(turn, "provider_unknown"):
        dispatcher.utter_message(text=unknown)
    _say_asked(turn, dispatcher)
    rule = fact_text(turn, "promotion_stacking")
    dispatcher.utter_message(response="utter_answer_promotion", lines=_list_running(turn), rule=rule, buttons=list(buttons))


def _list_running(turn: Turn) -> str:
    product = find_topic(turn).product
    plans = paid_plans(product) if product else [popular_plan(paid_plans(known)) for known in turn.content.products.values()]
    running = [
        promotion for promotion in turn.content.promotions.values()
        if promotion.is_valid_on(local_date(turn.now)) and any(promotion.covers(plan) for plan in plans)
    ]
    return "\n".join(f"• {promotion.code}: {promotion.terms.in_language(turn.language)}" for promotion in running)


def _describe(turn: Turn, promotion: Promotion) -> dict[str, str]:
    day = promotion.valid_to
    until = f"{day.day} {day:%B %Y}" if turn.language == "en" else f"{day:%d/%m/%Y}"
    return {"code": promotion.code, "terms": promotion.terms.in_language(turn.language), "until": until}
