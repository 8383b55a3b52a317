from __future__ import annotations

import json
from pathlib import Path

import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.core.conversation import Dialogue
from rasa.shared.core.events import ActionExecuted, ActiveLoop, Restarted, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.intent_model import load_intent_model
from bot.nlu.intents import FALLBACK, IntentClassifier, find_last_message, previous_intent

CONTEXT = ExecutionContext(GraphSchema({}))
TEXTS = {
    "ask_price": ["giá bao nhiêu", "gói M giá sao", "how much is it", "what's the price", "bảng giá", "price list", "giá VPS"],
    "greet": ["chào shop", "xin chào", "hello", "hi there", "alo shop", "chào buổi sáng", "good morning", "chào em"],
    "affirm": ["đúng rồi", "ok", "yes please", "được đó", "ừ", "sure", "vâng ạ", "đồng ý"],
}
ORDER = [["ask_price", "affirm"], ["greet", "ask_price"], ["ask_price", "affirm", "greet"], ["greet", "ask_price", "affirm"]]


@pytest.fixture(scope="module")
def extra(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("stages")
    rows = [{"turns": [{"text": f"{intent} {number} {place}", "intent": intent} for place, intent in enumerate(intents)]}
            for number, intents in enumerate(ORDER * 4)]
    (folder / "x.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def classifier(extra: Path, tmp_path_factory: pytest.TempPathFactory) -> IntentClassifier:
    """Trained, written to Rasa's model storage and loaded from there."""
    storage, resource, config = LocalModelStorage.create(tmp_path_factory.mktemp("storage")), Resource("intents"), {"extra": str(extra)}
    messages = [Message.build(text, intent) for intent, texts in TEXTS.items() for text in texts]
    IntentClassifier.create(config, storage, resource, CONTEXT).train(TrainingData(messages))
    return IntentClassifier.load(config, storage, resource, CONTEXT)


def rank(classifier: IntentClassifier, text: str, tracker: DialogueStateTracker | None = None) -> Message:
    [answered] = classifier.process([Message(data={"text": text})], tracker)
    return answered


@pytest.mark.parametrize(("text", "intent"), [("giá bao nhiêu vậy", "ask_price"), ("gia bao nhieu", "ask_price"), ("hello shop", "greet")])
def test_a_loaded_classifier_ranks_all_intents(classifier: IntentClassifier, text: str, intent: str) -> None:
    ranking = rank(classifier, text).get("intent_ranking")
    known = [row for row in ranking if row["name"] != FALLBACK]
    assert known[0]["name"] == intent and {row["name"] for row in known} == set(TEXTS)
    assert sum(row["confidence"] for row in known) == pytest.approx(1.0, abs=1e-4)


def test_an_unsure_message_keeps_its_ranking_behind_the_fallback(classifier: IntentClassifier) -> None:
    assert classifier.model is not None
    doubtful = IntentClassifier({}, None, Resource("x"))  # type: ignore[arg-type]
    doubtful.model = type(classifier.model)(**{**vars(classifier.model), "threshold": 1.01})
    answered = rank(doubtful, "giá bao nhiêu")
    assert answered.get("intent")["name"] == FALLBACK
    assert [row["name"] for row in answered.get("intent_ranking")][:2] == [FALLBACK, "ask_price"]


def test_a_message_without_text_is_left_alone(classifier: IntentClassifier) -> None:
    assert rank(classifier, "").get("intent") is None


def test_the_same_data_give_the_same_model(classifier: IntentClassifier, extra: Path, tmp_path: Path) -> None:
    storage, resource = LocalModelStorage.create(tmp_path), Resource("again")
    messages = [Message.build(text, intent) for intent, texts in TEXTS.items() for text in texts]
    again = IntentClassifier.create({"extra": str(extra)}, storage, resource, CONTEXT)
    again.train(TrainingData(messages))
    with storage.read_from(resource) as folder:
        stored = load_intent_model(folder)
    assert classifier.model is not None and (stored.weights == classifier.model.weights).all() and stored.scale == classifier.model.scale


def test_the_turn_before_counts(classifier: IntentClassifier) -> None:
    assert classifier.model is not None
    follow = classifier.model.follow
    at = classifier.model.labels.index
    assert follow[at("greet"), at("ask_price")] > follow[at("greet"), at("affirm")]


@pytest.mark.parametrize(("ranking", "previous"), [
    (["ask_price", "greet"], "ask_price"), ([FALLBACK, "greet", "affirm"], "greet"), ([], None),
])
def test_the_intent_before_is_the_likeliest_known_one(ranking: list[str], previous: str | None) -> None:
    tracker = DialogueStateTracker("c1", [])
    assert previous_intent(None) is None and previous_intent(tracker) is None
    tracker.update(UserUttered("x", parse_data={"intent_ranking": [{"name": name, "confidence": 0.5} for name in ranking]}))
    assert previous_intent(tracker) == previous


def test_extra_conversations_are_part_of_the_fingerprint(extra: Path, tmp_path: Path) -> None:
    addon = IntentClassifier.fingerprint_addon
    assert addon({"extra": str(extra)}) != addon({"extra": str(tmp_path)})


def test_the_last_message_is_found_where_a_stored_tracker_hides_the_answers_to_a_form() -> None:
    asked, answered = UserUttered("cho dùng thử", {"name": "start_trial"}), UserUttered("lan@example.com", {"name": "give_contact"})
    events = [ActionExecuted("action_listen"), asked, ActionExecuted("trial_form"), ActiveLoop("trial_form"),
              ActionExecuted("action_listen"), answered, ActionExecuted("trial_form"), ActionExecuted("action_listen")]
    stored = DialogueStateTracker("c-1", None)
    stored.recreate_from_dialogue(Dialogue("c-1", events))
    assert stored.latest_message is not None and stored.latest_message.text == "cho dùng thử"
    assert find_last_message(stored) is answered
    assert find_last_message(DialogueStateTracker.from_events("c-1", [*events, Restarted()])) is None
    assert find_last_message(None) is None
