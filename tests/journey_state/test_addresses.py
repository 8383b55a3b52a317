"""Links in answers begin where this installation is reached."""

from __future__ import annotations

import pytest

from journey_state.addresses import help_link, use_site


@pytest.mark.parametrize(("language", "link"), [
    ("vi", "https://chat.example.vn/help/install-ssl"), ("en", "https://chat.example.vn/help/install-ssl?lang=en"),
])
def test_an_article_is_linked_in_its_language_at_the_public_address(language: str, link: str) -> None:
    use_site("https://chat.example.vn/")
    try:
        assert help_link("install-ssl", language) == link
    finally:
        use_site("http://localhost:8000")
