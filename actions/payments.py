"""Paying and invoices. What was paid is confirmed by staff or the bank only, never here."""

from __future__ import annotations

from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.action import JourneyAction
from actions.buttons import known_button
from actions.facts import fact_text, join_facts
from actions.lexicon import word
from actions.offers import offer_order, offer_ticket
from actions.own_plans import find_own_plan
from actions.plan_cards import describe_total, money, quote_plan
from actions.quantities import name_quantity
from actions.topics import find_topic
from actions.transfer_codes import show_transfer_code
from actions.turn import Turn
from journey_state.companies import CompanyWords, keep_company, read_company
from journey_state.orders import Order, list_orders
from journey_state.periods import format_date

PAYMENT_FACTS = (
    "payment_methods", "bank_account", "transfer_content", "momo", "card_payment", "cash", "instalments", "activation_time", "order_valid",
)
INVOICE_FACTS = ("invoice", "invoice_time", "invoice_correction", "tax_code")


class ActionAnswerPayment(JourneyAction):
    """The way to pay that was named; without one, all of them."""

    touchpoint = "payment_asked"

    def answer(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
        dispatcher.utter_message(text=_say_payment(turn), buttons=[known_button(turn, "see_prices"), known_button(turn, "order")])
        return []


class ActionAnswerPaymentSteps(JourneyAction):
    """About to order: what to transfer for the order that waits; without one, the ways to pay and the order."""

    touchpoint = "payment_asked"

    def answer(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
        waiting = _find_waiting(turn)
        if waiting is None:
            dispatcher.utter_message(text=_say_payment(turn))
            return offer_order(turn, dispatcher, find_topic(turn).plan)
        if turn.content.find_attributes(turn.text, turn.language):
            dispatcher.utter_message(text=_say_payment(turn))
        show_transfer_code(turn, dispatcher, waiting)
        buttons = [known_button(turn, "report_payment"), known_button(turn, "human")]
        dispatcher.utter_message(response="utter_answer_payment_steps", buttons=buttons, **_describe_transfer(turn, waiting))
        return []


class ActionAnswerRenewalPayment(JourneyAction):
    """A customer: what the next renewal of the own plan costs, when, and how to pay it."""

    touchpoint = "payment_asked"

    def answer(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
        own = find_own_plan(turn)
        dispatcher.utter_message(text=_say_payment(turn))
        if own is None or own.order.renews_at is None:
            return []
        period, date = own.order.billing_period, format_date(own.order.renews_at, turn.language)
        quote = quote_plan(turn, own.plan, period, quantity=own.order.quantity)
        dispatcher.utter_message(
            response="utter_answer_renewal_payment", buttons=[known_button(turn, "renew")], date=date, auto=fact_text(turn, "auto_renew"),
            name=name_quantity(turn, own.plan, own.order.quantity), total=describe_total(turn, quote, period),
        )
        return []


class ActionAnswerInvoice(JourneyAction):
    """What an invoice needs and when it comes; staff take the company's details by ticket."""

    touchpoint = "invoice_asked"

    def answer(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
        told = read_company(turn.text)
        if told.says_something:
            return _take_company(turn, dispatcher, told)
        dispatcher.utter_message(text=_say_named(turn, INVOICE_FACTS) or join_facts(turn, "invoice", "invoice_correction"))
        return offer_ticket(turn, dispatcher, "utter_offer_invoice_ticket")


def _take_company(turn: Turn, dispatcher: CollectingDispatcher, told: CompanyWords) -> list[EventType]:
    """Keep what was told, say what does not fit and what is missing; when all is there, staff are asked to make it out."""
    kept = keep_company(turn.session, turn.contact_id, told.company, turn.now)
    if told.wrong_code:
        dispatcher.utter_message(response="utter_refuse_tax_code", code=told.wrong_code)
        return []
    shown = "\n".join(f"• {word(f'company_{name}', turn.language)}: {value}" for name, value in vars(kept).items() if value)
    if kept.missing:
        missing = ", ".join(word(f"company_{name}", turn.language) for name in kept.missing)
        dispatcher.utter_message(response="utter_ask_company", shown=shown, missing=missing)
        return []
    dispatcher.utter_message(response="utter_keep_company", shown=shown)
    return offer_ticket(turn, dispatcher, "utter_offer_invoice_ticket")


def _say_payment(turn: Turn) -> str:
    return _say_named(turn, PAYMENT_FACTS) or join_facts(turn, "payment_methods", "activation_time")


def _say_named(turn: Turn, known: tuple[str, ...]) -> str:
    asked = [attribute for attribute in turn.content.find_attributes(turn.text, turn.language) if attribute in known]
    return join_facts(turn, *asked)


def _find_waiting(turn: Turn) -> Order | None:
    waiting = [order for order in list_orders(turn.session, turn.contact_id) if order.is_placed]
    named = [order for order in waiting if order.number == turn.entities.get("order_number")]
    return next(iter(named or waiting), None)


def _describe_transfer(turn: Turn, order: Order) -> dict[str, str]:
    account = turn.content.payments.bank_account
    return {
        "number": order.number, "amount": money(turn, order.amount), "account": account.number, "holder": account.holder,
        "bank": account.bank.in_language(turn.language), "activation": fact_text(turn, "activation_time"),
    }
