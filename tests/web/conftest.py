"""A customer with a browser on the demo page."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext

from tests.fixtures.chats import Chat, new_chat
from tests.fixtures.websites import Website


@pytest.fixture
def context(browser: Browser, website: Website) -> Iterator[BrowserContext]:
    """A browser that has never been here; closed before the server stops."""
    opened = browser.new_context(viewport={"width": 1280, "height": 800}, locale="vi-VN")
    yield opened
    opened.close()


@pytest.fixture
def chat(context: BrowserContext, website: Website) -> Iterator[Chat]:
    """The demo page in one tab; scripts and policy must not complain during the test."""
    opened = new_chat(context, website.url)
    yield opened
    assert opened.problems == []
