from __future__ import annotations

import inspect
import json
from pathlib import Path
from typing import Any

import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.core.events import SlotSet, UserUttered
from rasa.shared.core.slots import AnySlot, CategoricalSlot
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.stage_classifier import StageClassifier
from journey_state.facts import Facts
from journey_state.stage_model import StageModelError
from journey_state.stages import STAGES, Stage, StageEstimate, parse_estimate

ROOT = Path(__file__).parents[3]
CONTEXT = ExecutionContext(GraphSchema({}))
DECIDING = {"decision": 0.9, "consideration": 0.1}


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ninth of the conversations, and the phrases."""
    folder = tmp_path_factory.mktemp("stages")
    for path in sorted((ROOT / "data" / "stages").iterdir()):
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        (folder / path.name).write_text("".join(lines[::9] if path.suffix == ".jsonl" else lines), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def classifier(data: Path, tmp_path_factory: pytest.TempPathFactory) -> StageClassifier:
    """Trained, written to Rasa's model storage and loaded from there."""
    config = {**StageClassifier.get_default_config(), "data": str(data)}
    storage, resource = LocalModelStorage.create(tmp_path_factory.mktemp("storage")), Resource("stage")
    examples = [Message.build(text, intent) for text, intent in (("giá bao nhiêu", "ask_price"), ("chào shop", "greet"))]
    StageClassifier.create(config, storage, resource, CONTEXT).train(TrainingData(examples))
    return StageClassifier.load(config, storage, resource, CONTEXT)


def read(classifier: StageClassifier, text: str, *ranking: tuple[str, float], tracker: DialogueStateTracker | None = None,
         **metadata: Any) -> Message:
    message = Message(data={"text": text, "metadata": metadata} if metadata else {"text": text})
    message.set("intent_ranking", [{"name": name, "confidence": confidence} for name, confidence in ranking], add_to_output=True)
    [answered] = classifier.process([message], tracker)
    return answered


def estimate_of(message: Message) -> StageEstimate:
    return parse_estimate(message.get("stage_estimate"))


def entity_of(message: Message, name: str) -> Any:
    return next(entity["value"] for entity in message.get("entities") if entity["entity"] == name)


def make_tracker(posterior: dict[str, float] | None, *events: UserUttered) -> DialogueStateTracker:
    slots = [AnySlot("stage_posterior", [{}]), CategoricalSlot("journey_stage", [{}], values=[stage.value for stage in STAGES])]
    begun = [SlotSet("stage_posterior", posterior)] if posterior else []
    return DialogueStateTracker.from_events("c-1", [*begun, *events], slots=slots)


def test_estimate_and_entities_are_set_without_metadata_and_tracker(classifier: StageClassifier) -> None:
    message = read(classifier, "VPS 2 giá bao nhiêu một tháng?", ("ask_price", 0.9), ("ask_product", 0.1))
    estimate = estimate_of(message)
    assert estimate.chosen is Stage.CONSIDERATION and entity_of(message, "journey_stage") == estimate.slot_value
    assert entity_of(message, "stage_posterior") == pytest.approx({s.value: p for s, p in estimate.probabilities.items()}, abs=1e-5)
    assert "stage_estimate" in message.as_dict(only_output_properties=True)


def test_entities_of_others_stay(classifier: StageClassifier) -> None:
    message = Message(data={"text": "gói M giá sao", "entities": [{"entity": "plan", "value": "hosting-m", "start": 0, "end": 5}]})
    classifier.process([message])
    assert [entity["entity"] for entity in message.get("entities")] == ["plan", "journey_stage", "stage_posterior"]


@pytest.mark.parametrize("metadata, slot, kept", [
    ({"posterior": DECIDING}, None, Stage.DECISION),
    ({}, DECIDING, Stage.DECISION),
    ({"posterior": {"retention": 1.0}}, DECIDING, Stage.RETENTION),
    ({"posterior": None}, DECIDING, Stage.DECISION),
    ({"posterior": None}, None, Stage.AWARENESS),
])
def test_the_stage_before_comes_from_metadata_else_from_the_slot(
    classifier: StageClassifier, metadata: dict[str, Any], slot: dict[str, float] | None, kept: Stage
) -> None:
    estimate = estimate_of(read(classifier, "ok", ("affirm", 0.99), tracker=make_tracker(slot), channel="website", **metadata))
    if slot or metadata.get("posterior"):
        assert estimate.chosen is kept and not estimate.changed
    else:
        assert not estimate.changed


def test_the_ranking_behind_a_fallback_is_read(classifier: StageClassifier) -> None:
    sure = read(classifier, "web lỗi 502", ("report_outage", 0.3), ("ask_how_to", 0.2))
    unsure = read(classifier, "web lỗi 502", ("nlu_fallback", 0.3), ("report_outage", 0.3), ("ask_how_to", 0.2))
    assert unsure.get("stage_estimate") == sure.get("stage_estimate")


def test_a_button_counts_by_its_intent_not_by_its_label(classifier: StageClassifier) -> None:
    choice = {"intent": "ask_price", "slots": {}}
    labels = [read(classifier, label, ("ask_price", 1.0), choice=choice) for label in ("Xem bảng giá", "Gia hạn gói đang dùng")]
    assert labels[0].get("stage_estimate")["probabilities"] == labels[1].get("stage_estimate")["probabilities"]
    assert all(item["kind"] != "words" for item in labels[0].get("stage_estimate")["evidence"])


