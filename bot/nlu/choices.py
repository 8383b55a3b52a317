"""Rasa component: a pressed button means exactly what the server wrote on it."""

from __future__ import annotations

from typing import Any, Dict, List

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

# Intents that only buttons have, and what somebody would have written instead.
NEAREST_INTENT = {
    "order_plan": "buy_plan", "begin_trial": "start_trial", "arrange_demo": "book_demo", "open_ticket": "check_ticket",
    "give_referral": "get_referral", "confirm_cancellation": "cancel_plan", "confirm_erasure": "ask_privacy",
    "grant_consent": "ask_privacy", "refuse_consent": "ask_privacy", "cancel_form": "deny", "something_else": "chitchat",
    "answer_path": "affirm",
}


@DefaultV1Recipe.register([DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER], is_trainable=False)
class ChoiceReader(GraphComponent):
    """Replaces intent and entities by those of metadata's `choice` ({"intent", "slots"}); without one, does nothing.

    The entities that say something of the person and not of the words (language) stay.
    """

    @classmethod
    def create(
        cls, config: Dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext
    ) -> ChoiceReader:
        """Make the component; it has no state."""
        return cls()

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Nothing to learn."""
        return training_data

    def process(self, messages: List[Message]) -> List[Message]:
        """Read the choice of every message that has one."""
        for message in messages:
            choice = (message.get("metadata") or {}).get("choice")
            if choice:
                _write_choice(message, choice)
        return messages


def _write_choice(message: Message, choice: Dict[str, Any]) -> None:
    intent = {"name": choice["intent"], "confidence": 1.0}
    kept = [entity for entity in message.get("entities") or [] if entity["entity"] == "language"]
    chosen = [_to_entity(name, value) for name, value in (choice.get("slots") or {}).items()]
    message.set("intent", intent, add_to_output=True)
    message.set("intent_ranking", [dict(intent)], add_to_output=True)
    message.set("entities", kept + chosen, add_to_output=True)


def _to_entity(name: str, value: str) -> Dict[str, Any]:
    return {"entity": name, "value": value, "start": 0, "end": 0, "confidence": 1.0, "extractor": "ChoiceReader"}
