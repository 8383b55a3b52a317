"""An honest "I do not know": the question is kept for staff, and a human is offered."""

from __future__ import annotations

from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.offers import offer_human
from actions.turn import Turn
from journey_state.content_gaps import ContentGap, append_gap


def admit_gap(turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
    """Say honestly that the content has no answer, keep the question for staff, offer a human."""
    append_gap(turn.session, ContentGap(turn.scope.conversation_id, turn.scope.message_id, turn.intent, turn.text), turn.now)
    dispatcher.utter_message(response="utter_admit_gap")
    return offer_human(turn, dispatcher)


def drop_blanks(turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
    """Leave out messages for which the content had no words; when nothing else was said, admit it."""
    said = [message for message in dispatcher.messages if _has_words(message)]
    was_all_blank = bool(dispatcher.messages) and not said
    dispatcher.messages[:] = said
    return admit_gap(turn, dispatcher) if was_all_blank else []


def _has_words(message: dict[str, object]) -> bool:
    shown = (message.get(part) for part in ("response", "custom", "image", "attachment"))
    return bool(str(message.get("text") or "").strip()) or any(shown)
