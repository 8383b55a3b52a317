"""Help articles are found with and without diacritics, and quoted as they are."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from journey_state.content import get_content
from tests.fixtures.content_questions import ARTICLES_EN, ARTICLES_VI, NOTHING_EN, NOTHING_VI


@pytest.mark.parametrize("language, questions", [("vi", ARTICLES_VI), ("en", ARTICLES_EN)])
def test_the_right_article_comes_first(language: str, questions: tuple[tuple[str, str], ...]) -> None:
    found = {text: [hit.slug for hit in get_content().search_articles(text, language)][:1] for text, _ in questions}
    assert {text: found[text] for text, slug in questions if found[text] != [slug]} == {}


@pytest.mark.parametrize("language, questions", [("vi", NOTHING_VI), ("en", NOTHING_EN)])
def test_what_no_article_answers_finds_nothing(language: str, questions: tuple[str, ...]) -> None:
    found = {text: [hit.slug for hit in get_content().search_articles(text, language)] for text in questions}
    assert {text: slugs for text, slugs in found.items() if slugs} == {}


@pytest.mark.parametrize("language, text", [("vi", "lam sao de tro ten mien"), ("en", "point my domain")])
def test_the_passage_is_the_article_s_own_words(language: str, text: str) -> None:
    content = get_content()
    for hit in content.search_articles(text, language):
        article = content.articles[hit.slug]
        assert hit.title == article.title.in_language(language)
        assert hit.passage in [passage.text.in_language(language) for passage in article.passages]
        assert hit.source_file == f"articles/{hit.slug}.yml" and 0 < hit.score <= 1


def test_hits_are_limited_and_best_first() -> None:
    hits = get_content().search_articles("sao lưu website", "vi", limit=2)
    assert len(hits) == 2 and hits[0].score >= hits[1].score
    assert len({hit.slug for hit in hits}) == 2


@pytest.mark.parametrize("query", ["", "   ", "và thì là", '"', "DROP TABLE passages; --", "a" * 100_000, "AND OR NOT NEAR(", "ssl*", "🙂"])
def test_odd_queries_are_answered_calmly(query: str) -> None:
    hits = get_content().search_articles(query, "vi")
    assert all(hit.slug in get_content().articles for hit in hits)


def test_threads_may_search_at_the_same_time() -> None:
    content = get_content()
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: content.search_articles("cài ssl", "vi")[0].slug, range(64)))
    assert set(found) == {"install-ssl"}
