"""Words in both languages: texts, money and numbers as people write them, and folded copies to search by."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

LANGUAGES = ("vi", "en")

_UNACCENTED = str.maketrans({"đ": "d", "Đ": "d"})


@dataclass(frozen=True)
class Text:
    """One text in both languages."""

    vi: str
    en: str

    def in_language(self, language: str) -> str:
        """The text to show; every language but English reads Vietnamese."""
        return self.en if language == "en" else self.vi

    @classmethod
    def __get_validators__(cls) -> Iterator[Callable[[object], Text]]:
        yield cls.parse

    @classmethod
    def parse(cls, raw: object) -> Text:
        """Read {vi: …, en: …}. Raises ValueError with the remedy when a language is missing or unknown."""
        if isinstance(raw, Text):
            return raw
        if not isinstance(raw, Mapping):
            raise TypeError("write both languages: {vi: …, en: …}")
        unknown = sorted(set(raw) - set(LANGUAGES))
        if unknown:
            raise ValueError(f"unknown language '{unknown[0]}'; only vi and en are read; put a text that holds a comma in quotes")
        for language in LANGUAGES:
            if not isinstance(raw.get(language), str) or not raw[language].strip():
                raise ValueError(f"the text in '{language}' is missing; write both languages: {{vi: …, en: …}}")
        return cls(vi=raw["vi"].strip(), en=raw["en"].strip())


def fold(text: str) -> str:
    """Lower-case a text and take its diacritics off, so that "Dùng thử" meets "dung thu"."""
    decomposed = unicodedata.normalize("NFD", text.lower().translate(_UNACCENTED))
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def format_number(number: int, language: str) -> str:
    """Group thousands: 1.190.000 in Vietnamese, 1,190,000 in English."""
    grouped = f"{number:,}"
    return grouped if language == "en" else grouped.replace(",", ".")


def format_vnd(amount: int, language: str) -> str:
    """Money as people write it: 119.000đ in Vietnamese, 119,000₫ in English."""
    return format_number(amount, language) + ("₫" if language == "en" else "đ")
