"""What all custom actions share: a turn to work in, and an end of the turn that Rasa's rules can trust."""

from __future__ import annotations

import logging
import re
import traceback
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.gaps import admit_gap, drop_blanks
from actions.local_scope import open_local_scope, tell_facts
from actions.named_facts import is_untold, tell_named_facts
from actions.topics import find_topic, keep_topic
from actions.turn import Turn, current_scope

logger = logging.getLogger(__name__)

LISTEN = "action_listen"
# An offer stands until the next answer ends; an unclear message stops counting as soon as one is understood.
OFFER, UNCLEAR = "pending_offer", "unclear_count"


@contextmanager
def open_turn(tracker: Tracker) -> Iterator[Turn]:
    """Work in the engine's turn, or, without an engine, in a local one of this call's own.

    Form validators use it directly. Errors pass through: the engine rolls the turn back.
    """
    scope = current_scope()
    if scope is not None:
        yield Turn.from_tracker(tracker, scope)
        return
    with open_local_scope(tracker.sender_id, tracker.latest_message) as local:
        yield Turn.from_tracker(tracker, local)


class JourneyAction(Action, ABC):
    """A custom action named after its class: `ActionStartTrial` is `action_start_trial`.

    is_final: the routed answer ends here, so the next thing is to listen, or, inside a
    form, to ask the form's question again. An action that a rule or a form follows up sets it to False.
    touchpoint: the type of the moment that the action answers; empty when it logs its own, or none.
    """

    is_final: ClassVar[bool] = True
    touchpoint: ClassVar[str] = ""

    def name(self) -> str:
        return re.sub(r"(?<!^)(?=[A-Z])", "_", type(self).__name__).lower()

    @abstractmethod
    def answer(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
        """Say the answer through the dispatcher and return the events it causes (mostly none)."""

    def _answer_or_admit(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
        """The answer, unless the question is beyond the content: then nothing is begun either."""
        return admit_gap(turn, dispatcher) if self.is_final and is_untold(turn) else self.answer(turn, dispatcher)

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[EventType]:
        """Rasa's entry: open the turn, answer, let passing slots pass, end the turn."""
        try:
            with open_turn(tracker) as turn:
                if self.touchpoint:
                    turn.record_touchpoint(self.touchpoint, properties=find_topic(turn).properties)
                # Inside a form a question about another plan is a digression: the form's own answers stay.
                events = [*([] if turn.form else keep_topic(turn)), *self._answer_or_admit(turn, dispatcher)]
                events += [*drop_blanks(turn, dispatcher), *tell_named_facts(turn, dispatcher), *tell_facts(turn)]
        except Exception as error:
            log_failure(self.name(), tracker.sender_id, error)
            raise
        if not self.is_final:
            return [*events, *_reset_slots(tracker, events, UNCLEAR)]
        return [*events, *_reset_slots(tracker, events, UNCLEAR, OFFER), *_end_turn(tracker, events)]


def log_failure(action: str, conversation_id: str, error: Exception) -> None:
    """Write down where an action failed; never the error's words, which may quote the contact."""
    frames = "".join(traceback.format_tb(error.__traceback__))
    logger.error("action %s failed in conversation %s: %s\n%s", action, conversation_id, type(error).__name__, frames)


def _end_turn(tracker: Tracker, events: list[EventType]) -> list[EventType]:
    if any(event["event"] == "followup" for event in events):
        return []
    return [FollowupAction(_loop_after(tracker, events) or LISTEN)]


def _reset_slots(tracker: Tracker, events: list[EventType], *slots: str) -> list[EventType]:
    kept = {event["name"] for event in events if event["event"] == "slot"}
    return [SlotSet(slot, None) for slot in slots if slot not in kept and tracker.slots.get(slot) is not None]


def _loop_after(tracker: Tracker, events: list[EventType]) -> str | None:
    loops = [event["name"] for event in events if event["event"] == "active_loop"]
    return loops[-1] if loops else (tracker.active_loop or {}).get("name")
