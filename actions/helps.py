"""Says what the assistant can do."""

from __future__ import annotations

from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.action import JourneyAction
from actions.identity_links import offer_telegram
from actions.turn import Turn


class ActionShowHelp(JourneyAction):
    """One glance, with buttons to begin with."""

    def answer(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
        dispatcher.utter_message(response="utter_show_help")
        offer_telegram(turn, dispatcher)
        return []
