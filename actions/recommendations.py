"""Which one to take: by product, budget and who somebody is; the next step follows the stage."""

from __future__ import annotations

from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.action import JourneyAction
from actions.buttons import known_button, utter_cards
from actions.facts import join_facts
from actions.lexicon import find_listed
from actions.offers import ask_need, offer_order, offer_referral, offer_trial, offer_upgrade
from actions.own_plans import find_next_plan, find_own_plan
from actions.plan_cards import describe_plan, plan_card, popular_plan, product_card
from actions.prices import describe_friend_price, list_totals
from actions.topics import Topic, find_topic, mentioned_topic
from actions.turn import Turn
from journey_state.content import Plan, Product


class ActionRecommendPlan(JourneyAction):
    """The plan that fits what was said, and a trial; the question what it is for when nothing was."""

    touchpoint = "recommendation_asked"

    def answer(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
        return recommend_plan(turn, dispatcher)


class ActionAskNeed(JourneyAction):
    """For somebody new: ask what it is for; who said so already hears of the product before its plans."""

    touchpoint = "recommendation_asked"

    def answer(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
        plan = choose_plan(turn)
        if plan is None:
            return ask_need(turn, dispatcher)
        product = turn.content.product(plan.product)
        buttons = [known_button(turn, "compare_plans", product=product.id), known_button(turn, "try_product", product=product.id)]
        utter_cards(dispatcher, [product_card(turn, product)])
        dispatcher.utter_message(response="utter_recommend_start", buttons=buttons, **describe_plan(turn, plan))
        return [SlotSet("product", product.id)]


class ActionRecommendOrder(JourneyAction):
    """For somebody about to order: one plan with its total."""

    touchpoint = "recommendation_asked"

    def answer(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
        plan = choose_plan(turn, is_paid=True) or find_topic(turn).plan
        if plan is None:
            return ask_need(turn, dispatcher)
        dispatcher.utter_message(response="utter_recommend_order", totals=list_totals(turn, plan), **describe_plan(turn, plan))
        return offer_order(turn, dispatcher, plan)


class ActionRecommendCheaper(JourneyAction):
    """For somebody without a plan who finds one dear: the next cheaper one."""

    touchpoint = "recommendation_asked"

    def answer(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
        topic = find_topic(turn)
        if topic.product is None:
            return recommend_plan(turn, dispatcher)
        return _present(turn, dispatcher, find_cheaper(turn, topic.product, topic.plan))


class ActionRecommendUpgrade(JourneyAction):
    """For a customer: what comes after the own plan, and what the change costs."""

    touchpoint = "recommendation_asked"

    def answer(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
        own = find_own_plan(turn)
        bigger = find_next_plan(turn, own.plan) if own else None
        if own is None or bigger is None or _names_other_product(turn, own.plan):
            return recommend_plan(turn, dispatcher)
        dispatcher.utter_message(response="utter_recommend_upgrade", own=own.plan.name, **describe_plan(turn, bigger))
        dispatcher.utter_message(text=join_facts(turn, "price", "upgrade_rule", topic=Topic(turn.content.product(bigger.product), bigger)))
        return offer_upgrade(turn, dispatcher, bigger)


class ActionRecommendToFriend(JourneyAction):
    """For somebody who recommends us: the plan for the friend, at the friend's price."""

    touchpoint = "recommendation_asked"

    def answer(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
        plan = choose_plan(turn, is_paid=True)
        if plan is None:
            return ask_need(turn, dispatcher)
        price = describe_friend_price(turn, plan)
        dispatcher.utter_message(response="utter_recommend_to_friend", price=price, **describe_plan(turn, plan))
        return offer_referral(turn, dispatcher)


def recommend_plan(turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
    """Show the plan that fits with a reason and offer its trial, or ask what it is for."""
    plan = choose_plan(turn)
    return _present(turn, dispatcher, plan) if plan else ask_need(turn, dispatcher)


def find_cheaper(turn: Turn, product: Product, plan: Plan | None) -> Plan:
    """The next cheaper plan of the product; the cheapest one that is paid for when no plan was spoken of."""
    cheaper = [other for other in product.plans if plan is not None and other.monthly < plan.monthly]
    return max(cheaper, key=lambda other: other.monthly, default=plan or turn.content.plan(product.cheapest_paid_plan))


def choose_plan(turn: Turn, *, is_paid: bool = False) -> Plan | None:
    """The plan for what the message says; None when it says nothing to choose by.

    A budget drops what costs more a month; a persona prefers plans made for it, free ones too unless is_paid, and
    goes before a product spoken of earlier; "cheapest" and "cheaper" are taken at their word; popular plans go first.
    """
    persona, budget, wish = find_listed(turn.text, "needs"), _read_budget(turn), find_listed(turn.text, "wishes")
    product = _choose_product(turn, persona)
    if product is None and persona is None and budget is None:
        return None
    if product is not None and wish == "cheaper" and budget is None:
        return find_cheaper(turn, product, find_topic(turn).plan)
    known = product.plans if product else turn.content.plans.values()
    plans = [plan for plan in known if not plan.is_free or (persona in plan.personas and not is_paid)]
    affordable = [plan for plan in plans if budget is None or plan.monthly <= budget]
    if not affordable:
        return min(plans, key=lambda plan: plan.monthly)
    fitting = [plan for plan in affordable if persona in plan.personas] or affordable
    if wish in ("cheapest", "cheaper"):
        return min(fitting, key=lambda plan: plan.monthly)
    return popular_plan(fitting)


def _present(turn: Turn, dispatcher: CollectingDispatcher, plan: Plan) -> list[EventType]:
    dispatcher.utter_message(response="utter_recommend_plan", **describe_plan(turn, plan))
    utter_cards(dispatcher, [plan_card(turn, plan)])
    return offer_trial(turn, dispatcher, turn.content.product(plan.product), plan)


def _choose_product(turn: Turn, persona: str | None) -> Product | None:
    """The product that the message names or describes, else the one spoken of, if it has anything for this persona."""
    described = turn.content.products.get(find_listed(turn.text, "purposes") or "")
    named, known = mentioned_topic(turn).product or described, find_topic(turn).product
    is_made_for = persona is None or known is None or any(persona in plan.personas for plan in known.plans)
    return named or (known if is_made_for else None)


def _read_budget(turn: Turn) -> int | None:
    money = turn.entities.get("money", "")
    return int(money) if money.isdigit() and int(money) > 0 else None


def _names_other_product(turn: Turn, own: Plan) -> bool:
    named = turn.entities.get("product")
    return named is not None and named != own.product
