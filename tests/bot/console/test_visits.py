"""Visits: where a page may lead to."""

from __future__ import annotations

import pytest

from bot.console.visits import own_path


@pytest.mark.parametrize(("raw", "followed"), [
    ("/console/conversations/ab12?view=profile", "/console/conversations/ab12?view=profile"),
    ("", "/console/"),
    ("https://evil.example/console/", "/console/"),
    ("//evil.example", "/console/"),
    ("/console//evil.example", "/console/"),
    ("/console/\\evil", "/console/"),
    ("/console/%0d%0aset-cookie", "/console/"),
    ("/other", "/console/"),
])
def test_only_own_pages_are_gone_on_to(raw: str, followed: str) -> None:
    assert own_path(raw) == followed
