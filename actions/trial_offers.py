"""Before a trial starts: what it is, for whom. Starting and checking one is in actions/trials.py."""

from __future__ import annotations

from typing import ClassVar

from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.action import JourneyAction
from actions.buttons import known_button
from actions.facts import join_facts
from actions.forms import fresh_form
from actions.lexicon import word
from actions.offers import offer_order
from actions.topics import find_topic, mentioned_topic
from actions.turn import Turn
from journey_state.content import Product
from journey_state.trials import find_active_trials, list_trials


class ActionExplainTrial(JourneyAction):
    """The terms in short; the trial form follows."""

    is_final: ClassVar[bool] = False
    touchpoint = "trial_asked"

    def answer(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
        dispatcher.utter_message(text=join_facts(turn, *_asked(turn), topic=find_topic(turn)))
        return fresh_form()


class ActionOfferTrial(JourneyAction):
    """For somebody new: how long, what happens at the end, and the free plan; no hurry."""

    touchpoint = "trial_asked"

    def answer(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
        product = find_topic(turn).product
        chosen = [product] if product else list(turn.content.products.values())
        buttons = [known_button(turn, "try_product", product=item.id) for item in chosen if item.trial_days]
        text = join_facts(turn, *_asked(turn), "trial_end", topic=find_topic(turn))
        dispatcher.utter_message(text=text)
        dispatcher.utter_message(response="utter_offer_trial_calmly", buttons=[*buttons, known_button(turn, "recommend")])
        return [SlotSet("pending_offer", "offer_trial")]


class ActionOfferOtherTrial(JourneyAction):
    """For a customer: the days left of what is on trial, and the products that were never tried."""

    touchpoint = "trial_asked"

    def answer(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
        for trial in find_active_trials(turn.session, turn.contact_id, turn.now):
            name = _name_product(turn, turn.content.products.get(trial.product))
            dispatcher.utter_message(text=word("trial_days_left", turn.language, name=name, days=trial.days_left(turn.now)))
        named, fresh = mentioned_topic(turn).product, _list_untried(turn)
        if not fresh or (named and named not in fresh):
            dispatcher.utter_message(text=join_facts(turn, "trial_limit", "refund_window"))
            return offer_order(turn, dispatcher, turn.content.plan(named.cheapest_paid_plan) if named else None)
        buttons = [known_button(turn, "try_product", product=product.id) for product in ([named] if named else fresh)]
        names = ", ".join(_name_product(turn, product) for product in fresh)
        dispatcher.utter_message(response="utter_offer_other_trial", buttons=buttons, names=names)
        return [SlotSet("pending_offer", "offer_trial")]


def _asked(turn: Turn) -> tuple[str, ...]:
    """Up to two facts about trials that the message asks for; how long they are when it asks for none."""
    asked = [attribute for attribute in turn.content.find_attributes(turn.text, turn.language) if attribute.startswith("trial_")]
    return tuple(asked[:2]) or ("trial_days",)


def _list_untried(turn: Turn) -> list[Product]:
    tried = {trial.product for trial in list_trials(turn.session, turn.contact_id)}
    return [product for product in turn.content.products.values() if product.trial_days and product.id not in tried]


def _name_product(turn: Turn, product: Product | None) -> str:
    return product.name.in_language(turn.language) if product else ""
