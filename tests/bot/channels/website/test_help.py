"""The help pages: every article in both languages at its own address, a forgiving search, a strict policy."""

from __future__ import annotations

import re
from html import unescape

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from bot.channels.website.routes import website_routes
from bot.services import Services
from bot.settings import Settings
from bot.wakeups import Wakeups
from journey_state.content import get_content
from journey_state.store import JourneyStore


@pytest.fixture
def site(sqlite_store: JourneyStore) -> TestClient:
    """A browser without scripts."""
    return TestClient(Starlette(routes=website_routes(Services(sqlite_store, Wakeups(), Settings()))))


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_index_leads_to_every_article_under_its_topic(site: TestClient, language: str) -> None:
    page = site.get(f"/help?lang={language}")

    assert page.status_code == 200 and f'<html lang="{language}">' in page.text
    for article in get_content().articles.values():
        assert f'href="/help/{article.slug}{"?lang=en" if language == "en" else ""}"' in page.text
        assert article.title.in_language(language) in unescape(page.text)
    assert all(name.in_language(language) in unescape(page.text) for name in get_content().help_topics.values())


@pytest.mark.parametrize("slug", get_content().articles)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_an_article_is_shown_whole_with_others_of_its_topic(site: TestClient, slug: str, language: str) -> None:
    article, page = get_content().articles[slug], site.get(f"/help/{slug}?lang={language}")
    words = unescape(page.text)

    assert page.status_code == 200
    assert all(passage.text.in_language(language) in words for passage in article.passages)
    assert f'href="/help/{slug}"' in page.text or f'href="/help/{slug}?lang=en"' in page.text  # the other language
    assert "{{" not in words and "None" not in words


@pytest.mark.parametrize(("query", "slug"), [
    ("cai ssl", "install-ssl"), ("cài SSL", "install-ssl"), ("quen mat khau", "reset-password"), ("QUÊN MẬT KHẨU", "reset-password"),
    ("hoa don", "get-invoice"), ("sao lưu", "backup-website"), ("outlook", "email-outlook"),
])
def test_search_finds_the_article_with_and_without_diacritics(site: TestClient, query: str, slug: str) -> None:
    page = site.get("/help", params={"q": query})
    found = re.findall(r'<li>\s*<a href="/help/([^"?]+)"', page.text)

    assert slug in found[:3], found


def test_search_in_english_stays_in_english(site: TestClient) -> None:
    page = site.get("/help", params={"q": "install ssl", "lang": "en"})

    assert "/help/install-ssl?lang=en" in page.text and 'lang="en"' in page.text
    assert 'href="/help?q=install+ssl"' in page.text  # the same search in Vietnamese


@pytest.mark.parametrize("query", ["nhận nuôi mèo", "%%%", "\"; DROP TABLE passages; --", "x" * 5000, "NEAR(a b)"])
def test_a_search_that_finds_nothing_offers_the_assistant(site: TestClient, query: str) -> None:
    page = site.get("/help", params={"q": query})

    assert page.status_code == 200
    assert "data-ask=" in page.text and len(page.text) < 40_000


def test_a_query_is_shown_as_words_and_never_as_markup(site: TestClient) -> None:
    page = site.get("/help", params={"q": '"><script>alert(1)</script>'})

    assert "<script>alert" not in page.text and "&lt;script&gt;" in page.text


@pytest.mark.parametrize("path", ["/help/no-such-article", "/help/..%2f..%2fetc", "/help/no?lang=en"])
def test_an_unknown_article_is_a_404_that_leads_on(site: TestClient, path: str) -> None:
    page = site.get(path)

    assert page.status_code == 404
    assert 'name="q"' in page.text or path.endswith("etc")


@pytest.mark.parametrize("path", ["/help", "/help?q=ssl", "/help/install-ssl"])
def test_help_pages_allow_no_inline_script_nor_style_and_all_they_name_exists(site: TestClient, path: str) -> None:
    page = site.get(path)
    named = {address.split("#")[0] for address in re.findall(r'(?:href|src|action)="(/[^"]*)"', page.text)}

    assert "unsafe" not in page.headers["content-security-policy"]
    assert not re.search(r"<style|\sstyle=|<script(?![^>]*\ssrc=)|\son[a-z]+=", page.text)
    assert {address: site.get(unescape(address)).status_code for address in named} == dict.fromkeys(named, 200)
