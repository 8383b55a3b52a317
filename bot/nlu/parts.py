"""Two requests in one message: where it can be cut, and whether both halves are clear."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

from bot.nlu.intent_model import Ranking
from bot.nlu.lexicon import load_lexicon
from bot.nlu.normaliser import normalise

CLEAR, SHORTEST = 0.7, 3  # probability of either half's intent; words in a half
HEARD_WHOLE = 4  # the second request is among the so many likeliest of the whole message
STATED = frozenset({
    "ask_brand", "ask_product", "compare_plans", "ask_price", "ask_reviews", "ask_recommendation", "start_trial", "book_demo",
    "ask_promotion", "ask_payment", "request_invoice", "ask_setup", "ask_how_to", "check_ticket", "check_order", "check_trial",
    "ask_loyalty", "check_referral", "ask_privacy", "ask_hours", "get_referral", "renew_plan", "upgrade_plan", "downgrade_plan",
})


@dataclass(frozen=True)
class Further:
    """What a message asks besides its main request. 

    text: its part of the message; is_first: it stands before the main request; confidence: of the less clear half.
    """

    intent: str
    text: str
    is_first: bool
    confidence: float


def find_further(text: str, whole: Ranking, rank: Callable[[str], Ranking]) -> Further | None:
    """The second request of a message, besides the likeliest of the whole; None unless both halves are clear.

    rank: ranks one half. Only requests that an answer satisfies count (STATED).
    """
    if whole.best not in STATED:
        return None
    found = [further for halves in _cut(text) if (further := _judge(halves, whole, rank)) is not None]
    return max(found, key=lambda further: further.confidence, default=None)


def _judge(halves: tuple[str, str], whole: Ranking, rank: Callable[[str], Ranking]) -> Further | None:
    rankings = [(half, rank(half)) for half in halves]
    others = [(half, ranking.best) for half, ranking in rankings if ranking.best != whole.best]
    confidence = min(ranking.intents[0][1] for _, ranking in rankings)
    if len(others) != 1 or confidence < CLEAR:
        return None
    [(half, intent)] = others
    is_heard = intent in STATED and intent in [name for name, _ in whole.intents[:HEARD_WHOLE]]
    return Further(intent, half.strip(" ,;"), half == halves[0], confidence) if is_heard else None


def _cut(text: str) -> Iterator[tuple[str, str]]:
    """Every way to cut the original text in two at a mark or a connective, which goes with neither."""
    tokens, places = normalise(text).tokens, _find_marks(text)
    connectives = _load_connectives()
    for at, token in enumerate(tokens):
        size = next((size for size in (3, 2, 1) if tuple(token.folded for token in tokens[at:at + size]) in connectives), 0)
        last = at + size - 1
        if size and at >= SHORTEST and len(tokens) - last - 1 >= SHORTEST:
            yield text[:token.start], text[tokens[last].end:]
    for place in places:
        if sum(token.end <= place for token in tokens) >= SHORTEST and sum(token.start > place for token in tokens) >= SHORTEST:
            yield text[:place], text[place + 1:]


def _find_marks(text: str) -> list[int]:
    """Where a clause ends: not inside numbers and addresses."""
    return [at for at, letter in enumerate(text[:-1]) if letter in "?!.,;\n" and (letter == "\n" or text[at + 1].isspace())]


@cache
def _load_connectives() -> frozenset[tuple[str, ...]]:
    phrases = [text.strip() for text in str(load_lexicon("connectives")["between"]).split(",")]
    return frozenset(tuple(token.folded for token in normalise(phrase).tokens) for phrase in phrases)
