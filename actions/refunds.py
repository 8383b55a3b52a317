"""Talks about refunds: works out from the rules whether the money goes back, and asks staff to send it."""

from __future__ import annotations

from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.action import JourneyAction
from actions.buttons import known_button
from actions.facts import fact_text, join_facts
from actions.offers import offer_human
from actions.orders import describe_order
from actions.tickets import describe_ticket, file_ticket
from actions.topics import Topic, find_topic
from actions.turn import Turn
from journey_state.orders import Order, list_orders
from journey_state.periods import format_date
from journey_state.refunds import assess_refund
from journey_state.tickets import TicketKind


class ActionRequestRefund(JourneyAction):
    """Takes the request when the window is open; else says why not, and leaves the rest to a person."""

    touchpoint = "refund_asked"

    def answer(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
        """Without a paid order the general rule is told; nothing is guessed about an account."""
        orders = list_orders(turn.session, turn.contact_id)
        order = _find_paid(turn, orders)
        plan = turn.content.plans.get(order.plan) if order else None
        if order is None or plan is None:
            dispatcher.utter_message(text=join_facts(turn, "refund_window", "refund_time", topic=find_topic(turn)))
            dispatcher.utter_message(response="utter_say_account_unknown")
            return offer_human(turn, dispatcher)
        topic = Topic(turn.content.products[plan.product], plan)
        decision = assess_refund(order, orders, turn.content.refund_days(plan.product), turn.now)
        told = {**describe_order(turn, order), "last_day": format_date(decision.last_day_at, turn.language)}
        if decision.is_eligible:
            return _take_request(turn, dispatcher, told, topic)
        response, rule = f"utter_refuse_refund_{decision.reason.value}", fact_text(turn, "refund_window", topic)
        dispatcher.utter_message(response=response, rule=rule, **told)
        return offer_human(turn, dispatcher)


def _find_paid(turn: Turn, orders: list[Order]) -> Order | None:
    """The paid order of the number in the message, else the latest paid one."""
    paid = [order for order in orders if order.paid_at is not None]
    named = [order for order in paid if order.number == turn.entities.get("order_number")]
    return next(iter(named or paid), None)


def _take_request(turn: Turn, dispatcher: CollectingDispatcher, told: dict[str, str], topic: Topic) -> list[EventType]:
    ticket = file_ticket(turn, TicketKind.REFUND, f"{told['number']}: {turn.text}")
    described = {f"ticket_{name}": value for name, value in describe_ticket(turn, ticket).items()}
    dispatcher.utter_message(
        response="utter_take_refund_request", buttons=[known_button(turn, "check_ticket"), known_button(turn, "human")],
        how=join_facts(turn, "refund_time", topic=topic), **told, **described,
    )
    return []
