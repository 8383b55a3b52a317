"""Two lines that say what a conversation is about, in the customer's own words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from journey_state.texts import fold

LINE_LENGTH = 140
SMALL_TALK = frozenset(
    "greet goodbye thank affirm deny chitchat ask_human grant_consent refuse_consent cancel_form switch_language".split()
)
UNCLEAR = frozenset({"nlu_fallback", "out_of_scope"})
# From here on a longer message does not tell more.
TELLING_LENGTH = 80
_WORD = re.compile(r"\w+")
# Two lines that share more of their words than this say the same.
SAME = 0.6


@dataclass(frozen=True)
class Said:
    """One message of the customer. mood: -1 to 1 or None; is_trigger: it asked for a human; cards show it by itself."""

    text: str
    intent: str = ""
    entity_count: int = 0
    mood: float | None = None
    is_trigger: bool = False


def summarise(messages: Sequence[Said]) -> list[str]:
    """The one or two messages that tell most, oldest first and clipped; nothing is put into other words.

    What names things, is longer, later and angrier tells more; small talk tells nothing while anything else was said.
    """
    spoken = [(number, said) for number, said in enumerate(messages) if said.text.strip()]
    telling = [item for item in spoken if item[1].intent not in SMALL_TALK] or spoken[-1:]
    ranked = sorted(telling, key=lambda item: -_weight(item[1], item[0] / max(len(messages) - 1, 1)))
    chosen: list[tuple[int, Said]] = []
    for item in ranked:
        if len(chosen) < 2 and all(_likeness(item[1].text, other.text) < SAME for _, other in chosen):
            chosen.append(item)
    return [clip(said.text) for _, said in sorted(chosen, key=lambda item: item[0])]


def clip(text: str, length: int = LINE_LENGTH) -> str:
    """A text on one line, cut at a word with an ellipsis when it is too long."""
    line = " ".join(text.split())
    if len(line) <= length:
        return line
    return line[:length].rsplit(" ", 1)[0].rstrip(",.;:") + "…"


def _weight(said: Said, lateness: float) -> float:
    length = min(len(said.text), TELLING_LENGTH) / TELLING_LENGTH
    anger = max(-(said.mood or 0.0), 0.0)
    unclear = 0.4 * (said.intent in UNCLEAR) + 0.3 * said.is_trigger
    return length + 0.25 * min(said.entity_count, 4) + 0.2 * lateness + 0.3 * anger - unclear


def _likeness(one: str, other: str) -> float:
    words, others = set(_WORD.findall(fold(one))), set(_WORD.findall(fold(other)))
    return len(words & others) / max(len(words | others), 1)
