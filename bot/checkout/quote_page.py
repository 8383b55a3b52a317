"""The page of one quote, made to be printed. Whoever has its unguessable address may open it."""

from __future__ import annotations

from anyio.to_thread import run_sync
from starlette.requests import Request
from starlette.responses import Response

from bot.checkout.papers import language_of, missing_paper, paper
from bot.services import Services
from journey_state.companies import Company, find_company
from journey_state.content import get_content
from journey_state.links import QUOTE, find_linked
from journey_state.quotes import Quote, find_quote
from journey_state.store import utc_now


class QuotePage:
    """GET /quotes/{token}."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def get_page(self, request: Request) -> Response:
        """The quote, in Vietnamese or with ?lang=en in English."""
        return await run_sync(self._show, request.path_params["token"], language_of(request))

    def _show(self, token: str, language: str) -> Response:
        quote, company = self._find(token)
        if quote is None:
            return missing_paper(self._services.settings, language)
        content = get_content()
        plan = content.plans.get(quote.plan)
        return paper(
            self._services.settings, "quote.html", language, quote=quote, company=company, plan=plan.name if plan else quote.plan,
            is_valid=quote.is_valid(utc_now()), account=content.payments.bank_account,
        )

    def _find(self, token: str) -> tuple[Quote | None, Company | None]:
        with self._services.store.reading() as session:
            number = find_linked(session, QUOTE, token)
            quote = find_quote(session, number) if number else None
            return quote, find_company(session, quote.contact_id) if quote else None
