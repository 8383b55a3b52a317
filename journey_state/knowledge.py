"""What can be read: reviews, troubleshooting steps, help articles, and the attributes people ask about."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from pydantic import validator

from journey_state.content_schema import Strict, StrictBool, StrictInt, StrictStr, Text, TopicFile


class Phrases(Strict):
    """Words people use, in each language."""

    vi: tuple[StrictStr, ...]
    en: tuple[StrictStr, ...]

    def in_language(self, language: str) -> tuple[str, ...]:
        """The phrases of a language; every language but English reads Vietnamese."""
        return self.en if language == "en" else self.vi


class Review(Strict):
    """A published review or case study (one with results)."""

    id: StrictStr
    author: Text
    persona: StrictStr
    plan: StrictStr
    rating: StrictInt
    on: date
    quote: Text
    results: tuple[Text, ...] = ()

    @validator("rating")
    def _counts_stars(cls, rating: int) -> int:
        if not 1 <= rating <= 5:
            raise ValueError("must be 1 to 5 stars")
        return rating


class ReviewsFile(TopicFile):
    """reviews.yml; personas: id → name."""

    personas: Mapping[str, Text]
    reviews: tuple[Review, ...]


class Signs(Strict):
    """Words for a problem: one of `about` together with one of `trouble`, or one of `clear` by itself."""

    about: tuple[StrictStr, ...] = ()
    trouble: tuple[StrictStr, ...] = ()
    clear: tuple[StrictStr, ...] = ()


class SignsByLanguage(Strict):
    """The signs in both languages."""

    vi: Signs
    en: Signs


class Problem(Strict):
    """A common problem with its steps, easiest first."""

    id: StrictStr
    title: Text
    products: tuple[StrictStr, ...] = ()
    article: StrictStr | None = None
    signs: SignsByLanguage
    steps: tuple[Text, ...]

    def signs_in(self, language: str) -> Signs:
        """The signs in a language; every language but English reads Vietnamese."""
        return self.signs.en if language == "en" else self.signs.vi


class ProblemsFile(TopicFile):
    """troubleshooting.yml"""

    problems: tuple[Problem, ...]


class Attribute(Strict):
    """Something customers ask about. is broad: gives way to narrower attributes in the same message."""

    label: Text
    broad: StrictBool = False
    phrases: Phrases


class AttributesFile(Strict):
    """attributes.yml; untold: words for what the business does not tell here."""

    attributes: Mapping[str, Attribute]
    untold: Phrases = Phrases(vi=(), en=())


class Passage(Strict):
    """One section of an article, short enough to be quoted whole."""

    heading: Text
    text: Text


class Article(Strict):
    """A help article; its slug is the file's name."""

    slug: StrictStr = ""
    topic: StrictStr
    products: tuple[StrictStr, ...] = ()
    title: Text
    keywords: Phrases
    passages: tuple[Passage, ...]


class Help(Strict):
    """The help pages. topics: id → name, in the order shown."""

    topics: Mapping[str, Text]


class HelpFile(TopicFile):
    """help.yml"""

    help: Help
