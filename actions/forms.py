"""What forms share: getting ready, asking with buttons, wrong answers, and leaving. Each form's checks are with its noun."""

from __future__ import annotations

from typing import Any, ClassVar

from rasa_sdk.events import ActiveLoop, EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.action import JourneyAction
from actions.buttons import known_button, utter_cards
from actions.facts import join_facts
from actions.plan_cards import describe_prices, paid_plans, plan_card
from actions.topics import find_topic, keep_topic
from actions.turn import Turn

WRONG_INPUTS = "wrong_inputs"
WRONG_INPUTS_ALLOWED = 2


def refuse_input(turn: Turn, dispatcher: CollectingDispatcher, slot: str, response: str, **values: object) -> dict[str, Any]:
    """For form validators: say what is wrong with an answer; the third time in a form offer a human, too.

    Returns the slot values that the validator hands back to Rasa.
    """
    dispatcher.utter_message(response=response, **values)
    return {slot: None, **dict([_count_wrong_input(turn, dispatcher)])}


def fresh_form() -> list[EventType]:
    """Slot events before a form: no wrong answers yet, and no words of an earlier ticket."""
    return [SlotSet(WRONG_INPUTS, 0.0), SlotSet("ticket_subject", None)]


class ActionPrepareTrial(JourneyAction):
    """Runs before the trial form, which asks for what is missing; asked about inside it, the trial is explained."""

    is_final: ClassVar[bool] = False
    touchpoint: ClassVar[str] = "trial_asked"

    def answer(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
        if turn.form:
            dispatcher.utter_message(text=join_facts(turn, "trial_days", "trial_card", topic=find_topic(turn)))
        return fresh_form()


class ActionPrepareOrder(JourneyAction):
    """Runs before the order form, and inside it when another plan or product is to be ordered: that is what counts then."""

    is_final: ClassVar[bool] = False
    touchpoint: ClassVar[str] = "purchase_asked"

    def answer(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
        # A period named while asking for prices is no choice yet; one that was just offered with its total is.
        is_chosen = turn.form or "billing_period" in turn.entities or turn.slots.get("pending_offer") == "offer_order"
        return [*fresh_form(), *keep_topic(turn), *([] if is_chosen else [SlotSet("billing_period", None)])]


class ActionPrepareTicket(JourneyAction):
    """Runs before the ticket form, so that yesterday's words do not open today's ticket."""

    is_final: ClassVar[bool] = False

    def answer(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
        return fresh_form()


class ActionPrepareRedemption(JourneyAction):
    """Runs before the form that takes a friend's code; only a code in this message counts."""

    is_final: ClassVar[bool] = False

    def answer(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
        return [*fresh_form(), SlotSet("referral_code", turn.entities.get("referral_code"))]


class ActionAskTrialFormProduct(JourneyAction):
    """The trial form asks which product, with a button each."""

    is_final: ClassVar[bool] = False

    def answer(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
        tried = [product.id for product in turn.content.products.values() if product.trial_days]
        buttons = [known_button(turn, "try_product", product=product) for product in tried]
        dispatcher.utter_message(response="utter_ask_trial_form_product", buttons=buttons)
        return []


class ActionAskPlan(JourneyAction):
    """The order form asks which plan: cards of the product, or first the product."""

    is_final: ClassVar[bool] = False

    def answer(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
        product = turn.content.products.get(turn.slots.get("product") or "")
        if product is None:
            buttons = [known_button(turn, "choose_product_to_order", product=known) for known in turn.content.products]
            dispatcher.utter_message(response="utter_ask_order_product", buttons=buttons)
            return []
        dispatcher.utter_message(response="utter_ask_plan")
        utter_cards(dispatcher, [plan_card(turn, plan) for plan in paid_plans(product)])
        return []


class ActionAskBillingPeriod(JourneyAction):
    """The order form asks month or year, with both prices."""

    is_final: ClassVar[bool] = False

    def answer(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
        buttons = [known_button(turn, "order_month", billing_period="month"), known_button(turn, "order_year", billing_period="year")]
        plan = turn.content.plans.get(turn.slots.get("plan") or "")
        prices = describe_prices(turn, plan) if plan else ""
        dispatcher.utter_message(response="utter_ask_billing_period", buttons=buttons, prices=prices)
        return []


class ActionRepeatQuestion(JourneyAction):
    """The answer to a form's question was not understood; the form asks again by itself."""

    def answer(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
        dispatcher.utter_message(response="utter_repeat_question")
        return [SlotSet(*_count_wrong_input(turn, dispatcher))]


class ActionLeaveForm(JourneyAction):
    """Leave the form without doing what it was for."""

    def answer(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
        dispatcher.utter_message(response="utter_say_goodbye" if turn.intent == "goodbye" else "utter_leave_form")
        return [ActiveLoop(None), SlotSet("requested_slot", None), SlotSet("ticket_subject", None)]


def _count_wrong_input(turn: Turn, dispatcher: CollectingDispatcher) -> tuple[str, float]:
    count = float(turn.slots.get(WRONG_INPUTS) or 0) + 1
    if count > WRONG_INPUTS_ALLOWED:
        buttons = [known_button(turn, "human"), known_button(turn, "leave_form")]
        dispatcher.utter_message(response="utter_offer_human_in_form", buttons=buttons)
    return WRONG_INPUTS, count
