"""Buttons and cards in the shape Rasa carries them; the engine turns their payloads into choices."""

from __future__ import annotations

import json
from typing import Any

from rasa_sdk.executor import CollectingDispatcher

from actions.lexicon import load_words
from actions.turn import Turn

Button = dict[str, str]
Card = dict[str, Any]


def make_button(label: str, intent: str, **slots: str) -> Button:
    """A button that answers as if the contact had said this intent with these entities."""
    return {"title": label, "payload": f"/{intent}{json.dumps(slots, ensure_ascii=False) if slots else ''}"}


def known_button(turn: Turn, key: str, **slots: str) -> Button:
    """A button of data/lexicon/buttons.yml in the turn's language; a plan or product in the slots gives its name."""
    label, intent = _read_button(turn, key, slots)
    return make_button(label, intent, **slots)


def known_choice(turn: Turn, key: str, **slots: str) -> dict[str, Any]:
    """The same as a card's own button."""
    label, intent = _read_button(turn, key, slots)
    return {"label": label, "intent": intent, "slots": slots}


def make_card(title: str, lines: list[str], *, badge: str = "", url: str = "", choice: dict[str, Any] | None = None) -> Card:
    """A plan, review or article; choice as `known_choice` gives it."""
    return {"title": title, "lines": lines, "badge": badge, "url": url, "choice": choice}


def utter_cards(dispatcher: CollectingDispatcher, cards: list[Card]) -> None:
    """Show cards below what was said; nothing when there are none."""
    if cards:
        dispatcher.utter_message(json_message={"cards": cards})


def _read_button(turn: Turn, key: str, slots: dict[str, str]) -> tuple[str, str]:
    found = load_words("buttons")[key]
    return found[turn.language].format(name=_name_of(turn, slots)), found["intent"]


def _name_of(turn: Turn, slots: dict[str, str]) -> str:
    if "plan" in slots:
        return turn.content.plan(slots["plan"]).name
    if "product" in slots:
        return turn.content.product(slots["product"]).name.in_language(turn.language)
    return next(iter(slots.values()), "")
