"""Talks about trials: starts one, says what is left of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.interfaces import ActionExecutionRejection

from actions.action import JourneyAction, open_turn
from actions.buttons import known_button
from actions.contacts import read_email
from actions.facts import fact_text
from actions.form_answers import FormAnswers, read_one, refuse_input
from actions.offers import offer_order, offer_trial
from actions.topics import Topic
from actions.turn import Turn
from journey_state.content import Product
from journey_state.errors import TrialAlreadyUsedError
from journey_state.periods import format_date
from journey_state.trials import Trial, TrialRequest, find_trial, list_trials, start_trial

CERTAIN_ORDER = 0.95


class ValidateTrialForm(FormAnswers):
    """Checks the answers of the trial form as they come."""

    def name(self) -> str:
        return "validate_trial_form"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[EventType]:
        """Check the answers; who orders while the form asks does not want to try another product: the form steps back."""
        intent = tracker.latest_message.get("intent") or {}
        if intent.get("name") == "buy_plan" and float(intent.get("confidence") or 0) >= CERTAIN_ORDER:
            raise ActionExecutionRejection("trial_form", "the customer orders instead")
        events: list[EventType] = await super().run(dispatcher, tracker, domain)
        return events

    def confirm_change(self, turn: Turn, dispatcher: CollectingDispatcher, slots: Mapping[str, Any]) -> None:
        """Which product it is now."""
        product = turn.content.products.get(str(slots.get("product")))
        if product is not None:
            dispatcher.utter_message(response="utter_note_trial_change", name=product.name.in_language(turn.language))

    def validate_product(self, value: object, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> dict[str, Any]:
        """A product with a trial, which the person has not had yet."""
        with open_turn(tracker) as turn:
            product = _find_product(turn, read_one(value))
            if product is None or not product.trial_days:
                return refuse_input(turn, dispatcher, "product", "utter_refuse_trial_product")
            earlier = find_trial(turn.session, turn.contact_id, product.id)
            if earlier is None:
                return {"product": product.id}
            return refuse_input(turn, dispatcher, "product", "utter_refuse_second_trial", **_describe(turn, earlier))

    def validate_email(self, value: object, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> dict[str, Any]:
        """An address that can be written to."""
        with open_turn(tracker) as turn:
            email = read_email(read_one(value))
            return {"email": email} if email else refuse_input(turn, dispatcher, "email", "utter_refuse_email")


class ActionStartTrial(JourneyAction):
    """Starts the trial when the form has product and e-mail address."""

    def answer(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
        """A product that was tried before leads to its cheapest plan."""
        product = turn.content.products.get(str(turn.slots.get("product")))
        if product is None or not product.trial_days:
            return offer_trial(turn, dispatcher, None)
        try:
            trial = start_trial(turn.session, turn.contact_id, _make_request(turn, product), turn.now)
        except TrialAlreadyUsedError:
            return _offer_plan(turn, dispatcher, product)
        buttons = [known_button(turn, "setup"), known_button(turn, "check_trial")]
        dispatcher.utter_message(response="utter_start_trial", buttons=buttons, email=turn.slots.get("email"), **_describe(turn, trial))
        dispatcher.utter_message(text=fact_text(turn, "trial_end"))
        tried = {"product": product.id, "plan": trial.plan}
        turn.record_touchpoint("trial_started", goal="trial", expected_by=trial.ends_at, properties=tried)
        return []


class ActionCheckTrial(JourneyAction):
    """Says how long the person's trials run, or ran."""

    def answer(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
        """Without a trial, offers one."""
        trials = list_trials(turn.session, turn.contact_id)
        turn.record_touchpoint("trial_used" if any(trial.is_active(turn.now) for trial in trials) else "trial_asked")
        if not trials:
            dispatcher.utter_message(response="utter_find_no_trial")
            return offer_trial(turn, dispatcher, turn.content.products.get(turn.entities.get("product", "")))
        for trial in trials:
            _say_where_it_stands(turn, dispatcher, trial)
        product = turn.content.products.get(trials[0].product)
        return offer_order(turn, dispatcher, turn.content.plans.get(trials[0].plan or "") if product else None)


def _find_product(turn: Turn, value: str) -> Product | None:
    """The product of this id, or of the plan of this id: "VPS 2" says which product is meant, too."""
    plan = turn.content.plans.get(value)
    return turn.content.products.get(plan.product if plan else value)


def _make_request(turn: Turn, product: Product) -> TrialRequest:
    return TrialRequest(
        product=product.id, days=product.trial_days, plan=turn.content.trials.plans.get(product.id),
        email=turn.slots.get("email"), message_id=turn.scope.message_id,
    )


def _offer_plan(turn: Turn, dispatcher: CollectingDispatcher, product: Product) -> list[EventType]:
    earlier = find_trial(turn.session, turn.contact_id, product.id)
    assert earlier is not None
    dispatcher.utter_message(response="utter_refuse_second_trial", **_describe(turn, earlier))
    dispatcher.utter_message(text=fact_text(turn, "refund_window", Topic(product)))
    return offer_order(turn, dispatcher, turn.content.plan(product.cheapest_paid_plan))


def _say_where_it_stands(turn: Turn, dispatcher: CollectingDispatcher, trial: Trial) -> None:
    response = "utter_say_trial_days" if trial.is_active(turn.now) else "utter_say_trial_over"
    dispatcher.utter_message(response=response, **_describe(turn, trial))


def _describe(turn: Turn, trial: Trial) -> dict[str, Any]:
    product = turn.content.products.get(trial.product)
    plan = turn.content.plans.get(trial.plan or "")
    return {
        "name": product.name.in_language(turn.language) if product else trial.product, "plan": plan.name if plan else "",
        "started": format_date(trial.started_at, turn.language), "ends": format_date(trial.ended_at or trial.ends_at, turn.language),
        "days": trial.days_left(turn.now),
    }