def test_facts_of_the_metadata_reach_estimate_and_evidence(classifier: StageClassifier) -> None:
    facts = Facts(paid_plan=True, renewal_days=5, open_ticket=True).to_dict()
    known = read(classifier, "alo", ("greet", 0.99), facts=facts, model_version="m-7")
    stranger = read(classifier, "alo", ("greet", 0.99), facts=Facts().to_dict())
    assert estimate_of(known).probabilities[Stage.AWARENESS] < estimate_of(stranger).probabilities[Stage.AWARENESS]
    assert estimate_of(known).model_version == "m-7"
    assert any(item.kind == "fact" for item in estimate_of(known).evidence)


def test_without_facts_in_the_metadata_those_of_the_slot_count(classifier: StageClassifier) -> None:
    told = Facts(paid_plan=True, renewal_days=5).to_dict()
    tracker = DialogueStateTracker.from_events("c-1", [SlotSet("facts", told)], slots=[AnySlot("facts", [{}])])
    by_slot, by_metadata = read(classifier, "alo", ("greet", 0.99), tracker=tracker), read(classifier, "alo", ("greet", 0.99), facts=told)
    assert estimate_of(by_slot).probabilities == estimate_of(by_metadata).probabilities
    unknown = read(classifier, "alo", ("greet", 0.99), tracker=tracker, facts=Facts().to_dict())
    assert estimate_of(unknown).probabilities != estimate_of(by_slot).probabilities


def test_the_message_before_is_read_from_the_tracker(classifier: StageClassifier) -> None:
    told = [{"name": "cancel_plan", "confidence": 0.9}]
    earlier = UserUttered("tôi muốn huỷ gói hosting", told[0], parse_data={"intent_ranking": told, "text": "…"})
    text, ranking, staying = "gửi dữ liệu cho tôi", (("ask_privacy", 0.5), ("cancel_plan", 0.5)), {"retention": 1.0}
    alone = read(classifier, text, *ranking, tracker=make_tracker(staying))
    after = read(classifier, text, *ranking, tracker=make_tracker(staying, earlier))
    assert alone.get("stage_estimate")["probabilities"] != after.get("stage_estimate")["probabilities"]


ODD_TEXTS = {"empty": "", "blank": "   ", "emoji": "😀", "huge": "x" * 100_000, "control": "\u202e\u0000<script>", "command": "/ask_price"}


@pytest.mark.parametrize("text", ODD_TEXTS.values(), ids=ODD_TEXTS.keys())
def test_odd_texts_get_a_calm_estimate(classifier: StageClassifier, text: str) -> None:
    estimate = estimate_of(read(classifier, text, posterior=DECIDING))
    assert estimate.chosen is Stage.DECISION and sum(estimate.probabilities.values()) == pytest.approx(1.0, abs=1e-5)


@pytest.mark.parametrize("metadata", [
    {"posterior": "x"}, {"posterior": {}}, {"posterior": {"buying": 1.0}}, {"facts": "x"}, {"elapsed_s": None}, {"facts": {"new": 1}},
])
def test_odd_metadata_is_no_knowledge(classifier: StageClassifier, metadata: dict[str, Any]) -> None:
    assert estimate_of(read(classifier, "chào shop", ("greet", 0.99), **metadata)).chosen is Stage.AWARENESS


def test_evidence_is_told_in_both_languages(classifier: StageClassifier) -> None:
    estimate = estimate_of(read(classifier, "Thanh toán qua ngân hàng được không?", ("ask_payment", 0.95), posterior=DECIDING))
    told = {item.kind: (item.vi, item.en) for item in estimate.evidence}
    assert told["intent"] == ("hỏi cách thanh toán", "asked how to pay")
    assert told["past"] == ("trước đó đang quyết định", "was deciding before")
    assert len(estimate.evidence) <= 4


def test_an_estimate_survives_json(classifier: StageClassifier) -> None:
    message = read(classifier, "gia hạn gói hosting thế nào", ("renew_plan", 0.9))
    assert json.loads(json.dumps(message.get("stage_estimate"))) == message.get("stage_estimate")


def test_rasa_injects_the_tracker_by_its_annotation() -> None:
    annotation = inspect.signature(StageClassifier.process).parameters["tracker"].annotation
    assert "DialogueStateTracker" in str(annotation)


def test_new_conversations_or_phrases_mean_a_new_training(data: Path) -> None:
    config = {"data": str(data)}
    before = StageClassifier.fingerprint_addon(config)
    assert StageClassifier.fingerprint_addon(config) == before
    path = data / "support.jsonl"
    text = path.read_text(encoding="utf-8")
    path.write_text(text + "\n", encoding="utf-8")
    assert StageClassifier.fingerprint_addon(config) != before
    path.write_text(text, encoding="utf-8")


def test_a_model_without_stages_names_the_remedy(tmp_path: Path) -> None:
    storage, resource = LocalModelStorage.create(tmp_path), Resource("stage")
    with storage.write_to(resource):
        pass
    with pytest.raises(StageModelError, match="run `donghanh train`"):
        StageClassifier.load({}, storage, resource, CONTEXT)


def test_every_intent_that_is_learned_has_a_phrase(classifier: StageClassifier) -> None:
    assert classifier.loaded is not None
    assert set(classifier.loaded.model.intents) <= set(classifier.loaded.writer.phrases["intents"])
    assert set(classifier.loaded.writer.phrases["stages"]) == {stage.value for stage in STAGES}
