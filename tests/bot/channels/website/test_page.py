"""The demo page: prices from the content files, both languages, a strict policy."""

from __future__ import annotations

import re

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from bot.channels.website.routes import website_routes
from bot.services import Services
from bot.settings import Settings
from bot.wakeups import Wakeups
from journey_state.content import format_vnd, get_content
from journey_state.store import JourneyStore


def open_page(store: JourneyStore, **settings: object) -> TestClient:
    """A browser without scripts, on a site with these settings."""
    services = Services(store, Wakeups(), Settings(**settings))  # type: ignore[arg-type]
    return TestClient(Starlette(routes=website_routes(services)))


@pytest.mark.parametrize(("path", "language"), [("/", "vi"), ("/?lang=en", "en"), ("/?lang=vi", "vi"), ("/?lang=xx", "vi")])
def test_every_plan_and_price_of_the_content_is_on_the_page(sqlite_store: JourneyStore, path: str, language: str) -> None:
    page = open_page(sqlite_store).get(path)
    assert page.status_code == 200 and f'<html lang="{language}">' in page.text
    for plan in get_content().plans.values():
        assert plan.name in page.text
        assert plan.monthly == 0 or format_vnd(plan.monthly, language) in page.text
    assert page.text.count("<details") >= 6


def test_the_page_allows_no_inline_script_nor_style(sqlite_store: JourneyStore) -> None:
    page = open_page(sqlite_store).get("/")
    policy = page.headers["content-security-policy"]
    assert "unsafe" not in policy and "default-src 'none'" in policy
    assert not re.search(r"<style|\sstyle=|<script(?![^>]*\ssrc=)|\son[a-z]+=", page.text)


def test_every_file_that_the_page_names_exists(sqlite_store: JourneyStore) -> None:
    site = open_page(sqlite_store)
    named = set(re.findall(r'(?:href|src)="(/[^"]*)"', site.get("/").text))
    assert {"/site/site.css", "/site/theme.css", "/widget/dong-hanh-chat.js"} <= named
    assert {path: site.get(path).status_code for path in named} == dict.fromkeys(named, 200)


def test_name_and_colour_come_from_settings_and_a_name_cannot_break_out(sqlite_store: JourneyStore) -> None:
    site = open_page(sqlite_store, name='<b>"Hoa"', colour="#123456")
    assert "&lt;b&gt;&#34;Hoa&#34;" in site.get("/").text and "<b>" + '"Hoa"' not in site.get("/").text
    assert "#123456" in site.get("/site/theme.css").text


def test_other_sites_may_call_the_api_only_when_settings_name_them(sqlite_store: JourneyStore) -> None:
    asking = {"Origin": "https://shop.example", "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization"}
    closed = open_page(sqlite_store).options("/api/website/session", headers=asking)
    assert "access-control-allow-origin" not in closed.headers
    site = open_page(sqlite_store, embed_origins="https://shop.example https://other.example")
    assert site.options("/api/website/session", headers=asking).headers["access-control-allow-origin"] == "https://shop.example"
    refused = site.options("/api/website/session", headers={**asking, "Origin": "https://evil.example"})
    assert "access-control-allow-origin" not in refused.headers
