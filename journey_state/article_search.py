"""Help articles found by what people write: full-text search that does not mind missing diacritics."""

from __future__ import annotations

import math
import re
import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from threading import Lock

from journey_state.knowledge import Article
from journey_state.phrases import Word, split_words
from journey_state.texts import LANGUAGES

# Words that say nothing about the topic; with diacritics, so that "nén" is not taken for "nên".
_STOP_WORDS = {
    "vi": (
        "à ạ ad admin anh bạn bên bị các cách cho chị chứ chú có con của dạ đã đang được đi để em gì giờ giúp hay hỏi hok i j k không "
        "ko là làm lâu lúc mình mới muốn nào này nên nếu nha nhé nhỉ như những ơi r ra rồi sao sẽ shop sp sen thế thì thôi tôi tới "
        "trong tui u ừ uh um v và vậy về vì với x z xin ntn nt ai ấy hen lần sang qua hông hướng dẫn kia phải vui lòng cloud cần bn "
        "bao nhiêu đâu kiểu cùng thành chút nữa trước đúng dc đc o chào"
    ).split(),
    "en": (
        "a about after all also am an and any are as at be been but by can cannot could did do does doing for from get getting give "
        "go got had has have hello hey hi how i if in into is it its just know like m make me my need no not of off on one or our out "
        "please s should so some t that the their them then there these this those to too up us use want was we were what when where "
        "which who why will with would you your sen cloud way re ve don turn remove configure new staff enable find"
    ).split(),
}
# Other words for the same thing, folded.
_SAME = {"mail": "email", "mails": "email", "web": "website", "site": "website", "wp": "wordpress", "pass": "password"}
# Weights: title, keywords, heading, text.
_RANKING = """
SELECT rowid, -bm25(passages, 8.0, 6.0, 4.0, 1.0) AS score FROM passages WHERE passages MATCH ? ORDER BY score DESC LIMIT 100
"""
# What only the body of a passage mentions counts less than what its title, keywords or heading say.
_IN_TEXT = 0.6
_PAIR = 0.3
_MIN_SCORE = 0.4
# Whoever looks through a list judges by himself.
BROWSE_SCORE = 0.25

# Somebody's own address says nothing about the question, and no article has it.
_ADDRESS = re.compile(r"\S+@\S+|(?:https?://|www\.)\S+|\b[\w-]+(?:\.[\w-]+)*\.(?:com|vn|net|org|info|shop|store|io|co|edu)\b")


@dataclass(frozen=True)
class ArticleHit:
    """A passage that answers, quoted as the article has it. score: 0..1, higher covers more of the question."""

    slug: str
    title: str
    heading: str
    passage: str
    score: float
    source_file: str


@dataclass(frozen=True)
class _Part:
    """The words of one part of a passage, and which stand side by side."""

    bare: frozenset[str]
    exact: frozenset[tuple[str, str]]
    pairs: frozenset[tuple[str, str]]

    def has(self, word: Word) -> bool:
        """True when the word stands here; one written with diacritics must have the same."""
        return word.bare in self.bare if not word.marks else (word.bare, word.marks) in self.exact


@dataclass(frozen=True)
class _Row:
    """One indexed passage: what names its topic (title, keywords, heading), and its body."""

    hit: ArticleHit
    columns: tuple[str, str, str, str]
    names: _Part
    body: _Part


