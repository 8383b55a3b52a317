"""The help pages: every article of the content at an address of its own, and a search that does not mind missing diacritics."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from urllib.parse import quote, urlencode

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from bot.channels.website.page import HEADERS, Wording, open_templates, read_language
from bot.settings import Settings
from journey_state.content import Article, Content, Text, get_content

LONGEST_QUERY = 200
NO_SUCH_ARTICLE = Text("Không có bài này. Có thể bài đã đổi địa chỉ.", "There is no such article. It may have moved.")


@dataclass(frozen=True)
class _Page:
    """A rendered page."""

    html: str
    status: int = 200


class HelpPages:
    """GET /help and /help/{slug}. Rendered off the event loop, like the demo page."""

    def __init__(self, settings: Settings, find_content: Callable[[], Content] = get_content) -> None:
        self._settings = settings
        self._find_content = find_content
        self._templates = open_templates()

    async def get_index(self, request: Request) -> Response:
        """All articles by topic; with ?q= those that fit."""
        query = request.query_params.get("q", "").strip()[:LONGEST_QUERY]
        return await self._respond(request, partial(self._render_index, query=query))

    async def get_article(self, request: Request) -> Response:
        """One article; an unknown one leads to the search."""
        return await self._respond(request, partial(self._render_article, slug=request.path_params["slug"]))

    async def _respond(self, request: Request, render: Callable[[str], _Page]) -> Response:
        language = read_language(request)
        page = await anyio.to_thread.run_sync(render, language)
        return HTMLResponse(page.html, status_code=page.status, headers={**HEADERS, "Content-Language": language})

    def _render_index(self, language: str, query: str = "", problem: Text | None = None) -> _Page:
        content, t = self._find_content(), Wording(language)
        html = self._fill("help.html", language, {
            "query": query, "hits": content.browse_articles(query, language) if query else [], "shelves": _list_shelves(content, t),
            "problem": t.text(problem) if problem else "", "other_path": _path("", t.other, {"q": query} if query else {}),
        })
        return _Page(html, 404 if problem else 200)

    def _render_article(self, language: str, slug: str) -> _Page:
        content, t = self._find_content(), Wording(language)
        article = content.articles.get(slug)
        if article is None:
            return self._render_index(language, problem=NO_SUCH_ARTICLE)
        return _Page(self._fill("article.html", language, {
            "article": article, "topic": t.text(content.help_topics[article.topic]), "other_path": _path(slug, t.other),
            "related": [other for other in content.articles.values() if other.topic == article.topic and other.slug != slug],
        }))

    def _fill(self, template: str, language: str, values: Mapping[str, object]) -> str:
        return self._templates.get_template(template).render(
            t=Wording(language), language=language, settings=self._settings, content=self._find_content(),
            path_of=lambda slug: _path(slug, language), **values,
        )


def _list_shelves(content: Content, t: Wording) -> list[tuple[str, list[Article]]]:
    """Topics that have articles, in the order of the content."""
    shelves = [(t.text(name), [item for item in content.articles.values() if item.topic == topic])
               for topic, name in content.help_topics.items()]
    return [shelf for shelf in shelves if shelf[1]]


def _path(slug: str, language: str, query: Mapping[str, str] | None = None) -> str:
    asked = {**({"lang": "en"} if language == "en" else {}), **(query or {})}
    return "/help" + (f"/{quote(slug)}" if slug else "") + (f"?{urlencode(asked)}" if asked else "")
