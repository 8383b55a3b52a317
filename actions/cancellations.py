"""Talks about leaving: what happens, an offer from the rules that fits the reason, and the cancellation itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.action import JourneyAction
from actions.buttons import Button, known_button, make_button
from actions.facts import join_facts
from actions.lexicon import load_words
from actions.orders import describe_order, find_waiting
from actions.own_plans import OwnPlan, find_own_plan
from actions.renewals import find_asked, tell_rules
from actions.tickets import describe_ticket, file_ticket
from actions.turn import Turn
from journey_state.orders import CANCELLED, Order, cancel_order
from journey_state.periods import format_date
from journey_state.tickets import TicketKind
from journey_state.trials import Trial, end_trial, find_active_trials

REASON = "leaving_reason"
LEAVING_RULES = ("cancel_notice", "data_after_cancel", "data_export", "domain_transfer", "trial_end", "transfer_owner")


class ActionAnswerCancellation(JourneyAction):
    """Says what leaving means for this person, asks why, and offers what the rules hold for that reason."""

    touchpoint = "cancellation_asked"

    def answer(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
        """A running plan, a running trial, an unpaid order, else the general rule: nothing is guessed about an account."""
        return offer_to_cancel(turn, dispatcher)


class ActionConfirmCancellation(JourneyAction):
    """Cancels what runs, once the contact said so."""

    def answer(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
        """A plan runs on to the end of its period; a trial or an unpaid order ends at once."""
        running = _find_running(turn)
        if running.plan is not None:
            _cancel_plan(turn, dispatcher, running.plan)
        elif running.trial is not None:
            _cancel_trial(turn, dispatcher, running.trial)
        elif running.order is not None:
            order = cancel_order(turn.session, turn.contact_id, running.order.number, turn.now)
            dispatcher.utter_message(response="utter_confirm_order_cancellation", **describe_order(turn, order))
        else:
            return tell_rules(turn, dispatcher, (), "cancel_notice", "data_after_cancel")
        return []


def offer_to_cancel(turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
    """Say what leaving means for what the person has, and offer it; the general rule where nothing is known."""
    running = _find_running(turn)
    if running.plan is not None:
        _answer_for_plan(turn, dispatcher, running.plan)
        return []
    if running.trial is None and running.order is None:
        return tell_rules(turn, dispatcher, LEAVING_RULES, "cancel_notice", "data_after_cancel", "data_export")
    if running.trial is not None:
        told, response = _describe_trial(turn, running.trial), "utter_answer_trial_cancellation"
    else:
        assert running.order is not None
        told, response = describe_order(turn, running.order), "utter_answer_order_cancellation"
    dispatcher.utter_message(response=response, buttons=_closing_buttons(turn), **told)
    return [SlotSet("pending_offer", "offer_cancellation")]


@dataclass(frozen=True)
class _Running:
    """What a person can cancel: at most one of each is looked at, the plan first."""

    plan: OwnPlan | None
    trial: Trial | None
    order: Order | None


def _find_running(turn: Turn) -> _Running:
    named = find_waiting(turn) if turn.entities.get("order_number") else None
    if named is not None and named.number == turn.entities["order_number"]:
        return _Running(None, None, named)
    own = find_own_plan(turn)
    is_running = own is not None and own.order.is_running(turn.now) and own.order.state != CANCELLED
    trials = find_active_trials(turn.session, turn.contact_id, turn.now)
    return _Running(own if is_running else None, next(iter(trials), None), find_waiting(turn))


def _answer_for_plan(turn: Turn, dispatcher: CollectingDispatcher, own: OwnPlan) -> None:
    offers = {offer.reason: offer for offer in turn.content.leaving_offers}
    offer = offers.get(turn.entities.get(REASON, ""))
    if offer is not None:
        dispatcher.utter_message(text=offer.offer.in_language(turn.language), buttons=_closing_buttons(turn))
        return
    dispatcher.utter_message(response="utter_answer_cancellation", **describe_order(turn, own.order))
    dispatcher.utter_message(text=join_facts(turn, *(find_asked(turn, LEAVING_RULES) or ("cancel_notice", "data_after_cancel"))))
    dispatcher.utter_message(response="utter_ask_leaving_reason", buttons=[*_reason_buttons(turn), *_closing_buttons(turn)])


def _reason_buttons(turn: Turn) -> list[Button]:
    offers = turn.content.leaving_offers
    return [make_button(_begin_upper(offer.title.in_language(turn.language)), "cancel_plan", **{REASON: offer.reason}) for offer in offers]


def _begin_upper(text: str) -> str:
    return text[:1].upper() + text[1:]


def _closing_buttons(turn: Turn) -> list[Button]:
    words = load_words("leaving")
    return [make_button(words[key][turn.language], words[key]["intent"]) for key in ("leave", "stay")] + [known_button(turn, "human")]


def _cancel_plan(turn: Turn, dispatcher: CollectingDispatcher, own: OwnPlan) -> None:
    order = cancel_order(turn.session, turn.contact_id, own.order.number, turn.now)
    ticket = file_ticket(turn, TicketKind.CANCELLATION, f"{order.number}: {order.plan}")
    turn.record_touchpoint("plan_cancelled", goal="cancellation", properties={"plan": order.plan})
    told = {**describe_order(turn, order), "ticket": describe_ticket(turn, ticket)["number"]}
    dispatcher.utter_message(response="utter_confirm_cancellation", **told)
    dispatcher.utter_message(text=join_facts(turn, "data_after_cancel", "data_export"))


def _cancel_trial(turn: Turn, dispatcher: CollectingDispatcher, trial: Trial) -> None:
    end_trial(turn.session, turn.contact_id, trial.product, turn.now)
    turn.record_touchpoint("trial_ended", goal="cancellation", properties={"product": trial.product})
    dispatcher.utter_message(response="utter_confirm_trial_cancellation", **_describe_trial(turn, trial))


def _describe_trial(turn: Turn, trial: Trial) -> dict[str, Any]:
    product = turn.content.products.get(trial.product)
    name = product.name.in_language(turn.language) if product else trial.product
    return {"name": name, "ends": format_date(trial.ends_at, turn.language)}
