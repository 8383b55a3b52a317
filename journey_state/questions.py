"""What a message asks: whether it is a question at all, and whether it asks for something the content does not tell."""

from __future__ import annotations

from collections.abc import Mapping

from journey_state.phrases import PhraseBook
from journey_state.texts import LANGUAGES

_ASKING = {
    "vi": "bao nhiêu, bao lâu, bao giờ, khi nào, mấy, gì, nào, đâu, ai, sao, không, chưa, hay, bn, nhiu, nhiêu, cho hỏi, xin, ntn",
    "en": "what, how, when, where, which, who, why, is, are, do, does, can, could, may, will, would, any, price, cost, until",
}
_BOOKS = {language: PhraseBook((language, phrase.strip()) for phrase in words.split(",")) for language, words in _ASKING.items()}
_TALK = "gặp, nói chuyện, trao đổi, liên hệ, kết nối, nối máy, talk, speak, contact, reach, connect"
_TALKING = PhraseBook(("talk", phrase.strip()) for phrase in _TALK.split(","))


def is_question(text: str) -> bool:
    """True when a message has a question mark or a word that asks, in either language."""
    return "?" in text or any(book.find(text) for book in _BOOKS.values())


def wants_to_talk(text: str) -> bool:
    """True when a message says that its writer wants to speak with somebody."""
    return bool(_TALKING.find(text))


def names_untold(text: str, untold: Mapping[str, PhraseBook]) -> bool:
    """True when a message names something that the business says it does not tell here."""
    return any(untold[each].find(text) for each in LANGUAGES)
