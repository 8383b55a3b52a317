"""The page of one order: what to transfer, as a code and in words. Whoever has its unguessable address may open it."""

from __future__ import annotations

from dataclasses import dataclass

from anyio.to_thread import run_sync
from starlette.requests import Request
from starlette.responses import Response

from bot.checkout.papers import HEADERS, language_of, missing_paper, paper
from bot.checkout.pictures import draw_code
from bot.services import Services
from journey_state.content import get_content
from journey_state.ledger import read_balance
from journey_state.links import ORDER, find_linked
from journey_state.orders import Order, find_order
from journey_state.payments import Balance, transfer_for
from journey_state.vietqr import BankTransfer, encode_transfer


@dataclass(frozen=True)
class Bill:
    """An order with its money, and what pays the rest of it."""

    order: Order
    balance: Balance
    transfer: BankTransfer


class PayPage:
    """GET /pay/{token} and /pay/{token}.png."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def get_page(self, request: Request) -> Response:
        """The order as a page, in Vietnamese or with ?lang=en in English."""
        return await run_sync(self._show, request.path_params["token"], language_of(request))

    async def get_picture(self, request: Request) -> Response:
        """The order's VietQR code; once nothing is to be paid any more, a code of the page that says so."""
        return await run_sync(self._draw, request.path_params["token"])

    def _show(self, token: str, language: str) -> Response:
        bill = self._find_bill(token)
        if bill is None:
            return missing_paper(self._services.settings, language)
        content = get_content()
        plan = content.plans.get(bill.order.plan)
        return paper(
            self._services.settings, "pay.html", language, bill=bill, token=token, plan=plan.name if plan else bill.order.plan,
            account=content.payments.bank_account, activation=content.find_fact("activation_time", language=language),
        )

    def _draw(self, token: str) -> Response:
        bill = self._find_bill(token)
        if bill is None:
            return Response(status_code=404, headers=HEADERS)
        page = f"{self._services.settings.public_url.rstrip('/')}/pay/{token}"
        picture = draw_code(encode_transfer(bill.transfer) if bill.balance.missing else page)
        return Response(picture, media_type="image/png", headers=HEADERS)

    def _find_bill(self, token: str) -> Bill | None:
        with self._services.store.reading() as session:
            number = find_linked(session, ORDER, token)
            order = find_order(session, number) if number else None
            balance = read_balance(session, order) if order else None
        if order is None or balance is None:
            return None
        return Bill(order, balance, transfer_for(order, get_content().payments.bank_account, balance.received))
