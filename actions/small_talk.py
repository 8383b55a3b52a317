"""Greetings, thanks, yes and no, small talk."""

from __future__ import annotations

from typing import ClassVar

from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.action import JourneyAction
from actions.answers import answer_named
from actions.buttons import Button, known_button
from actions.facts import name_products
from actions.lexicon import find_last_listed, find_listed, word
from actions.offers import offer_referral
from actions.statuses import describe_status
from actions.topics import find_topic
from actions.turn import Turn
from journey_state.contacts import update_contact
from journey_state.referrals import find_code
from journey_state.surveys import SurveyKind, find_latest_answer

STARS = ("5", "4", "3", "2", "1")


class ActionGreet(JourneyAction):
    """To somebody new: who we are and what we can do."""

    def answer(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
        buttons = _buttons(turn, "recommend", "see_prices", "start_trial")
        dispatcher.utter_message(response="utter_greet", buttons=buttons, brand=turn.content.brand.name, products=name_products(turn))
        return []


class ActionGreetShopper(JourneyAction):
    """To somebody who is choosing: go on with it."""

    def answer(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
        dispatcher.utter_message(response="utter_greet_shopper", buttons=_buttons(turn, "compare_plans", "see_promotions", "order"))
        return []


class ActionGreetCustomer(JourneyAction):
    """To a customer: what stands open with us, and help."""

    def answer(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
        status = describe_status(turn)
        response = "utter_greet_customer_with_status" if status else "utter_greet_customer"
        dispatcher.utter_message(response=response, buttons=_buttons(turn, "report_outage", "how_to", "renew"), status=status)
        return []


class ActionSayGoodbye(JourneyAction):
    def answer(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
        """What stands open stays open, and who was choosing need not begin anew."""
        plan = find_topic(turn).plan
        kept = describe_status(turn) or (word("topic_kept", turn.language, name=plan.name) if plan else "")
        dispatcher.utter_message(response="utter_say_goodbye_until_then" if kept else "utter_say_goodbye", kept=kept)
        return []


class ActionWelcomeThanks(JourneyAction):
    def answer(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
        dispatcher.utter_message(response="utter_welcome_thanks")
        return []


class ActionWelcomeThanksAndAskRating(JourneyAction):
    """After help was given: ask for stars, once, and only if the answer may be kept."""

    def answer(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
        if not turn.scope.is_consenting or find_latest_answer(turn.session, turn.contact_id, SurveyKind.CSAT):
            dispatcher.utter_message(response="utter_welcome_thanks")
            return []
        stars = [known_button(turn, "rate", rating=star) for star in STARS]
        dispatcher.utter_message(response="utter_welcome_thanks_and_ask_rating", buttons=stars)
        return []


class ActionWelcomeThanksAndOfferReferral(JourneyAction):
    """To somebody who recommends us: a code to share, unless they have one."""

    def answer(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
        dispatcher.utter_message(response="utter_welcome_thanks")
        return [] if find_code(turn.session, turn.contact_id) else offer_referral(turn, dispatcher)


class ActionAcknowledge(JourneyAction):
    """A yes to nothing in particular."""

    def answer(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
        dispatcher.utter_message(response="utter_acknowledge")
        return []


class ActionAcceptDenial(JourneyAction):
    def answer(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
        dispatcher.utter_message(response="utter_accept_denial")
        return []


class ActionChat(JourneyAction):
    """Small talk, by what it is about."""

    def answer(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
        kind = find_listed(turn.text, "small_talk")
        response = f"utter_chat_{kind}" if kind else "utter_chat"
        dispatcher.utter_message(response=response, brand=turn.content.brand.name, products=name_products(turn))
        return []


class ActionDeclineTopic(JourneyAction):
    """Not our business: one polite line of what is. A fact of ours that the message names is told all the same.

    To noise: the calm question what is needed, the second time with a human.
    """

    def answer(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
        if "noise" in turn.entities:
            return _ask_what_is_needed(turn, dispatcher)
        if answer_named(turn, dispatcher):
            return []
        products = ", ".join(product.name.in_language(turn.language) for product in turn.content.products.values())
        brand, buttons = turn.content.brand.name, _buttons(turn, "human")
        dispatcher.utter_message(response="utter_decline_topic", buttons=buttons, brand=brand, products=products)
        return []


class ActionSwitchLanguage(JourneyAction):
    """Change to the language that is asked for, else to the other one, and stay there."""

    is_final: ClassVar[bool] = False

    def answer(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
        other = "vi" if turn.language == "en" else "en"
        language = find_last_listed(turn.text, "language_names") or other
        update_contact(turn.session, turn.contact_id, language=language)
        return [SlotSet("language", language), SlotSet("language_locked", True)]


class ActionConfirmLanguage(JourneyAction):
    """Runs after the change, so that it speaks the new language."""

    def answer(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
        dispatcher.utter_message(response="utter_confirm_language")
        return []


def _ask_what_is_needed(turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
    if turn.form:
        dispatcher.utter_message(response="utter_repeat_question")
        return []
    is_again = bool(turn.slots.get("unclear_count"))
    buttons = _buttons(turn, "human", "something_else") if is_again else _buttons(turn, "recommend", "see_prices", "report_outage")
    dispatcher.utter_message(response="utter_ask_what_is_needed_again" if is_again else "utter_ask_what_is_needed", buttons=buttons)
    return [SlotSet("unclear_count", 1.0)]


def _buttons(turn: Turn, *keys: str) -> list[Button]:
    return [known_button(turn, key) for key in keys]
