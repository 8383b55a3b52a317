"""Rasa component: where in the journey the customer stands after this message."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from typing import Any, Dict, List, Optional

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.choices import NEAREST_INTENT
from bot.nlu.examples import Example, fingerprint_files
from bot.nlu.intents import find_last_message
from bot.nlu.stage_evidence import Case, EvidenceWriter, load_phrases
from bot.nlu.stage_examples import load_conversations
from bot.nlu.stage_words import WordsModel, load_words_model
from journey_state import facts, stage_model, stages
from journey_state.facts import parse_facts
from journey_state.stage_model import Belief, Observation, StageModel, load_stage_model
from journey_state.stages import Stage, StageEstimate

FALLBACK = "nlu_fallback"
PHRASES = "evidence.yml"
POSTERIOR_SLOT = "stage_posterior"
FACTS_SLOT = "facts"


@dataclass(frozen=True)
class Loaded:
    """What serving needs."""

    model: StageModel
    words: WordsModel
    writer: EvidenceWriter


@DefaultV1Recipe.register([DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER], is_trainable=True)
class StageClassifier(GraphComponent):
    """Sets `stage_estimate` (StageEstimate.to_dict) and the entities `journey_stage` and `stage_posterior`.

    Reads the intent ranking, the words, the message before (tracker), and from the metadata facts, posterior and
    seconds since; without posterior or facts there, those of the tracker's slots. A pressed button has no words.
    Config `data`: folder of stage-labelled conversations; other keys: see StageSettings.
    """

    def __init__(self, config: Dict[str, Any], storage: ModelStorage, resource: Resource) -> None:
        self._config = config
        self._storage = storage
        self._resource = resource
        self.loaded: Optional[Loaded] = None

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """Conversations come from data/stages."""
        return {"data": "data/stages", "sure_accuracy": 0.93, "return_days": 30.0}

    @staticmethod
    def required_packages() -> List[str]:
        """Training alone needs scikit-learn; its version is part of the model's fingerprint."""
        return ["sklearn"]

    @classmethod
    def fingerprint_addon(cls, config: Dict[str, Any]) -> Optional[str]:
        """Retrain when the conversations, the phrases or the code change."""
        rules = b"".join(Path(str(module.__file__)).read_bytes() for module in (stage_model, stages, facts))
        return fingerprint_files(Path({**cls.get_default_config(), **config}["data"]), Path(__file__).parent) + sha256(rules).hexdigest()

    @classmethod
    def create(
        cls, config: Dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext
    ) -> StageClassifier:
        """Make an untrained component."""
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls, config: Dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext, **kwargs: Any
    ) -> StageClassifier:
        """Read the trained arrays; raises StageModelError when the model lacks them."""
        component = cls(config, model_storage, resource)
        with model_storage.read_from(resource) as folder:
            component.loaded = load_stages(folder)
        return component

    def train(self, training_data: TrainingData) -> Resource:
        """Learn from the stage-labelled conversations, with intents predicted for texts their model did not see."""
        folder = Path(self._config["data"])
        conversations = load_conversations(folder)
        examples = [Example(m.get("text"), m.get("intent")) for m in training_data.intent_examples if m.get("text")]
        # Loaded by name: serving must not import scikit-learn, and this module is imported to serve.
        fits = import_module("bot.nlu.fits")
        settings = fits.StageSettings(self._config["sure_accuracy"], return_days=self._config["return_days"])
        with self._storage.write_to(self._resource) as target:
            fits.write_stages(examples, conversations, settings, target)
            (target / "stage_evidence.json").write_text(json.dumps(load_phrases(folder / PHRASES)), encoding="utf-8")
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Rules state the stage by its slot: nothing to add."""
        return training_data

    def process(self, messages: List[Message], tracker: Optional[DialogueStateTracker] = None) -> List[Message]:
        """Estimate the stage of every message that has a text."""
        for message in messages:
            if self.loaded is not None and message.get("text") is not None:
                write_estimate(message, estimate_message(self.loaded, message, tracker))
        return messages


def load_stages(folder: Path) -> Loaded:
    """Read what training left in a folder; raises StageModelError when it is not there."""
    model, words = load_stage_model(folder), load_words_model(folder)
    return Loaded(model, words, EvidenceWriter(model, words, load_phrases(folder / "stage_evidence.json")))


def estimate_message(loaded: Loaded, message: Message, tracker: Optional[DialogueStateTracker]) -> StageEstimate:
    """Estimate the stage after a message, with its evidence."""
    case = _read_case(loaded, message, tracker)
    estimate = loaded.model.estimate(case.before, case.seen)
    version = str((message.get("metadata") or {}).get("model_version") or "")
    return replace(estimate, evidence=loaded.writer.write(case, estimate), model_version=version)


def write_estimate(message: Message, estimate: StageEstimate) -> None:
    """Put an estimate on a message in Rasa's form."""
    posterior = {stage.value: round(p, 6) for stage, p in estimate.probabilities.items()}
    entities = [*(message.get("entities") or []), _entity("journey_stage", estimate.slot_value), _entity(POSTERIOR_SLOT, posterior)]
    message.set("stage_estimate", estimate.to_dict(), add_to_output=True)
    message.set("entities", entities, add_to_output=True)


def _read_case(loaded: Loaded, message: Message, tracker: Optional[DialogueStateTracker]) -> Case:
    metadata = message.get("metadata") or {}
    text = "" if metadata.get("choice") else str(message.get("text"))
    held = parse_facts(metadata["facts"] if "facts" in metadata else _read_slot(tracker, FACTS_SLOT))
    earlier = find_last_message(tracker)
    words = loaded.words.weigh(text, (earlier.text if earlier else None) or "") if text.strip() else None
    seen = Observation(_read_intents(message.get("intent_ranking")), words, held.names)
    past = _read_intents((earlier.parse_data or {}).get("intent_ranking")) if earlier else {}
    return Case(Belief(_read_posterior(metadata, tracker), float(metadata.get("elapsed_s") or 0.0), past), seen, held, text)


def _read_intents(ranking: Any) -> Dict[str, float]:
    """Intent → probability; a pressed button counts as the nearest intent that people write."""
    return {NEAREST_INTENT.get(item["name"], item["name"]): float(item["confidence"]) for item in ranking or [] if item["name"] != FALLBACK}


def _read_posterior(metadata: Dict[str, Any], tracker: Optional[DialogueStateTracker]) -> Dict[Stage, float]:
    raw = metadata.get("posterior") or _read_slot(tracker, POSTERIOR_SLOT)
    return {stage: float(raw[stage.value]) for stage in Stage if stage.value in raw} if isinstance(raw, dict) else {}


def _read_slot(tracker: Optional[DialogueStateTracker], name: str) -> Any:
    return tracker.slots[name].value if tracker is not None and name in tracker.slots else None


def _entity(name: str, value: Any) -> Dict[str, Any]:
    return {"entity": name, "value": value, "start": 0, "end": 0, "confidence": 1.0, "extractor": "StageClassifier"}
