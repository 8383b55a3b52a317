"""All addresses of the website channel: the API, the widget's files, the demo page and the help pages."""

from __future__ import annotations

from pathlib import Path

from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from bot.channels.website.api import WebsiteApi, answering
from bot.channels.website.frame import FramePage
from bot.channels.website.headers import AddHeaders
from bot.channels.website.help import HelpPages
from bot.channels.website.page import DemoPage
from bot.channels.website.reception import Reception
from bot.channels.website.uploads import UploadsApi
from bot.channels.website.widget_files import WidgetFiles
from bot.services import Services

HERE = Path(__file__).parent
_STATIC = [Middleware(AddHeaders, {"x-content-type-options": "nosniff", "cache-control": "no-cache"}), Middleware(GZipMiddleware)]


def website_routes(services: Services) -> list[BaseRoute]:
    """The routes that `bot/app.py` mounts at the root."""
    page, help_pages = DemoPage(services.settings), HelpPages(services.settings)
    compressed = [Middleware(GZipMiddleware)]
    return [
        Mount("/api/website", routes=_api_routes(services), middleware=_cors(services)),
        Route("/api/openapi.json", _get_openapi),
        Route("/widget/frame", FramePage(services.settings).get),
        Route("/widget/{name}", WidgetFiles().get),
        Route("/site/theme.css", page.get_theme),
        Mount("/site", StaticFiles(directory=HERE / "static"), middleware=_STATIC),
        Route("/help", answering(help_pages.get_index), middleware=compressed),
        Route("/help/{slug}", answering(help_pages.get_article), middleware=compressed),
        Route("/", answering(page.get_page), middleware=compressed),
    ]


def _api_routes(services: Services) -> list[BaseRoute]:
    reception = Reception(services)
    api, uploads = WebsiteApi(reception), UploadsApi(reception)
    return [
        Route("/session", answering(api.open_session), methods=["POST"]),
        Route("/session/end", answering(api.end_session), methods=["POST"]),
        Route("/arrivals", answering(api.post_arrivals), methods=["POST"]),
        Route("/messages", answering(api.post_message), methods=["POST"]),
        Route("/messages", answering(api.get_messages), methods=["GET"]),
        Route("/stream", answering(api.get_stream), methods=["GET"]),
        Route("/uploads", answering(uploads.post_upload), methods=["POST"]),
        Route("/uploads/{upload_id}", answering(uploads.get_upload), methods=["GET"]),
    ]


def _cors(services: Services) -> list[Middleware]:
    """Sites named in settings may call the API with a bearer token; cookies never cross."""
    origins = services.settings.embed_origins.split()
    headers = Middleware(AddHeaders, {"x-content-type-options": "nosniff"})
    if not origins:
        return [headers]
    cors = Middleware(
        CORSMiddleware, allow_origins=origins, allow_methods=["GET", "POST"],
        allow_headers=["Authorization", "Content-Type"], expose_headers=["Retry-After"],
    )
    return [headers, cors]


async def _get_openapi(request: Request) -> Response:
    return FileResponse(HERE / "openapi.json", media_type="application/json")
