"""Not understood: first the two likeliest meanings as buttons, then the offer of a human."""

from __future__ import annotations

from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.action import JourneyAction
from actions.answers import answer_named
from actions.buttons import Button, known_button, make_button
from actions.lexicon import label_intent
from actions.offers import offer_human
from actions.turn import Turn

MEANINGS_SHOWN = 2


class ActionClarify(JourneyAction):
    """Ask which of the two likeliest intents was meant, unless the message names a fact that answers it."""

    def answer(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
        if answer_named(turn, dispatcher):
            return []
        buttons = [*_guess_meanings(turn), known_button(turn, "something_else")]
        dispatcher.utter_message(response="utter_clarify", buttons=buttons)
        return [_count_unclear(turn)]


class ActionAskRephrase(JourneyAction):
    """Neither of the two: other words, please. The next unclear message gets the offer of a human."""

    def answer(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
        dispatcher.utter_message(response="utter_ask_rephrase", buttons=[known_button(turn, "human")])
        return [SlotSet("unclear_count", 1.0)]


class ActionOfferHuman(JourneyAction):
    """Unclear twice in a row: a person may help, yes or no."""

    def answer(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
        return [*offer_human(turn, dispatcher), _count_unclear(turn)]


def _guess_meanings(turn: Turn) -> list[Button]:
    labelled = [(intent, label_intent(intent, turn.language)) for intent, _ in turn.intent_ranking]
    return [make_button(label, intent) for intent, label in labelled if label][:MEANINGS_SHOWN]


def _count_unclear(turn: Turn) -> EventType:
    return SlotSet("unclear_count", float(turn.slots.get("unclear_count") or 0) + 1)
