"""A content folder read whole: every file against its schema, every problem with file, line, field and remedy."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar, get_type_hints

from pydantic import create_model

from journey_state import catalog, knowledge, policies, rewards
from journey_state.content_files import ContentFile, check_schema, read_file
from journey_state.content_schema import Details, FactEntry, TopicFile
from journey_state.errors import ContentError
from journey_state.knowledge import Article

Read = TypeVar("Read")


@dataclass(frozen=True)
class Topics:
    """The files every business has; each field is a file of that name, with its schema."""

    products: catalog.ProductsFile
    prices: catalog.PricesFile
    promotions: catalog.PromotionsFile
    trials: catalog.TrialsFile
    demos: catalog.DemosFile
    brand: policies.BrandFile
    payments: policies.PaymentsFile
    terms: policies.TermsFile
    support: policies.SupportFile
    loyalty: rewards.LoyaltyFile
    referrals: rewards.ReferralFile
    privacy: policies.PrivacyFile
    comparisons: policies.ComparisonsFile
    reviews: knowledge.ReviewsFile
    troubleshooting: knowledge.ProblemsFile
    attributes: knowledge.AttributesFile
    help: knowledge.HelpFile


@dataclass(frozen=True)
class ReadFolder:
    """Everything of a folder, each file sound by itself; whether they fit together is checked elsewhere."""

    topics: Topics
    articles: Mapping[str, Article]
    files: Mapping[str, ContentFile]
    facts: tuple[tuple[FactEntry, ContentFile, int], ...]

    def file(self, topic: str) -> ContentFile:
        """The file of a topic, to report problems at its lines."""
        return self.files[f"{topic}.yml"]


def read_folder(folder: Path) -> tuple[ReadFolder | None, list[ContentError]]:
    """Read all files. Returns the folder (None when a file is broken) and the first problem of each broken file."""
    if not folder.is_dir():
        return None, [ContentError(f"{folder} is no folder; point to the folder with products.yml and the other content files")]
    reader = _Reader(folder)
    topics = {name: reader.read(name, schema) for name, schema in get_type_hints(Topics).items()}
    details = {name: reader.read(name, _details_schema(name)) for name in _other_files(folder, set(topics))}
    articles = {path.stem: reader.read_article(path) for path in sorted((folder / "articles").glob("*.yml"))}
    if reader.problems:
        return None, reader.problems
    facts = tuple(_facts_of({**topics, **details}, reader.files))
    return ReadFolder(Topics(**topics), articles, reader.files, facts), []


class _Reader:
    """Reads file after file and keeps the problems."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.files: dict[str, ContentFile] = {}
        self.problems: list[ContentError] = []

    def read(self, topic: str, schema: type[Any]) -> Any:
        return self._try(lambda: check_schema(self._parse(f"{topic}.yml"), schema))

    def read_article(self, path: Path) -> Any:
        article = self._try(lambda: check_schema(self._parse(f"articles/{path.name}"), Article))
        return article.copy(update={"slug": path.stem}) if article else None

    def _parse(self, name: str) -> ContentFile:
        self.files[name] = read_file(self._folder, name)
        return self.files[name]

    def _try(self, read: Callable[[], Read]) -> Read | None:
        try:
            return read()
        except ContentError as problem:
            self.problems.append(problem)
            return None


def _other_files(folder: Path, known: set[str]) -> list[str]:
    """Topics of the business's own: numbers that only facts show."""
    return sorted(path.stem for path in folder.glob("*.yml") if path.stem not in known)


def _details_schema(topic: str) -> type[TopicFile]:
    """A file <topic>.yml of the business's own holds anything under '<topic>', and facts."""
    fields: dict[str, Any] = {topic: (Details, {})}
    return create_model(f"{topic}_details", __base__=TopicFile, **fields)


def _facts_of(topics: Mapping[str, Any], files: Mapping[str, ContentFile]) -> Iterator[tuple[FactEntry, ContentFile, int]]:
    for name, topic in topics.items():
        for number, entry in enumerate(getattr(topic, "facts", ())):
            yield entry, files[f"{name}.yml"], number
