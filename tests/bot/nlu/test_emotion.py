from typing import Any

import pytest
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.emotion import EmotionReader


def read(**data: Any) -> Any:
    [answered] = EmotionReader().process([Message(data=data)])
    return answered.as_dict(only_output_properties=True).get("emotion")


def test_a_message_gets_an_emotion() -> None:
    assert read(text="bực mình quá", intent_ranking=[{"name": "make_complaint", "confidence": 0.8}]) < -0.5
    assert read(text="gói M giá bao nhiêu") == 0.0


@pytest.mark.parametrize("metadata", [{"choice": {"intent": "deny"}}, {"keeps_emotion": False}])
def test_a_button_and_somebody_without_consent_get_none(metadata: dict[str, Any]) -> None:
    assert read(text="bực mình quá", metadata=metadata) is None
    assert read(text="") is None
