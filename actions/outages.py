"""Something is down, slow or wrongly charged: first checks, then a ticket. The ticket itself is in actions/tickets.py."""

from __future__ import annotations

from typing import ClassVar

from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.action import JourneyAction
from actions.buttons import known_button
from actions.facts import fact_text, join_facts
from actions.forms import fresh_form
from actions.guides import find_steps
from actions.lexicon import word
from actions.offers import offer_human
from actions.orders import describe_order
from actions.tickets import describes_fully, find_open_ticket
from actions.turn import Turn
from journey_state.orders import list_orders
from journey_state.tickets import TicketKind


class ActionCheckOutage(JourneyAction):
    """For a customer: what to look at first; the ticket form follows, already filled by who described the trouble fully."""

    is_final: ClassVar[bool] = False
    touchpoint = "outage_reported"

    def answer(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
        if find_open_ticket(turn, TicketKind.OUTAGE):
            return [*fresh_form(), SlotSet("ticket_subject", turn.text)]
        advice = "\n".join(filter(None, (find_steps(turn), fact_text(turn, "status_page"))))
        dispatcher.utter_message(response="utter_check_outage", advice=advice)
        return [*fresh_form(), *([SlotSet("ticket_subject", turn.text)] if describes_fully(turn) else [])]


class ActionAskWhereSiteRuns(JourneyAction):
    """For somebody who is no customer yet: is it with us at all? If not, we move it here."""

    touchpoint = "outage_reported"

    def answer(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
        buttons = [known_button(turn, "open_ticket"), known_button(turn, "start_trial"), known_button(turn, "human")]
        dispatcher.utter_message(
            response="utter_ask_where_site_runs", buttons=buttons, brand=turn.content.brand.name, migration=fact_text(turn, "migration"),
        )
        return [SlotSet("pending_offer", "offer_ticket")]


class ActionCheckBilling(JourneyAction):
    """What the store says of the latest order; the ticket form follows."""

    is_final: ClassVar[bool] = False
    touchpoint = "billing_reported"

    def answer(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
        latest = next(iter(list_orders(turn.session, turn.contact_id)), None)
        dispatcher.utter_message(response="utter_check_billing")
        if latest:
            order = word("order_status", turn.language, **describe_order(turn, latest))
            dispatcher.utter_message(text=" ".join(filter(None, (order, fact_text(turn, "activation_time")))))
        return fresh_form()


class ActionApologise(JourneyAction):
    """Displeasure of somebody who has nothing with us yet: sorry, and a human."""

    touchpoint = "complaint_made"

    def answer(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
        dispatcher.utter_message(response="utter_apologise")
        return offer_human(turn, dispatcher)


class ActionExplainRefund(JourneyAction):
    """Before paying: what the money-back window promises."""

    touchpoint = "refund_asked"

    def answer(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
        dispatcher.utter_message(text=join_facts(turn, "refund_window", "refund_time", "refund_exceptions"))
        return offer_human(turn, dispatcher)
