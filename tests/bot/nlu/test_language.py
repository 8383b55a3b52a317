import pytest
from rasa.shared.core.slots import BooleanSlot, TextSlot
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.language import LanguageDetector


def tracker(language: str | None, is_locked: bool = False) -> DialogueStateTracker:
    slots = [TextSlot("language", [{}], initial_value=language), BooleanSlot("language_locked", [{}], initial_value=is_locked)]
    return DialogueStateTracker("c1", slots)


def detect(text: str, talk: DialogueStateTracker | None = None, hint: str | None = None) -> Message:
    message = Message(data={"text": text, "metadata": {"language_hint": hint} if hint else None})
    [answered] = LanguageDetector().process([message], talk)
    return answered


@pytest.mark.parametrize(("text", "known", "is_locked", "language"), [
    ("giá bao nhiêu", None, False, "vi"), ("how much is it", None, False, "en"), ("how much is it", "vi", False, "en"),
    ("ok", "en", False, "en"),
    ("giá bao nhiêu vậy shop", "en", True, "en"), ("ok", None, False, "vi"),
])
def test_the_language_follows_the_words_unless_it_is_locked(text: str, known: str | None, is_locked: bool, language: str) -> None:
    assert detect(text, tracker(known, is_locked)).get("language") == language


def test_the_channels_hint_counts_while_nothing_else_is_known() -> None:
    assert detect("ok", hint="en").get("language") == "en"
    assert detect("giá bao nhiêu vậy", hint="en").get("language") == "vi"
    assert detect("ok", tracker("vi"), hint="en").get("language") == "vi"


def test_language_and_normal_form_are_part_of_the_output() -> None:
    answered = detect("gia bn")
    assert answered.as_dict(only_output_properties=True)["language"] == "vi"
    assert answered.as_dict(only_output_properties=True)["normal_text"] == "gia bao nhiêu"
    assert [(entity["entity"], entity["value"]) for entity in answered.get("entities")] == [("language", "vi")]
