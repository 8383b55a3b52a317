"""Before an order is taken: is it the right one? Placing and checking one is in actions/orders.py."""

from __future__ import annotations

from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.action import JourneyAction
from actions.buttons import known_button, utter_cards
from actions.facts import join_facts
from actions.offers import ask_need, offer_order
from actions.own_plans import find_own_plan
from actions.plan_cards import paid_plans, plan_card, popular_plan
from actions.topics import Topic, find_topic
from actions.turn import Turn


class ActionSummariseChoice(JourneyAction):
    """For somebody new: what the plan is and that the money comes back, then the order."""

    touchpoint = "purchase_asked"

    def answer(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
        topic = find_topic(turn)
        if topic.product is None:
            return ask_need(turn, dispatcher)
        plan = topic.plan or popular_plan(paid_plans(topic.product))
        utter_cards(dispatcher, [plan_card(turn, plan)])
        dispatcher.utter_message(text=join_facts(turn, "refund_window", "trial_days", topic=Topic(topic.product, plan)))
        return offer_order(turn, dispatcher, plan)


class ActionExplainAddition(JourneyAction):
    """For a customer: one more beside the own plan, or a bigger one instead."""

    touchpoint = "purchase_asked"

    def answer(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
        own, plan = find_own_plan(turn), find_topic(turn).plan
        if own is None:
            return offer_order(turn, dispatcher, plan)
        order = known_button(turn, "order_plan", plan=plan.id) if plan else known_button(turn, "order")
        dispatcher.utter_message(response="utter_explain_addition", buttons=[order, known_button(turn, "upgrade")], own=own.plan.name)
        return [SlotSet("pending_offer", "offer_order")]
