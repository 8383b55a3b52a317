"""Ways to reach the contact: checked, and kept only when they were given for that."""

from __future__ import annotations

import re
from collections.abc import Mapping

import phonenumbers
from email_validator import EmailNotValidError, validate_email
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.action import JourneyAction
from actions.buttons import known_button
from actions.lexicon import word
from actions.turn import Turn
from journey_state.contacts import update_contact

REACHABLE_BY = ("phone", "email")
VIETNAM, HERE = 84, "VN"
NUMBER_LIKE = re.compile(r"\+?\d[\d\s.\-()]{3,}\d")
_FAULT_OF_ERROR = {
    phonenumbers.NumberParseException.INVALID_COUNTRY_CODE: "country", phonenumbers.NumberParseException.TOO_LONG: "long",
}
_FAULT_OF_LENGTH = {
    phonenumbers.ValidationResult.TOO_SHORT: "short", phonenumbers.ValidationResult.TOO_LONG: "long",
    phonenumbers.ValidationResult.INVALID_COUNTRY_CODE: "country", phonenumbers.ValidationResult.INVALID_LENGTH: "short",
}


class ActionSaveContact(JourneyAction):
    """Keeps the phone number or e-mail address of this message, and says so."""

    def answer(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
        """Only what this very message gives is kept; the rest of the conversation is not searched."""
        given = {name: turn.entities[name] for name in REACHABLE_BY if turn.entities.get(name)}
        unusable = None if given else NUMBER_LIKE.search(turn.text)
        if unusable is not None:
            reason = word(f"phone_{find_fault(unusable.group())}", turn.language)
            dispatcher.utter_message(response="utter_refuse_phone", number=unusable.group(), reason=reason)
            return []
        if not given:
            dispatcher.utter_message(response="utter_ask_contact")
            return []
        update_contact(turn.session, turn.contact_id, **given)
        dispatcher.utter_message(response="utter_save_contact", buttons=[known_button(turn, "human")], contact=_describe(given))
        return []


def find_fault(phone: str) -> str:
    """Why a number cannot be called: "short", "long", "country" (code unknown) or "unused" (no such number is given out)."""
    try:
        number = phonenumbers.parse(phone, HERE)
    except phonenumbers.NumberParseException as error:
        return _FAULT_OF_ERROR.get(error.error_type, "short")
    return _FAULT_OF_LENGTH.get(phonenumbers.is_possible_number_with_reason(number), "unused")


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
