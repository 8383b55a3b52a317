"""Phrases of data/lexicon/entities.yml, and names of the business, as spaCy patterns over normalised tokens."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import spacy
from spacy.language import Language
from spacy.tokens import Doc, Span
from spacy.util import filter_spans

from bot.nlu.lexicon import load_lexicon
from bot.nlu.normaliser import NormalText, normalise

GAP = "..."
LONGEST_GAP = 3
SPANS = "phrases"


@dataclass(frozen=True)
class Phrase:
    """A phrase found in a message: what it names, and which tokens (first, past the last)."""

    entity: str
    value: str
    first: int
    last: int


class PhraseReader:
    """Finds the lexicon's phrases with blank spaCy pipelines, one a language; diacritics do not matter."""

    def __init__(self, names: Iterable[tuple[str, str, str]] = ()) -> None:
        """names: further (entity, value, phrase), such as the business's own plans."""
        patterns = [_spell(*name) for name in (*_list_phrases(), *names)]
        self._pipelines = {"vi": _build("vi", patterns), "en": _build("en", patterns)}

    def find(self, message: NormalText) -> list[Phrase]:
        """List the phrases; where two of one entity overlap, the longer one."""
        pipeline = self._pipelines[message.language or "vi"]
        words = [token.folded for token in message.tokens]
        if not words:
            return []
        document = pipeline(Doc(pipeline.vocab, words=words))  # its spans live no longer than it
        longest = [span for group in _by_label(document.spans[SPANS]).values() for span in filter_spans(group)]
        return [Phrase(span.label_, span.id_, span.start, span.end) for span in longest]


def _by_label(spans: Iterable[Span]) -> dict[str, list[Span]]:
    groups: dict[str, list[Span]] = {}
    for span in spans:
        groups.setdefault(span.label_, []).append(span)
    return groups


def _build(language: str, patterns: list[dict[str, Any]]) -> Language:
    config = {"nlp": {"tokenizer": {"use_pyvi": False}}} if language == "vi" else {}
    pipeline = spacy.blank(language, config=config)
    ruler = pipeline.add_pipe("span_ruler", config={"spans_key": SPANS})
    ruler.add_patterns(patterns)
    return pipeline


def _list_phrases() -> Iterator[tuple[str, str, str]]:
    for entity, values in load_lexicon("entities").items():
        yield from ((entity, value, phrase) for value, phrases in values.items() for phrase in phrases)


def _spell(entity: str, value: str, phrase: str) -> dict[str, Any]:
    pattern: list[dict[str, Any]] = []
    for part in phrase.split(GAP):
        pattern += [{"OP": "?"}] * LONGEST_GAP if pattern else []
        pattern += [{"ORTH": token.folded} for token in normalise(part.strip()).tokens]
    return {"label": entity, "id": value, "pattern": pattern}
