"""Which common problem a message describes."""

from __future__ import annotations

from collections.abc import Mapping

from journey_state.knowledge import Problem, Signs
from journey_state.phrases import PhraseBook
from journey_state.texts import LANGUAGES

# A phrase that is clear by itself counts before any pair of subject and trouble.
_CLEAR = 1000


class ProblemFinder:
    """Tells problems apart by the words people use for them."""

    def __init__(self, problems: Mapping[str, Problem]) -> None:
        self._problems = problems
        self._books = {
            language: {name: _make_book(problem.signs_in(language)) for name, problem in problems.items()} for language in LANGUAGES
        }

    def find(self, text: str, language: str) -> Problem | None:
        """The problem whose signs cover most of the message; None when it shows the signs of none."""
        books = self._books["en" if language == "en" else "vi"]
        weights = {name: _weigh(book, text) for name, book in books.items()}
        best = max(weights, key=lambda name: weights[name], default=None)
        return self._problems[best] if best is not None and weights[best] else None


def _make_book(signs: Signs) -> PhraseBook:
    kinds = {"about": signs.about, "trouble": signs.trouble, "clear": signs.clear}
    return PhraseBook((kind, phrase) for kind, phrases in kinds.items() for phrase in phrases)


def _weigh(book: PhraseBook, text: str) -> int:
    """Characters the signs cover; 0 without a clear phrase or a subject together with its trouble."""
    found = book.find(text)
    kinds = {match.name for match in found}
    covered = sum(match.length for match in found)
    if "clear" in kinds:
        return _CLEAR + covered
    return covered if {"about", "trouble"} <= kinds else 0
