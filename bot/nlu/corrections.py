"""Reads answers to a form that change its mind: "what? no, per month", "nhầm, gói L nha", "not yearly, monthly"."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.nlu.concepts import find_concepts
from bot.nlu.context_words import count_phrases, has_phrase, starts_after
from bot.nlu.normaliser import NormalText
from bot.nlu.tokens import Token

Entities = Sequence[Mapping[str, Any]]

SHORT = 5
QUESTIONS = frozenset({"how_much", "how_do", "how_long", "how_many", "which_q", "when_q", "where_q", "why_q", "who_q", "what_q"})
WAYS = frozenset({"how_do", "when_q", "why_q", "where_q"})
# Short and without a word of change, a message answers the form only where its intent is one of these.
ANSWERING = frozenset({
    "buy_plan", "start_trial", "affirm", "deny", "nlu_fallback", "out_of_scope", "upgrade_plan", "downgrade_plan", "rate_csat", "rate_nps",
    "give_contact", "use_referral",
})


@dataclass(frozen=True)
class Said:
    """A message inside a form. values: those of its entities that the form takes."""

    message: NormalText
    intent: str
    confidence: float
    values: Entities


def is_answer(said: Said, known: Mapping[str, str]) -> bool:
    """True when a message gives or changes one of the form's answers; known: entity → what the form holds."""
    words = [token.folded for token in said.message.tokens]
    is_new = any(str(item["value"]) != known.get(item["entity"]) for item in said.values)
    is_said_again = bool(said.values) and (has_phrase(words, "changing") or has_phrase(words, "hesitating"))
    if has_phrase(words, "later") or not (is_new or is_said_again):
        return False
    asked = set(find_concepts(_without_frame(said.message.tokens)))
    if has_phrase(words, "changing"):
        return not asked & WAYS
    if asked & QUESTIONS or is_question(said.message.tokens):
        return False
    is_doubtful = said.intent in ANSWERING or said.confidence < 0.8
    return count_phrases(words, "hesitating") > 0 or (is_doubtful and _count_words(said.message.tokens) <= SHORT)


def is_question(tokens: Sequence[Token]) -> bool:
    """True when a message asks, apart from a "what?" before it and an "ok?" behind it."""
    words = _without_frame(tokens)
    return bool(words) and (words[-1] == "?" or has_phrase(words, "asking") or bool(QUESTIONS & set(find_concepts(words))))


def choose_values(message: NormalText, entities: Entities) -> list[Mapping[str, Any]]:
    """The entities that are meant: none behind a "not", and of each name the last one."""
    meant = [item for item in entities if not starts_after(message, int(item["start"]), "negating")]
    last = {item["entity"]: item for item in meant}
    return [item for item in meant if last[item["entity"]] is item]


def _without_frame(tokens: Sequence[Token]) -> list[str]:
    """The folded words without an exclamation at the beginning and a request for agreement at the end."""
    words = [token.folded for token in tokens]
    first_mark = next((at for at, word in enumerate(words[:4]) if word in "?!."), None)
    if first_mark is not None and first_mark + 1 < len(words) and count_phrases(words[:first_mark], "hesitating"):
        words = words[first_mark + 1:]
    bare = list(words)
    while bare and bare[-1] in "?!.":
        bare.pop()
    for size in (2, 1):
        if len(bare) > size and has_phrase(bare[-size:], "agreeing"):
            return bare[:-size]
    return words


def _count_words(tokens: Sequence[Token]) -> int:
    return sum(token.kind not in ("mark", "emoji") for token in tokens)
