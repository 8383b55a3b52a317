"""Buttons: labels from the lexicon, meanings that the domain knows."""

from __future__ import annotations

import json

import pytest

from actions.buttons import make_button
from actions.lexicon import capitalise, find_last_listed, find_listed, label_intent, load_words
from journey_state.content import get_content
from tests.fixtures.speaking import load_domain


@pytest.mark.parametrize("slots, payload", [({}, "/ask_price"), ({"plan": "hosting-m"}, '/ask_price{"plan": "hosting-m"}')])
def test_payload_carries_intent_and_slots(slots: dict[str, str], payload: str) -> None:
    assert make_button("Giá", "ask_price", **slots) == {"title": "Giá", "payload": payload}


@pytest.mark.parametrize("key", sorted(load_words("buttons")))
def test_button_means_something_the_domain_knows(key: str) -> None:
    button = load_words("buttons")[key]

    assert button["intent"] in load_domain()["intents"]
    assert button["vi"] and button["en"]


def test_every_intent_that_may_be_asked_back_has_a_label_in_both_languages() -> None:
    labels = load_words("intent_labels")

    assert set(labels) <= set(load_domain()["intents"])
    assert all(label.keys() == {"vi", "en"} for label in labels.values())
    assert label_intent("greet", "vi") is None and label_intent("ask_price", "en") == "Prices"


def test_needs_are_personas_of_the_content() -> None:
    assert set(load_words("needs")) <= set(get_content().personas)


@pytest.mark.parametrize("text, name, found", [
    ("mình có shop online", "needs", "shop"), ("minh la sinh vien", "needs", "student"), ("xin chào", "needs", None),
])
def test_listed_phrase_is_found_with_or_without_diacritics(text: str, name: str, found: str | None) -> None:
    assert find_listed(text, name) == found


def test_phrase_that_stands_last_wins() -> None:
    assert find_last_listed("not Vietnamese, English please", "language_names") == "en"
    assert find_last_listed("chẳng có gì", "language_names") is None


@pytest.mark.parametrize("text, shown", [("giá", "Giá"), ("• đây", "• Đây"), ("", ""), ("RAM", "RAM")])
def test_capitalising_leaves_the_rest_alone(text: str, shown: str) -> None:
    assert capitalise(text) == shown


def test_payload_is_json() -> None:
    payload = make_button("x", "order_plan", plan='quote"d')["payload"]

    assert json.loads(payload.removeprefix("/order_plan")) == {"plan": 'quote"d'}
