"""Rasa component: what a message asks for."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any, Dict, List, Optional

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.core.events import Restarted, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.choices import NEAREST_INTENT
from bot.nlu.examples import Example, fingerprint_files, load_conversation_examples
from bot.nlu.intent_model import IntentModel, Ranking, load_intent_model
from bot.nlu.lexicon import LEXICON_DIR
from bot.nlu.parts import find_further

FALLBACK = "nlu_fallback"
RANKED = 10


@DefaultV1Recipe.register([DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER], is_trainable=True)
class IntentClassifier(GraphComponent):
    """Sets `intent`, `intent_ranking` (the likeliest ten, calibrated probabilities) and `further`, a clear second request.

    Config `extra`: folder of labelled conversations whose turns are learned as well. An unsure
    message gets the intent `nlu_fallback` in front of its ranking, as Rasa's FallbackClassifier does.
    """

    def __init__(self, config: Dict[str, Any], storage: ModelStorage, resource: Resource) -> None:
        self._config = config
        self._storage = storage
        self._resource = resource
        self.model: Optional[IntentModel] = None

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """Extra training text comes from data/stages."""
        return {"extra": "data/stages"}

    @staticmethod
    def required_packages() -> List[str]:
        """Training alone needs scikit-learn; its version is part of the model's fingerprint."""
        return ["sklearn"]

    @classmethod
    def fingerprint_addon(cls, config: Dict[str, Any]) -> Optional[str]:
        """Retrain when the extra conversations, the lexicon or the code of bot/nlu change."""
        return fingerprint_files(Path({**cls.get_default_config(), **config}["extra"]), LEXICON_DIR, Path(__file__).parent)

    @classmethod
    def create(
        cls, config: Dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext
    ) -> IntentClassifier:
        """Make an untrained component."""
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls, config: Dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext, **kwargs: Any
    ) -> IntentClassifier:
        """Read the trained arrays; raises FileNotFoundError when the model lacks them."""
        component = cls(config, model_storage, resource)
        with model_storage.read_from(resource) as folder:
            component.model = load_intent_model(folder)
        return component

    def train(self, training_data: TrainingData) -> Resource:
        """Learn from the NLU files and the extra conversations."""
        examples = [Example(m.get("text"), m.get("intent")) for m in training_data.intent_examples if m.get("text")]
        examples += load_conversation_examples(Path(self._config["extra"]))
        # Loaded by name: serving must not import scikit-learn, and this module is imported to serve.
        with self._storage.write_to(self._resource) as folder:
            import_module("bot.nlu.fits").write_intents(examples, folder)
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Rules learn from intents' names: nothing to add."""
        return training_data

    def process(self, messages: List[Message], tracker: Optional[DialogueStateTracker] = None) -> List[Message]:
        """Set intent and ranking of every message that has a text; the intent before it counts for short answers."""
        previous = previous_intent(tracker)
        for message in messages:
            if self.model is not None and message.get("text"):
                self._read(self.model, message, previous)
        return messages

    @staticmethod
    def _read(model: IntentModel, message: Message, previous: Optional[str]) -> None:
        text, metadata = message.get("text"), message.get("metadata") or {}
        is_part = bool(metadata.get("part"))  # the second request of a message: judged by itself already
        ranking = model.rank(text, None if is_part else previous)
        write_ranking(message, ranking)
        further = None if is_part or metadata.get("choice") else find_further(text, ranking, model.rank)
        if further is not None:
            message.set("further", {"intent": further.intent, "text": further.text, "is_first": further.is_first}, add_to_output=True)


def find_last_message(tracker: Optional[DialogueStateTracker]) -> Optional[UserUttered]:
    """The message before the one that is read now; None at the start.

    Not `tracker.latest_message`: in trackers that Rasa's own stores restore, it skips the answers to a form.
    """
    for event in reversed(tracker.events if tracker is not None else ()):
        if isinstance(event, Restarted):
            return None
        if isinstance(event, UserUttered):
            return event
    return None


def previous_intent(tracker: Optional[DialogueStateTracker]) -> Optional[str]:
    """Intent of the turn before, the likeliest one where it was unsure; None at the start or without a tracker."""
    latest = find_last_message(tracker)
    if latest is None or not latest.parse_data:
        return None
    ranking = [row["name"] for row in latest.parse_data.get("intent_ranking") or []]
    likeliest = next((name for name in ranking if name != FALLBACK), None)
    return NEAREST_INTENT.get(likeliest, likeliest) if likeliest else None


def write_ranking(message: Message, ranking: Ranking) -> None:
    """Put a ranking on a message in Rasa's form."""
    rows = [{"name": name, "confidence": chance} for name, chance in ranking.intents[:RANKED]]
    if not ranking.is_sure:
        rows.insert(0, {"name": FALLBACK, "confidence": rows[0]["confidence"]})
    message.set("intent", dict(rows[0]), add_to_output=True)
    message.set("intent_ranking", rows, add_to_output=True)
