from rasa.shared.nlu.training_data.message import Message

from bot.nlu.choices import ChoiceReader

READ = {
    "intent": {"name": "greet", "confidence": 0.4},
    "entities": [{"entity": "language", "value": "en"}, {"entity": "plan", "value": "vps-1"}],
}


def test_a_choice_says_intent_and_slots_for_certain() -> None:
    message = Message(data={**READ, "text": "Hosting M", "metadata": {"choice": {"intent": "ask_price", "slots": {"plan": "hosting-m"}}}})
    [answered] = ChoiceReader().process([message])
    output = answered.as_dict(only_output_properties=True)
    assert output["intent"] == {"name": "ask_price", "confidence": 1.0} and output["intent_ranking"] == [output["intent"]]
    assert [(entity["entity"], entity["value"]) for entity in output["entities"]] == [("language", "en"), ("plan", "hosting-m")]


def test_without_a_choice_nothing_changes() -> None:
    for metadata in (None, {}, {"choice": None}):
        [answered] = ChoiceReader().process([Message(data={**READ, "text": "hi", "metadata": metadata})])
        assert answered.get("intent") == READ["intent"] and answered.get("entities") == READ["entities"]
