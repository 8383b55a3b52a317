from pathlib import Path

import numpy as np
import pytest

from bot.nlu.stage_examples import LabelledConversation, load_conversations
from bot.nlu.stage_training import StageSettings, TrainedStages, choose_threshold, train_stages
from bot.nlu.stage_words import load_words_model
from journey_state.stage_model import Belief, Observation, load_stage_model
from journey_state.stages import STAGES, Stage

DATA = Path(__file__).parents[3] / "data" / "stages"


def chances_of(conversations: list[LabelledConversation]) -> list[dict[str, float]]:
    """Intents as a classifier that is right most of the time would rank them."""
    return [{turn.intent: 0.8, "ask_product": 0.2} for conversation in conversations for turn in conversation.turns]


@pytest.fixture(scope="module")
def conversations() -> list[LabelledConversation]:
    return load_conversations(DATA)[::6]


@pytest.fixture(scope="module")
def trained(conversations: list[LabelledConversation]) -> TrainedStages:
    return train_stages(conversations, chances_of(conversations), StageSettings())


def test_good_intents_give_good_stages_on_conversations_not_seen(trained: TrainedStages, conversations: list[LabelledConversation]) -> None:
    assert trained.scores.turns == sum(len(conversation.turns) for conversation in conversations)
    assert trained.scores.accuracy > 0.8 and trained.scores.macro_f1 > 0.75 and trained.scores.ece < 0.1


def test_training_twice_gives_the_same_model_but_for_the_settings(conversations: list[LabelledConversation]) -> None:
    few = conversations[::3]
    once, again = (train_stages(few, chances_of(few), StageSettings(return_days=days)) for days in (30.0, 7.0))
    assert again.scores == once.scores and again.model.weights == once.model.weights
    assert np.array_equal(again.model.tables.transitions, once.model.tables.transitions)
    assert (once.model.return_days, again.model.return_days) == (30.0, 7.0)


def test_serving_moves_beliefs_as_training_did(trained: TrainedStages, tmp_path: Path) -> None:
    trained.model.save(tmp_path)
    trained.words.save(tmp_path)
    model, words = load_stage_model(tmp_path), load_words_model(tmp_path)
    seen = Observation({"ask_price": 0.7, "ask_product": 0.3}, words.weigh("Gói M bao nhiêu tiền một năm?", "chào shop"))
    fresh = trained.words.weigh("Gói M bao nhiêu tiền một năm?", "chào shop")
    assert seen.words == pytest.approx(fresh, abs=0.05)
    assert model.estimate(Belief(), seen).chosen is Stage.CONSIDERATION


@pytest.mark.parametrize("intent, before, chosen", [
    ("ask_price", None, Stage.CONSIDERATION), ("report_outage", None, Stage.SERVICE), ("greet", None, Stage.AWARENESS),
    ("cancel_plan", Stage.SERVICE, Stage.RETENTION), ("get_referral", Stage.SERVICE, Stage.ADVOCACY),
    ("buy_plan", Stage.CONSIDERATION, Stage.DECISION), ("deny", Stage.DECISION, Stage.DECISION),
    ("greet", Stage.RETENTION, Stage.RETENTION), ("thank", Stage.SERVICE, Stage.SERVICE),
    ("grant_consent", Stage.DECISION, Stage.DECISION), ("grant_consent", None, Stage.AWARENESS),
])
def test_a_pressed_button_is_staged_without_words(trained: TrainedStages, intent: str, before: Stage | None, chosen: Stage) -> None:
    belief = Belief({before: 0.9, **{stage: 0.02 for stage in STAGES if stage is not before}}) if before else Belief()
    assert trained.model.estimate(belief, Observation({intent: 1.0})).chosen is chosen


def test_words_of_two_turns_count_once_each(trained: TrainedStages) -> None:
    alone, followed = trained.words.weigh("Web của tôi bị lỗi 500"), trained.words.weigh("Web của tôi bị lỗi 500", "gia hạn gói")
    assert not np.allclose(alone, followed) and alone.shape == (6,)


def test_telling_words_are_words_of_the_message(trained: TrainedStages) -> None:
    found = trained.words.find_telling_words("Mình muốn gia hạn gói hosting M thêm một năm", Stage.RETENTION)
    assert len(found) == 2 and all(word in "mình muốn gia hạn gói hosting m thêm một năm" for word in found)


@pytest.mark.parametrize("confidence, is_right, threshold", [
    ([0.9, 0.8, 0.495, 0.45], [True, True, False, False], 0.5),
    ([0.9, 0.8, 0.495, 0.45], [True, True, True, True], 0.4),
    ([0.9, 0.9, 0.9, 0.9], [True, False, False, False], 0.95),
])
def test_routing_follows_only_what_is_right_often_enough(confidence: list[float], is_right: list[bool], threshold: float) -> None:
    beliefs = np.array([[p, 1 - p, 0, 0, 0, 0] if p > 0.5 else [p, 0.2, 0.2, 1 - p - 0.4, 0, 0] for p in confidence])
    truth = np.array([0 if right else 5 for right in is_right])
    assert choose_threshold(beliefs, truth, 0.93) == pytest.approx(threshold)
