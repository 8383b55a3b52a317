"""Rasa component: the language to answer a message in."""

from __future__ import annotations

from typing import Any, Dict, List, Optional

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.language_guess import choose_language
from bot.nlu.normaliser import normalise

LANGUAGES = ("vi", "en")


@DefaultV1Recipe.register([DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR], is_trainable=False)
class LanguageDetector(GraphComponent):
    """Sets `language` ("vi" or "en") and `normal_text` on every message; emits the language as an entity too.

    A locked language (slot `language_locked`) stays; short or doubtful texts keep the tracker's
    language, else the channel's hint (metadata `language_hint`), else Vietnamese.
    """

    @classmethod
    def create(
        cls, config: Dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext
    ) -> LanguageDetector:
        """Make the component; it has no state."""
        return cls()

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Nothing to learn."""
        return training_data

    def process(self, messages: List[Message], tracker: Optional[DialogueStateTracker] = None) -> List[Message]:
        """Set the language of every message."""
        for message in messages:
            _write_language(message, _choose(message, tracker))
        return messages


def _choose(message: Message, tracker: Optional[DialogueStateTracker]) -> str:
    known = _known_language(message, tracker)
    if known and tracker is not None and tracker.get_slot("language_locked"):
        return known
    words = [token.text for token in normalise(message.get("text") or "").tokens if token.kind == "word"]
    return choose_language(words, known)


def _known_language(message: Message, tracker: Optional[DialogueStateTracker]) -> Optional[str]:
    hint = (message.get("metadata") or {}).get("language_hint")
    for language in (tracker.get_slot("language") if tracker is not None else None, hint):
        if language in LANGUAGES:
            return str(language)
    return None


def _write_language(message: Message, language: str) -> None:
    entity = {"entity": "language", "value": language, "start": 0, "end": 0, "confidence": 1.0, "extractor": "LanguageDetector"}
    message.set("language", language, add_to_output=True)
    message.set("normal_text", normalise(message.get("text") or "").raw, add_to_output=True)
    message.set("entities", [*(message.get("entities") or []), entity], add_to_output=True)