class ArticleIndex:
    """Full-text index of one language, in memory. Safe to share between threads."""

    def __init__(self, articles: Mapping[str, Article], language: str) -> None:
        self._language = language
        self._stop_words = split_words(" ".join(_STOP_WORDS[language]))
        self._stop_bare = frozenset(word.bare for word in self._stop_words)
        self._rows = [row for article in articles.values() for row in self._make_rows(article, language)]
        self._lock = Lock()
        self._table = sqlite3.connect(":memory:", check_same_thread=False)
        self._table.execute("CREATE VIRTUAL TABLE passages USING fts5(title, keywords, heading, text, tokenize = 'unicode61')")
        self._table.executemany("INSERT INTO passages(rowid, title, keywords, heading, text) VALUES (?, ?, ?, ?, ?)",
                                ((number, *row.columns) for number, row in enumerate(self._rows)))
        self._counts = Counter(word for row in self._rows for word in row.names.bare | row.body.bare)

    def search(self, query: str, limit: int, at_least: float = _MIN_SCORE) -> list[ArticleHit]:
        """The best passage of each fitting article, best first; nothing when too little of the question is covered."""
        found: dict[str, ArticleHit] = {}
        for hit in sorted(self._scored(self._split(_ADDRESS.sub(" ", query))), key=lambda hit: -hit.score):
            found.setdefault(hit.slug, hit)
        return [hit for hit in found.values() if hit.score >= at_least][:limit]

    def _scored(self, words: Sequence[Word]) -> Iterator[ArticleHit]:
        ranked = self._rank(words) if words else []
        best = max((rank for _, rank in ranked), default=1.0)
        for number, rank in ranked:
            # BM25 only decides between passages that cover the question equally well.
            score = self._coverage(words, self._rows[number]) * (0.9 + 0.1 * rank / best)
            yield replace(self._rows[number].hit, score=round(score, 3))

    def _rank(self, words: Sequence[Word]) -> list[tuple[int, float]]:
        """(row, BM25) of passages that have any of the words; neighbouring words found together count extra."""
        pairs = [f'"{first.bare} {second.bare}"' for first, second in pairwise(words)]
        match = " OR ".join([*pairs, *(f'"{word.bare}"' for word in words)])
        with self._lock:
            return list(self._table.execute(_RANKING, (match,)))

    def _coverage(self, words: Sequence[Word], row: _Row) -> float:
        """How much of the question's weight the passage has, 0..1; rare words weigh more, unknown ones most."""
        weights = [self._weight(word.bare) for word in words]
        had = sum(weight * _share(row.names.has(word), row.body.has(word)) for word, weight in zip(words, weights, strict=True))
        pairs = list(pairwise(words))
        pair_weights = [_PAIR * min(self._weight(first.bare), self._weight(second.bare)) for first, second in pairs]
        for (first, second), weight in zip(pairs, pair_weights, strict=True):
            pair = (first.bare, second.bare)
            had += weight * _share(pair in row.names.pairs, pair in row.body.pairs)
        return had / (sum(weights) + sum(pair_weights))

    def _weight(self, bare: str) -> float:
        return math.log((len(self._rows) + 1) / (self._counts[bare] + 0.5))

    def _split(self, text: str) -> list[Word]:
        words = (replace(word, bare=_normal(word.bare, self._language)) for word in split_words(text))
        return [word for word in words if not self._is_empty(word)]

    def _is_empty(self, word: Word) -> bool:
        return word.bare in self._stop_bare and any(word.says(stop) for stop in self._stop_words)

    def _make_rows(self, article: Article, language: str) -> Iterator[_Row]:
        for passage in article.passages:
            title, heading = article.title.in_language(language), passage.heading.in_language(language)
            text = passage.text.in_language(language)
            keywords = article.keywords.in_language(language)
            yield _Row(
                hit=ArticleHit(article.slug, title, heading, text, 0.0, f"articles/{article.slug}.yml"),
                columns=(self._column(title), self._column(" ; ".join(keywords)), self._column(heading), self._column(text)),
                names=self._make_part([title, heading, *keywords]), body=self._make_part([text]),
            )

    def _column(self, text: str) -> str:
        return " ".join(word.bare for word in self._split(text))

    def _make_part(self, texts: Sequence[str]) -> _Part:
        parts = [self._split(text) for text in texts]
        words = [word for part in parts for word in part]
        return _Part(
            bare=frozenset(word.bare for word in words), exact=frozenset((word.bare, word.marks) for word in words),
            pairs=frozenset((first.bare, second.bare) for part in parts for first, second in pairwise(part)),
        )


class ArticleSearch:
    """One index a language."""

    def __init__(self, articles: Mapping[str, Article]) -> None:
        self._indexes = {language: ArticleIndex(articles, language) for language in LANGUAGES}

    def search(self, query: str, language: str, limit: int = 3, at_least: float = _MIN_SCORE) -> list[ArticleHit]:
        """Passages in the language asked for; every language but English reads Vietnamese. at_least: the lowest score."""
        return self._indexes["en" if language == "en" else "vi"].search(query, limit, at_least)


def _share(in_names: bool, in_body: bool) -> float:
    """How much a word counts by where it stands."""
    if in_names:
        return 1.0
    return _IN_TEXT if in_body else 0.0


def _normal(bare: str, language: str) -> str:
    """One form for words that mean the same, English plurals included."""
    known = _SAME.get(bare, bare)
    return known[:-1] if language == "en" and len(known) > 3 and known.endswith("s") and not known.endswith("ss") else known
