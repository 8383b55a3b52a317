"""Ways to reach the contact: checked, and kept only when they were given for that."""

from __future__ import annotations

from collections.abc import Mapping

import phonenumbers
from email_validator import EmailNotValidError, validate_email
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.action import JourneyAction
from actions.buttons import known_button
from actions.turn import Turn
from journey_state.contacts import update_contact

REACHABLE_BY = ("phone", "email")
VIETNAM = 84


class ActionSaveContact(JourneyAction):
    """Keeps the phone number or e-mail address of this message, and says so."""

    def answer(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
        """Only what this very message gives is kept; the rest of the conversation is not searched."""
        given = {name: turn.entities[name] for name in REACHABLE_BY if turn.entities.get(name)}
        if not given:
            dispatcher.utter_message(response="utter_ask_contact")
            return []
        update_contact(turn.session, turn.contact_id, **given)
        dispatcher.utter_message(response="utter_save_contact", buttons=[known_button(turn, "human")], contact=_describe(given))
        return []


def _describe(given: Mapping[str, str]) -> str:
    """A Vietnamese number as people here write it: 0912 345 678."""
    return ", ".join(_write_as_here(value) if name == "phone" else value for name, value in given.items())


def _write_as_here(phone: str) -> str:
    number = phonenumbers.parse(phone)
    form = phonenumbers.PhoneNumberFormat.NATIONAL if number.country_code == VIETNAM else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return str(phonenumbers.format_number(number, form))


def read_email(value: object) -> str | None:
    """The address in its normal form; None when it cannot be one. Asks no server."""
    try:
        return str(validate_email(str(value or ""), check_deliverability=False).normalized)
    except EmailNotValidError:
        return None
