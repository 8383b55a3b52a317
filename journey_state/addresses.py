"""Addresses of our own pages, for answers: an article, a friend's invitation."""

from __future__ import annotations

from urllib.parse import quote


class _Chosen:
    """Where this installation is reached."""

    site = "http://localhost:8000"


def use_site(address: str) -> None:
    """Make links begin with another address from now on."""
    _Chosen.site = address.rstrip("/")


def help_link(slug: str, language: str) -> str:
    """The address of a help article in a language."""
    return f"{_Chosen.site}/help/{quote(slug)}{_suffix(language)}"


def _suffix(language: str) -> str:
    return "?lang=en" if language == "en" else ""
