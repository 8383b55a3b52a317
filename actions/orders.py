"""Talks about orders: takes one, says where it stands, hears that it was paid and believes nobody but the bank."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.action import JourneyAction, open_turn
from actions.buttons import Button, known_button
from actions.contacts import read_email
from actions.facts import fact_text, join_facts
from actions.form_answers import FormAnswers, read_one, refuse_input
from actions.handoffs import queue_for_staff
from actions.lexicon import load_words
from actions.offers import offer_human, offer_order
from actions.plan_cards import describe_total, money, quote_plan
from actions.promotions import find_usable_promotion
from actions.quantities import MOST, is_sold_by_user, name_quantity, parse_quantity, read_quantity, wanted_quantity
from actions.tickets import describe_ticket, file_ticket
from actions.topics import Topic
from actions.transfer_codes import show_transfer_code
from actions.turn import Turn
from journey_state.contacts import update_contact
from journey_state.content import Plan
from journey_state.errors import UnknownOrderError
from journey_state.orders import (
    CANCELLED,
    PLACED,
    Order,
    OrderRequest,
    cancel_order,
    has_friend_discount,
    list_orders,
    load_order,
    place_order,
)
from journey_state.periods import MONTHS_OF_PERIOD, format_date
from journey_state.prices import PriceQuote
from journey_state.tickets import TicketKind

LISTED = 3
NUMBER = re.compile(r"\d+")


class ValidateOrderForm(FormAnswers):
    """Checks the answers of the order form as they come."""

    def name(self) -> str:
        return "validate_order_form"

    async def required_slots(
        self, domain_slots: list[str], dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any,
    ) -> list[str]:
        """Asks for how many people only where the price is for one, and for no period where there is nothing to pay."""
        with open_turn(tracker) as turn:
            plan = turn.content.plans.get(str(turn.slots.get("plan")))
            is_counted = plan is not None and (is_sold_by_user(turn, plan) or turn.slots.get("quantity") is not None)
            needless = {*(() if is_counted else ("quantity",)), *(("billing_period",) if plan is not None and plan.is_free else ())}
            return [slot for slot in domain_slots if slot not in needless]

    def confirm_change(self, turn: Turn, dispatcher: CollectingDispatcher, slots: Mapping[str, Any]) -> None:
        """The order as it stands, with its total as soon as there is one."""
        plan, period = turn.content.plans.get(str(slots.get("plan"))), str(slots.get("billing_period") or "")
        if plan is None:
            return
        quantity = parse_quantity(str(slots.get("quantity") or "")) or 1
        total = describe_total(turn, _quote(turn, plan, period, quantity), period) if period and not plan.is_free else ""
        address = str(slots.get("email") or "") if turn.entities.get("email") else ""
        known = filter(None, [name_quantity(turn, plan, quantity), total, address])
        dispatcher.utter_message(response="utter_note_order_change", order=", ".join(known))

    def validate_plan(self, value: object, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> dict[str, Any]:
        """A plan that we sell; a number of users does not go over to another product."""
        with open_turn(tracker) as turn:
            plan = turn.content.plans.get(read_one(value))
            if plan is None:
                return refuse_input(turn, dispatcher, "plan", "utter_refuse_plan")
            counted = read_quantity(turn, plan)
            kept = {} if is_sold_by_user(turn, plan) else {"quantity": None}
            return {"plan": plan.id, "product": plan.product, **({"quantity": str(counted)} if counted else kept)}

    def validate_quantity(self, value: object, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> dict[str, Any]:
        """A number of users or units that one order takes."""
        with open_turn(tracker) as turn:
            plan, number = turn.content.plans.get(str(turn.slots.get("plan"))), NUMBER.search(read_one(value))
            counted = (read_quantity(turn, plan) if plan else None) or parse_quantity(number.group() if number else "")
            return {"quantity": str(counted)} if counted else refuse_input(turn, dispatcher, "quantity", "utter_refuse_quantity", most=MOST)

    def validate_billing_period(self, value: object, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> dict[str, Any]:
        """Month or year."""
        if read_one(value) in MONTHS_OF_PERIOD:
            return {"billing_period": read_one(value)}
        with open_turn(tracker) as turn:
            return refuse_input(turn, dispatcher, "billing_period", "utter_refuse_billing_period")

    def validate_email(self, value: object, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> dict[str, Any]:
        """An address that can be written to."""
        with open_turn(tracker) as turn:
            email = read_email(read_one(value))
            return {"email": email} if email else refuse_input(turn, dispatcher, "email", "utter_refuse_email")


class ActionPlaceOrder(JourneyAction):
    """Places the order when the form has plan, period and e-mail address."""

    def answer(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
        """The order waits for its money; a free plan waits for staff only."""
        plan = turn.content.plans.get(str(turn.slots.get("plan")))
        if plan is None:
            return offer_order(turn, dispatcher, None)
        period = str(turn.slots.get("billing_period") or "month")
        quantity = wanted_quantity(turn, plan)
        quote = _quote(turn, plan, period, quantity)
        request = OrderRequest(plan.id, period, quote.total, turn.scope.message_id, quantity)
        order = place_order(turn.session, turn.contact_id, request, turn.now)
        _withdraw_corrected(turn, dispatcher, order)
        _keep_email(turn)
        bought = {"plan": plan.id, "quantity": quantity}
        turn.record_touchpoint("order_placed", goal="order", value=order.amount, currency=order.currency, properties=bought)
        if plan.is_free:
            _confirm_free_plan(turn, dispatcher, order)
        else:
            _confirm_order(turn, dispatcher, order, describe_total(turn, quote, period))
        return [SlotSet(name, None) for name in ("promo_code", "quantity", "corrected_order")]


class ActionCheckOrder(JourneyAction):
    """Says where the person's orders stand."""

    touchpoint = "order_checked"

    def answer(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
        """The order of the number in the message, else the latest ones; a stranger's number reads like none."""
        number = turn.entities.get("order_number")
        try:
            orders = [load_order(turn.session, turn.contact_id, number)] if number else list_orders(turn.session, turn.contact_id)[:LISTED]
        except UnknownOrderError:
            dispatcher.utter_message(response="utter_find_no_order_number", number=number)
            return offer_human(turn, dispatcher)
        if not orders:
            dispatcher.utter_message(response="utter_find_no_order")
            return offer_human(turn, dispatcher)
        for order in orders:
            _say_where_it_stands(turn, dispatcher, order)
        return []


class ActionReportPayment(JourneyAction):
    """Hears that an order was paid, and asks staff to look: the contact's word confirms nothing."""

    def answer(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
        """Names the orders that wait for money."""
        order = find_waiting(turn)
        turn.record_touchpoint("payment_reported", value=order.amount if order else None, currency=order.currency if order else None)
        if order is None:
            dispatcher.utter_message(response="utter_find_no_open_order")
            return offer_human(turn, dispatcher)
        position = queue_for_staff(turn, "payment_reported")
        dispatcher.utter_message(
            response="utter_report_payment", buttons=[known_button(turn, "check_order")], position=position,
            activation=fact_text(turn, "activation_time"), **describe_order(turn, order),
        )
        return []


def find_waiting(turn: Turn) -> Order | None:
    """The order that waits for its money: the one of the number in the message, else the latest."""
    waiting = [order for order in list_orders(turn.session, turn.contact_id) if order.is_placed]
    named = [order for order in waiting if order.number == turn.entities.get("order_number")]
    return next(iter(named or waiting), None)


def describe_order(turn: Turn, order: Order) -> dict[str, Any]:
    """An order's number, plan with how many, money, state and dates in the contact's words."""
    words, plan = load_words("records"), turn.content.plans.get(order.plan)
    return {
        "number": order.number, "name": name_quantity(turn, plan, order.quantity) if plan else order.plan,
        "amount": money(turn, order.amount),
        "period": words[f"period_{order.billing_period}"][turn.language], "state": words[f"order_{order.state}"][turn.language],
        "ordered": format_date(order.ordered_at, turn.language),
        "renews": format_date(order.renews_at, turn.language) if order.renews_at else words["none"][turn.language],
    }


def _quote(turn: Turn, plan: Plan, period: str, quantity: int) -> PriceQuote:
    # One discount an order: a friend's code that was redeemed goes before a promotion code.
    has_discount = has_friend_discount(turn.session, turn.contact_id, plan.id, period)
    discount = turn.content.referral.discount if has_discount else find_usable_promotion(turn, plan, period, quantity)
    return quote_plan(turn, plan, period, quantity=quantity, discount=discount)


def _withdraw_corrected(turn: Turn, dispatcher: CollectingDispatcher, order: Order) -> None:
    """The order that this one corrects is called off, unless money has come in for it."""
    number = turn.slots.get("corrected_order")
    corrected = next((old for old in list_orders(turn.session, turn.contact_id) if old.number == number != order.number), None)
    if corrected is not None and corrected.state in (PLACED, CANCELLED):
        cancel_order(turn.session, turn.contact_id, corrected.number, turn.now)
        dispatcher.utter_message(response="utter_note_order_replaced", old=corrected.number)


def _keep_email(turn: Turn) -> None:
    # Given for this order: the invoice and the sign-in details go there.
    email = read_email(turn.slots.get("email"))
    if email:
        update_contact(turn.session, turn.contact_id, email=email)


def _confirm_order(turn: Turn, dispatcher: CollectingDispatcher, order: Order, total: str) -> None:
    plan = turn.content.plan(order.plan)
    product = turn.content.product(plan.product)
    told = {**describe_order(turn, order), "email": turn.slots.get("email")}
    dispatcher.utter_message(response="utter_place_order", total=total, **told)
    dispatcher.utter_message(text=join_facts(turn, "order_valid", "refund_window", topic=Topic(product, plan)))
    show_transfer_code(turn, dispatcher, order)
    account = turn.content.payments.bank_account
    paid_to = {"account": account.number, "bank": account.bank.in_language(turn.language), "holder": account.holder}
    dispatcher.utter_message(response="utter_say_order_next", buttons=_paying_buttons(turn), **told, **paid_to)


def _confirm_free_plan(turn: Turn, dispatcher: CollectingDispatcher, order: Order) -> None:
    ticket = file_ticket(turn, TicketKind.ONBOARDING, f"{order.number}: {order.plan}")
    told = {**describe_ticket(turn, ticket), **describe_order(turn, order), "email": turn.slots.get("email")}
    dispatcher.utter_message(response="utter_place_free_order", **told)


def _say_where_it_stands(turn: Turn, dispatcher: CollectingDispatcher, order: Order) -> None:
    if order.is_placed:
        show_transfer_code(turn, dispatcher, order)
        dispatcher.utter_message(response="utter_say_order_placed", buttons=_paying_buttons(turn), **describe_order(turn, order))
        return
    response = "utter_say_order_paid" if order.is_running(turn.now) else "utter_say_order"
    dispatcher.utter_message(response=response, **describe_order(turn, order))


def _paying_buttons(turn: Turn) -> list[Button]:
    return [known_button(turn, "how_to_pay"), known_button(turn, "report_payment"), known_button(turn, "check_order")]
