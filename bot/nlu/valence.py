"""How a message sounds, −1 … 1: phrases of data/lexicon/emotion.yml with negation, strength and supposition."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import cache

from bot.nlu.lexicon import load_lexicon
from bot.nlu.normaliser import NormalText, normalise
from bot.nlu.tokens import Token

STRENGTHS = {"delighted": 0.9, "pleased": 0.55, "upset": -0.6, "furious": -1.0, "trouble": -0.2, "neutral": 0.0}
EMOJI = {"sweet_emoji": 0.6, "sour_emoji": -0.6}
NOT_GOOD, NOT_BAD, BOOST, REACH, LONGEST = -0.9, -0.7, 1.4, 3, 5
LIVED_THROUGH = {"make_complaint": -0.35, "report_outage": -0.1, "report_billing": -0.1, "thank": 0.25}
ASKED_ABOUT = 0.7  # share of praise that a question takes back: "is it good?" praises nothing
Table = Mapping[tuple[str, ...], float]


def measure_valence(text: str, intents: Mapping[str, float] | None = None) -> float:
    """Valence of a message, two decimals; 0 is neutral. intents: probabilities, where known: a complaint seldom is cheerful."""
    chances = intents or {}
    lean = sum(weight * chances.get(name, 0.0) for name, weight in LIVED_THROUGH.items())
    heard = [*_weigh_phrases(normalise(text)), *_weigh_emoji(text)]
    asked = sum(chance for name, chance in chances.items() if name.startswith("ask_"))
    praise = sum(weight for weight in heard if weight > 0) * (1 - ASKED_ABOUT * asked)
    return round(math.tanh(praise + sum(weight for weight in heard if weight < 0) + lean), 2)


def _weigh_phrases(message: NormalText) -> list[float]:
    is_accented = any(token.text != token.folded for token in message.tokens)
    words = [token.text if is_accented else token.folded for token in message.tokens]
    table, places = _load_strengths(is_accented), _starts(message.tokens)
    found, at = [], 0
    while at < len(words):
        size = next((size for size in range(min(LONGEST, len(words) - at), 0, -1) if tuple(words[at:at + size]) in table), 0)
        if size:
            found.append(_adjust(table[tuple(words[at:at + size])], words[places[at]:at], words[at + size:at + size + 2], is_accented))
        at += size or 1
    return found


def _starts(tokens: Sequence[Token]) -> list[int]:
    """For every token, the first one of its sentence."""
    starts, first = [], 0
    for place, token in enumerate(tokens):
        starts.append(first)
        first = place + 1 if token.kind == "mark" else first
    return starts


def _adjust(weight: float, before: Sequence[str], after: Sequence[str], is_accented: bool) -> float:
    """A phrase's weight where it stands; before: the words of its sentence up to it, after: the next two."""
    if _has(before, "supposing", is_accented) or (weight > -0.9 and _has(before, "asking", is_accented)):
        return 0.0
    if _has(before[-REACH:], "negators", is_accented):
        return weight * (NOT_GOOD if weight > 0 else NOT_BAD)
    return weight * (BOOST if _has([*before[-2:]], "boosters", is_accented) or _has(after, "boosters", is_accented) else 1.0)


def _has(words: Sequence[str], name: str, is_accented: bool) -> bool:
    phrases = _load_phrases(name, is_accented)
    return any(tuple(words[at:at + size]) in phrases for at in range(len(words)) for size in (1, 2, 3))


def _weigh_emoji(text: str) -> list[float]:
    """Each emoji counts once, however often it stands."""
    return [weight for name, weight in EMOJI.items() if any(emoji in text for emoji in str(load_lexicon("emotion")[name]).split())]


@cache
def _load_strengths(is_accented: bool) -> Table:
    return {phrase: weight for name, weight in STRENGTHS.items() for phrase in _load_phrases(name, is_accented)}


@cache
def _load_phrases(name: str, is_accented: bool) -> frozenset[tuple[str, ...]]:
    """Phrases as tokens; without diacritics but for those that mean something else then."""
    lexicon = load_lexicon("emotion")
    kept_out = () if is_accented else str(lexicon["only_accented"]).split()
    texts = [text.strip() for text in str(lexicon[name]).split(",")]
    tokens = [normalise(text).tokens for text in texts if text and text not in kept_out]
    return frozenset(tuple(token.text if is_accented else token.folded for token in found) for found in tokens)
