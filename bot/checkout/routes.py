"""All addresses of the checkout."""

from __future__ import annotations

from pathlib import Path

from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from bot.checkout.notices import PaymentNotices
from bot.checkout.pay_page import PayPage
from bot.checkout.quote_page import QuotePage
from bot.services import Services

STATIC = Path(__file__).parent / "static"


def checkout_routes(services: Services) -> list[BaseRoute]:
    """The routes that `bot/app.py` mounts at the root."""
    pay = PayPage(services)
    return [
        Mount("/papers", StaticFiles(directory=STATIC), middleware=[Middleware(GZipMiddleware)]),
        Route("/api/payments", PaymentNotices(services).post, methods=["POST"]),
        Route("/pay/{token}.png", pay.get_picture),
        Route("/pay/{token}", pay.get_page),
        Route("/quotes/{token}", QuotePage(services).get_page),
    ]
