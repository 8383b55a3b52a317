"""What forms share: getting ready, asking with buttons, and leaving. What checks answers is in actions/form_answers.py."""

from __future__ import annotations

from typing import ClassVar

from rasa_sdk.events import ActiveLoop, EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.action import JourneyAction
from actions.buttons import known_button, utter_cards
from actions.facts import join_facts
from actions.form_answers import WRONG_INPUTS, count_wrong_input
from actions.lexicon import word
from actions.orders import find_waiting
from actions.plan_cards import PERIODS, describe_prices, money, paid_plans, plan_card, quote_plan
from actions.quantities import name_quantity, read_quantity, wanted_quantity
from actions.topics import find_topic, keep_topic
from actions.turn import Turn
from journey_state.content import Plan
from journey_state.orders import Order

# A yes after coming back takes the form up again.
OFFER_OF_FORM = {"order_form": "offer_order", "trial_form": "offer_trial", "ticket_form": "offer_ticket"}
USERS_SUGGESTED = (1, 3, 5, 10)


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
        if turn.form == "order_form":
            # Only what the form could not take as an answer comes here: a question about the order, or an answer said twice.
            dispatcher.utter_message(text=join_facts(turn, "activation_time", "order_valid", "refund_window", topic=find_topic(turn)))
            return [*fresh_form(), *keep_topic(turn)]
        # A period named while asking for prices is no choice yet; one that was just offered with its total is.
        corrected = find_waiting(turn) if "correction" in turn.entities else None
        if corrected is not None:
            return [*fresh_form(), *_begin_anew(turn, corrected)]
        is_offered = turn.slots.get("pending_offer") == "offer_order"
        plan = find_topic(turn).plan
        kept = [] if is_offered or "billing_period" in turn.entities else [SlotSet("billing_period", None)]
        number = wanted_quantity(turn, plan) if plan else 1
        return [*fresh_form(), *keep_topic(turn), *kept, SlotSet("quantity", str(number) if number > 1 else None)]


class ActionPrepareTicket(JourneyAction):
    """Runs before the ticket form, so that yesterday's words do not open today's ticket."""

    is_final: ClassVar[bool] = False

    def answer(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
        return fresh_form()


class ActionPrepareRedemption(JourneyAction):
    """Runs before the form that takes a friend's code; only a code in this message counts."""

    is_final: ClassVar[bool] = False

    def answer(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
        if turn.form and "referral_code" not in turn.entities:
            dispatcher.utter_message(text=join_facts(turn, "referral_reward", "referral_when"))
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
        prices = _list_prices(turn, plan) if plan else ""
        dispatcher.utter_message(response="utter_ask_billing_period", buttons=buttons, prices=prices)
        return []


class ActionAskQuantity(JourneyAction):
    """The order form asks for how many people, where the price is for one."""

    is_final: ClassVar[bool] = False

    def answer(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
        buttons = [known_button(turn, "order_users", users=str(number)) for number in USERS_SUGGESTED]
        plan = turn.content.plans.get(turn.slots.get("plan") or "")
        dispatcher.utter_message(response="utter_ask_quantity", buttons=buttons, price=describe_prices(turn, plan) if plan else "")
        return []


class ActionRepeatQuestion(JourneyAction):
    """The answer to a form's question was not understood; the form asks again by itself."""

    def answer(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
        dispatcher.utter_message(response="utter_repeat_question")
        return [SlotSet(*count_wrong_input(turn, dispatcher))]


class ActionLeaveForm(JourneyAction):
    """Leave the form without doing what it was for; who says goodbye finds it as it was, and a yes goes on with it."""

    def answer(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
        if turn.intent == "cancel_plan" and "question" in turn.entities:
            dispatcher.utter_message(text=join_facts(turn, "cancel_notice", "refund_window", topic=find_topic(turn)))
            return []
        left = [ActiveLoop(None), SlotSet("requested_slot", None), SlotSet("ticket_subject", None)]
        offer = OFFER_OF_FORM.get(turn.form or "") if turn.intent == "goodbye" else None
        dispatcher.utter_message(response=f"utter_keep_{turn.form}" if offer else "utter_leave_form")
        return [*left, *([SlotSet("pending_offer", offer)] if offer else [])]


def _begin_anew(turn: Turn, order: Order) -> list[EventType]:
    """Slots of an order that was placed a moment ago, with what the message changes; the new one takes its place."""
    plan = turn.entities.get("plan", order.plan)
    known = turn.content.plans.get(plan)
    counted = (read_quantity(turn, known) if known else None) or order.quantity
    slots = {
        "plan": plan, "product": known.product if known else None, "quantity": str(counted),
        "billing_period": turn.entities.get("billing_period", order.billing_period), "corrected_order": order.number,
    }
    return [SlotSet(name, value) for name, value in slots.items()]


def _list_prices(turn: Turn, plan: Plan) -> str:
    """Both prices of one unit; of many, what they cost together."""
    quantity = wanted_quantity(turn, plan)
    if quantity == 1 or plan.is_free:
        return describe_prices(turn, plan)
    net = (money(turn, quote_plan(turn, plan, period, quantity=quantity).net) for period in PERIODS)
    listed = " · ".join(word(f"per_{period}", turn.language, amount=amount) for period, amount in zip(PERIODS, net, strict=True))
    return f"{name_quantity(turn, plan, quantity)}: {listed}"
