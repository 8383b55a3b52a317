"""Consultations with a person, webinars, training."""

from __future__ import annotations

from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.action import JourneyAction
from actions.buttons import known_button
from actions.facts import fact_text, join_facts
from actions.handoffs import queue_for_staff
from actions.offers import offer_demo
from actions.turn import Turn

DEMO_FACTS = ("demo", "webinar", "guides")


class ActionAnswerDemo(JourneyAction):
    """What there is: consultations and webinars, then the offer of a consultation."""

    touchpoint = "demo_asked"

    def answer(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
        asked = [attribute for attribute in turn.content.find_attributes(turn.text, turn.language) if attribute in DEMO_FACTS]
        dispatcher.utter_message(text=join_facts(turn, *(asked or ("demo", "webinar"))))
        return offer_demo(turn, dispatcher)


class ActionBookDemo(JourneyAction):
    """Hand the wish to staff, who arrange the hour; the day that was named goes with it."""

    touchpoint = "demo_asked"

    def answer(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
        position = queue_for_staff(turn, "demo")
        dispatcher.utter_message(
            response="utter_book_demo", position=position, fact=fact_text(turn, "demo"), buttons=[known_button(turn, "start_trial")],
        )
        return []


class ActionOfferTraining(JourneyAction):
    """For a customer: webinars and guides first, a person if they want one."""

    touchpoint = "demo_asked"

    def answer(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
        dispatcher.utter_message(text=join_facts(turn, "webinar", "guides"))
        return offer_demo(turn, dispatcher)
