"""Answers to a form's questions: refused with the reason, or taken, also when they correct an earlier one."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any

from rasa_sdk import FormValidationAction, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.action import open_turn
from actions.buttons import known_button
from actions.turn import Turn

WRONG_INPUTS = "wrong_inputs"
WRONG_INPUTS_ALLOWED = 2


class FormAnswers(FormValidationAction, ABC):
    """What all form validators share: a correction is confirmed in so many words before the form goes on."""

    @abstractmethod
    def name(self) -> str:
        """The form's name with "validate_" before it."""

    async def get_validation_events(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[EventType]:
        """Check the answers, then say what changed."""
        events: list[EventType] = await super().get_validation_events(dispatcher, tracker, domain)
        taken = {event["name"]: event["value"] for event in events if event["event"] == "slot"}
        corrected = {name: value for name, value in taken.items() if value and _was_another(tracker, self.form_name(), name, value)}
        if corrected and not _ended_in_refusal(taken):
            with open_turn(tracker) as turn:
                self.confirm_change(turn, dispatcher, {**turn.slots, **taken})
        return events

    def confirm_change(self, turn: Turn, dispatcher: CollectingDispatcher, slots: Mapping[str, Any]) -> None:
        """Say what the form holds now. slots: all of them, the corrected ones too."""


def refuse_input(turn: Turn, dispatcher: CollectingDispatcher, slot: str, response: str, **values: object) -> dict[str, Any]:
    """For form validators: say what is wrong with an answer; the third time in a form offer a human, too.

    Returns the slot values that the validator hands back to Rasa.
    """
    dispatcher.utter_message(response=response, **values)
    return {slot: None, **dict([count_wrong_input(turn, dispatcher)])}


def count_wrong_input(turn: Turn, dispatcher: CollectingDispatcher) -> tuple[str, float]:
    """One more wrong answer, as slot and value; too many of them bring the offer of a human."""
    count = float(turn.slots.get(WRONG_INPUTS) or 0) + 1
    if count > WRONG_INPUTS_ALLOWED:
        buttons = [known_button(turn, "human"), known_button(turn, "leave_form")]
        dispatcher.utter_message(response="utter_offer_human_in_form", buttons=buttons)
    return WRONG_INPUTS, count


def read_one(value: object) -> str:
    """The value of an answer; the last one where several were named, for people correct themselves forwards."""
    is_list = isinstance(value, Sequence) and not isinstance(value, str)
    return str(value[-1] if is_list and value else value or "")  # type: ignore[index]


def _was_another(tracker: Tracker, form: str, slot: str, value: Any) -> bool:
    """True when the slot held something else in this form before the message."""
    said = next((index for index in range(len(tracker.events) - 1, -1, -1) if tracker.events[index]["event"] == "user"), 0)
    before = tracker.events[:said]
    loops = [event.get("name") for event in before if event["event"] == "active_loop"]
    held = [event.get("value") for event in before if event["event"] == "slot" and event.get("name") == slot]
    return bool(loops and loops[-1] == form and held and held[-1] and held[-1] != value)


def _ended_in_refusal(taken: Mapping[str, Any]) -> bool:
    return WRONG_INPUTS in taken
