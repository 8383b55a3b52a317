"""Next steps an answer ends with: what the assistant offers, remembered so that a plain yes takes it up.

Inside a form nothing is offered: the form's own question is the next step, and its answers stay as they are.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.buttons import Button, known_button
from actions.facts import name_products
from actions.turn import Turn
from journey_state.content import Plan, Product, format_vnd
from journey_state.orders import Order, list_orders
from journey_state.trials import find_trial


@dataclass(frozen=True)
class Offer:
    """What is offered. name: the value of the slot `pending_offer`; slots: what a yes will need."""

    name: str
    response: str
    buttons: tuple[Button, ...]
    slots: dict[str, str] = field(default_factory=dict)


def make_offer(turn: Turn, dispatcher: CollectingDispatcher, offer: Offer, **values: object) -> list[EventType]:
    """Say an offer and remember it; does nothing inside a form."""
    if turn.form:
        return []
    dispatcher.utter_message(response=offer.response, buttons=list(offer.buttons), **values)
    return [SlotSet("pending_offer", offer.name), *(SlotSet(slot, value) for slot, value in offer.slots.items())]


def offer_trial(
    turn: Turn, dispatcher: CollectingDispatcher, product: Product | None, plan: Plan | None = None, besides: str = "see_reviews",
) -> list[EventType]:
    """Offer a trial of a product, or of any; a person who had it is asked to order the plan instead.

    besides: the second button.
    """
    if product is None:
        buttons = (known_button(turn, "start_trial"), known_button(turn, "recommend"))
        return make_offer(turn, dispatcher, Offer("offer_trial", "utter_offer_trial", buttons))
    if product.trial_days == 0 or find_trial(turn.session, turn.contact_id, product.id):
        return offer_order(turn, dispatcher, plan or turn.content.plan(product.cheapest_paid_plan))
    buttons = (known_button(turn, "try_product", product=product.id), known_button(turn, besides, product=product.id))
    offer = Offer("offer_trial", "utter_offer_product_trial", buttons, {"product": product.id})
    return make_offer(turn, dispatcher, offer, name=product.name.in_language(turn.language), days=product.trial_days)


def offer_order(turn: Turn, dispatcher: CollectingDispatcher, plan: Plan | None) -> list[EventType]:
    """Offer to order a plan, or to choose one when none is spoken of; an order of it that waits is to be paid instead."""
    waiting = _find_waiting(turn, plan) if plan else None
    if waiting is not None:
        return _remind_of_order(turn, dispatcher, waiting)
    if plan is None:
        buttons = (known_button(turn, "order"), known_button(turn, "recommend"))
        return make_offer(turn, dispatcher, Offer("offer_order", "utter_offer_any_order", buttons))
    buttons = (known_button(turn, "order_plan", plan=plan.id), known_button(turn, "how_to_pay"))
    offer = Offer("offer_order", "utter_offer_order", buttons, {"plan": plan.id, "product": plan.product})
    return make_offer(turn, dispatcher, offer, name=plan.name)


def _find_waiting(turn: Turn, plan: Plan) -> Order | None:
    placed = (order for order in list_orders(turn.session, turn.contact_id) if order.is_placed)
    return next((order for order in placed if order.plan == plan.id), None)


def _remind_of_order(turn: Turn, dispatcher: CollectingDispatcher, order: Order) -> list[EventType]:
    if not turn.form:
        name, amount = turn.content.plan(order.plan).name, format_vnd(order.amount, turn.language)
        buttons = [known_button(turn, key) for key in ("how_to_pay", "report_payment")]
        dispatcher.utter_message(response="utter_remind_order", buttons=buttons, number=order.number, name=name, amount=amount)
    return []


def offer_upgrade(turn: Turn, dispatcher: CollectingDispatcher, plan: Plan) -> list[EventType]:
    """Offer the change to a bigger plan."""
    buttons = (known_button(turn, "upgrade_to", plan=plan.id),)
    offer = Offer("offer_upgrade", "utter_offer_upgrade", buttons, {"plan": plan.id, "product": plan.product})
    return make_offer(turn, dispatcher, offer, name=plan.name)


def offer_ticket(turn: Turn, dispatcher: CollectingDispatcher, response: str = "utter_offer_ticket") -> list[EventType]:
    """Offer a support ticket."""
    return make_offer(turn, dispatcher, Offer("offer_ticket", response, (known_button(turn, "open_ticket"), known_button(turn, "human"))))


def offer_demo(turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
    """Offer a consultation with a person."""
    buttons = (known_button(turn, "arrange_demo"), known_button(turn, "start_trial"))
    return make_offer(turn, dispatcher, Offer("offer_demo", "utter_offer_demo", buttons))


def offer_referral(turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
    """Offer a referral code."""
    return make_offer(turn, dispatcher, Offer("offer_referral", "utter_offer_referral", (known_button(turn, "give_referral"),)))


def offer_human(turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
    """Offer a member of staff: always open, inside a form too."""
    dispatcher.utter_message(response="utter_offer_human", buttons=[known_button(turn, "human"), known_button(turn, "refuse")])
    return [SlotSet("pending_offer", "offer_human")]


def ask_need(turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
    """Ask what it is for, with a button a product; a form's own question goes before it."""
    if not turn.form:
        buttons = [known_button(turn, "choose_product", product=product) for product in turn.content.products]
        dispatcher.utter_message(response="utter_ask_need", buttons=buttons, products=name_products(turn))
    return []
