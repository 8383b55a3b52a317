"""Rasa component: how a message sounds."""

from __future__ import annotations

from typing import Any, Dict, List

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.valence import measure_valence


@DefaultV1Recipe.register([DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER], is_trainable=False)
class EmotionReader(GraphComponent):
    """Sets `emotion` (−1 … 1) from the words and the intent ranking.

    Not on pressed buttons, whose words are ours, and not where metadata's `keeps_emotion` is False: somebody who has
    not consented is understood without it.
    """

    @classmethod
    def create(
        cls, config: Dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext
    ) -> EmotionReader:
        """Make the component; it has no state."""
        return cls()

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Nothing to learn."""
        return training_data

    def process(self, messages: List[Message]) -> List[Message]:
        """Read every message that a person wrote and that may be read so."""
        for message in messages:
            metadata = message.get("metadata") or {}
            if message.get("text") and not metadata.get("choice") and metadata.get("keeps_emotion", True):
                chances = {row["name"]: float(row["confidence"]) for row in message.get("intent_ranking") or []}
                message.set("emotion", measure_valence(message.get("text"), chances), add_to_output=True)
        return messages
