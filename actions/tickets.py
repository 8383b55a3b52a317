"""Talks about tickets: opens one, says where it stands, takes a complaint."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import ActiveLoop, EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.action import JourneyAction, open_turn
from actions.buttons import known_button
from actions.facts import fact_text
from actions.form_answers import WRONG_INPUTS, FormAnswers, refuse_input
from actions.handoffs import FIRST_IN_LINE, queue_for_staff
from actions.lexicon import load_words
from actions.offers import offer_human, offer_ticket
from actions.own_plans import find_own_plan
from actions.turn import Turn
from journey_state.errors import UnknownTicketError
from journey_state.periods import format_moment
from journey_state.tickets import (
    Priority,
    Ticket,
    TicketKind,
    TicketRequest,
    append_detail,
    choose_priority,
    list_tickets,
    load_ticket,
    open_ticket,
)

SHORTEST_SUBJECT = 5
# A number, or an address such as shopmay.vn.
PARTICULARS = re.compile(r"\d|\w\.\w{2}")
ADDRESS = re.compile(r"\w\.[a-z]{2}", re.IGNORECASE)
WORDS_OF_A_DESCRIPTION = 5
LISTED = 3
KIND_OF_INTENT = {
    "report_outage": TicketKind.OUTAGE, "report_billing": TicketKind.BILLING, "ask_setup": TicketKind.SETUP,
    "ask_how_to": TicketKind.HOW_TO, "request_invoice": TicketKind.INVOICE, "request_refund": TicketKind.REFUND,
    "make_complaint": TicketKind.COMPLAINT, "cancel_plan": TicketKind.CANCELLATION,
}
# What is said about one of these while its ticket is open belongs to it.
GOING_ON = (TicketKind.OUTAGE, TicketKind.BILLING, TicketKind.SETUP, TicketKind.HOW_TO)
# Only a pressed button says that it is another matter.
ANOTHER_TICKET = "open_ticket"
# How far back a ticket's reason may lie: the offer of a ticket follows the question within a message or two.
INTENTS_LOOKED_AT = 3


class ValidateTicketForm(FormAnswers):
    """Checks the answer of the ticket form."""

    def name(self) -> str:
        return "validate_ticket_form"

    def validate_ticket_subject(self, value: object, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> dict[str, Any]:
        """Enough words for staff to begin with."""
        words = " ".join(str(value or "").split())
        with open_turn(tracker) as turn:
            if len(words) >= SHORTEST_SUBJECT and _may_describe_trouble(turn, words):
                return {"ticket_subject": words}
            is_urge = turn.entities.get("noise") == "urge"
            return refuse_input(turn, dispatcher, "ticket_subject", "utter_calm_urge" if is_urge else "utter_refuse_ticket_subject")


class ActionOpenTicket(JourneyAction):
    """Opens the ticket when the form has the contact's own words."""

    def answer(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
        """Its kind comes from what the form was opened for; what an open ticket of this kind is about is added to that."""
        subject = str(turn.slots.get("ticket_subject") or "")
        if not subject:
            return offer_ticket(turn, dispatcher)
        kind = _choose_kind(turn)
        is_another = turn.opening_intents[:1] == (ANOTHER_TICKET,)
        known = None if is_another or kind not in GOING_ON else find_open_ticket(turn, kind)
        ticket = append_detail(turn.session, turn.contact_id, known.number, subject) if known else file_ticket(turn, kind, subject)
        buttons = [known_button(turn, "check_ticket"), *([known_button(turn, "another_ticket")] if known else [])]
        response = "utter_add_to_ticket" if known else "utter_open_ticket"
        dispatcher.utter_message(response=response, buttons=buttons, **describe_ticket(turn, ticket))
        return [SlotSet("ticket_subject", None)]


class ActionCheckTicket(JourneyAction):
    """Says where the person's tickets stand."""

    touchpoint = "ticket_checked"

    def answer(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
        """The ticket of the number in the message, else the latest ones; a stranger's number reads like none."""
        number = turn.entities.get("ticket_number")
        if number is None and turn.form:
            dispatcher.utter_message(text=fact_text(turn, "response_time"))
            return []
        if number is None:
            return _list_tickets(turn, dispatcher)
        try:
            _say_where_it_stands(turn, dispatcher, load_ticket(turn.session, turn.contact_id, number))
        except UnknownTicketError:
            dispatcher.utter_message(response="utter_find_no_ticket_number", number=number)
            return offer_human(turn, dispatcher)
        return []


class ActionMakeComplaint(JourneyAction):
    """Says sorry, writes the complaint down and calls staff."""

    touchpoint = "complaint_made"

    def answer(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
        """A ticket of high priority with the contact's own words, and a place at the head of the queue."""
        known = find_open_ticket(turn, TicketKind.COMPLAINT)
        if known is not None:
            ticket = append_detail(turn.session, turn.contact_id, known.number, turn.text)
        else:
            ticket = file_ticket(turn, TicketKind.COMPLAINT, turn.text)
        position = queue_for_staff(turn, "complaint", FIRST_IN_LINE)
        response = "utter_add_to_complaint" if known else "utter_make_complaint"
        dispatcher.utter_message(response=response, position=position, **describe_ticket(turn, ticket))
        # Staff take over: asking once more for a description would pour oil on the fire.
        return [ActiveLoop(None), SlotSet("requested_slot", None)] if turn.form == "ticket_form" else []


def find_open_ticket(turn: Turn, kind: TicketKind) -> Ticket | None:
    """The person's newest open ticket of a kind: what is said about it next belongs there."""
    known = list_tickets(turn.session, turn.contact_id, only_open=True)
    return next((ticket for ticket in known if ticket.kind == kind.value), None)


def describes_fully(turn: Turn) -> bool:
    """True when a message says which site or service and enough of what happens: nothing is left to ask."""
    is_named = bool(ADDRESS.search(turn.text)) or any(name in turn.entities for name in ("plan", "order_number"))
    return is_named and len(turn.text.split()) >= WORDS_OF_A_DESCRIPTION


def file_ticket(turn: Turn, kind: TicketKind, subject: str) -> Ticket:
    """Open a ticket of this turn with the priority of kind and plan, and log it."""
    priority = _find_priority(turn, kind)
    ticket = open_ticket(turn.session, turn.contact_id, TicketRequest(
        kind=kind, subject=subject, details=subject, priority=priority, answer_within=_find_promise(turn, priority),
        conversation_id=turn.scope.conversation_id, message_id=turn.scope.message_id,
    ), turn.now)
    turn.record_touchpoint("ticket_opened", goal=kind.value, expected_by=ticket.due_at, properties={"priority": priority.value})
    return ticket


def describe_ticket(turn: Turn, ticket: Ticket) -> dict[str, Any]:
    """A ticket's number, state and times in the contact's words."""
    def say(key: str, **values: str) -> str:
        return load_words("records")[key][turn.language].format(**values)

    kind = f"kind_{ticket.kind}"
    return {
        "number": ticket.number, "subject": say(kind) if kind in load_words("records") else ticket.subject,
        "state": say(f"ticket_{ticket.state}"), "opened": format_moment(ticket.opened_at, turn.language),
        "due": say("by_moment", moment=format_moment(ticket.due_at, turn.language)) if ticket.due_at else say("as_soon_as_possible"),
    }


def _may_describe_trouble(turn: Turn, words: str) -> bool:
    """False for small talk about the weather; trouble in words that nobody foresaw names a site, a time, or is said twice."""
    if "noise" in turn.entities:
        return False
    return turn.intent != "out_of_scope" or bool(PARTICULARS.search(words)) or bool(turn.slots.get(WRONG_INPUTS))


def _choose_kind(turn: Turn) -> TicketKind:
    asked = turn.opening_intents[:INTENTS_LOOKED_AT]
    return next((KIND_OF_INTENT[intent] for intent in asked if intent in KIND_OF_INTENT), TicketKind.OTHER)


def _find_priority(turn: Turn, kind: TicketKind) -> Priority:
    own = find_own_plan(turn)
    is_first = own is not None and own.plan.id in turn.content.support.priority_plans
    return choose_priority(kind, has_priority_plan=is_first, has_free_plan=own is not None and own.plan.is_free)


def _find_promise(turn: Turn, priority: Priority) -> timedelta | None:
    promised = {promise.priority: timedelta(minutes=promise.minutes) for promise in turn.content.support.first_answer}
    return promised.get(priority.value)


def _list_tickets(turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
    tickets = list_tickets(turn.session, turn.contact_id, only_open=True)[:LISTED] or list_tickets(turn.session, turn.contact_id)[:1]
    if not tickets:
        dispatcher.utter_message(response="utter_find_no_ticket")
        return offer_ticket(turn, dispatcher)
    for ticket in tickets:
        _say_where_it_stands(turn, dispatcher, ticket)
    return []


def _say_where_it_stands(turn: Turn, dispatcher: CollectingDispatcher, ticket: Ticket) -> None:
    is_late = ticket.is_late(turn.now)
    response = "utter_say_ticket_late" if is_late else "utter_say_ticket_open" if ticket.is_open else "utter_say_ticket_closed"
    button = known_button(turn, "human" if ticket.is_open else "open_ticket")
    dispatcher.utter_message(response=response, buttons=[button], **describe_ticket(turn, ticket))
