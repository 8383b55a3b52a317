"""All addresses of the console, behind one door."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial
from pathlib import Path

import anyio
import anyio.to_thread
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from bot.console import (
    changes,
    contacts,
    deals,
    desk,
    learning,
    orders,
    queue,
    reports,
    reviews,
    sign_in,
    takeover,
    tickets,
    transcripts,
    views,
)
from bot.console.access import RequireRole, StaffAccess, read_session
from bot.console.live import HEADERS, PageStream
from bot.console.pages import error_page
from bot.console.visits import HOME, Visit, visit_of
from bot.services import Services
from bot.wakeups import HANDOFFS
from journey_state.errors import UnknownContactError, UnknownConversationError, UnknownTicketError
from journey_state.staff import Role
from journey_state.store import utc_now
from journey_state.transcripts import queue_version

THREADS = 8
# Checking a password takes 19 MiB and a core: few at a time, and a flood of them is turned away.
PASSWORD_THREADS = 2
MAX_WAITING_SIGN_INS = 20
STATIC_FILES = Path(__file__).parent / "static"

Endpoint = Callable[[Request], Awaitable[Response]]
View = Callable[..., Response]
_log = logging.getLogger(__name__)


def console_routes(services: Services, clock: Callable[[], datetime] = utc_now) -> list[BaseRoute]:
    """The routes that `bot/app.py` mounts at the root. clock: gives aware UTC; tests pass their own."""
    threads = anyio.CapacityLimiter(THREADS)
    door = Middleware(StaffAccess, services, threads, clock)
    return [
        Route("/console", _go_home),
        Mount("/console", routes=_rooms(services, threads, clock), middleware=[door]),
    ]


def _rooms(services: Services, threads: anyio.CapacityLimiter, clock: Callable[[], datetime]) -> list[BaseRoute]:
    in_thread = partial(_answering, limiter=threads)
    one = "/conversations/{conversation_id}"
    return [
        Mount("/static", StaticFiles(directory=STATIC_FILES)),
        Route("/sign-in", in_thread(sign_in.show_sign_in), methods=["GET"]),
        Route("/sign-in", _guarded_sign_in(), methods=["POST"]),
        Route("/sign-out", in_thread(sign_in.sign_out), methods=["POST"]),
        Route("/language", in_thread(changes.choose_language), methods=["POST"]),
        Route("/away", in_thread(queue.choose_away), methods=["POST"]),
        Route("/presence", in_thread(queue.appear), methods=["POST"]),
        Route("/", in_thread(queue.show_lists), methods=["GET"]),
        Route("/events", partial(_stream, services, threads, clock), methods=["GET"]),
        Route("/activity", in_thread(views.show_activity), methods=["GET"], middleware=[Middleware(RequireRole, Role.SUPERVISOR)]),
        Route(one, in_thread(views.show_conversation), methods=["GET"]),
        Route(f"{one}/print", in_thread(transcripts.print_conversation), methods=["GET"]),
        Route(f"{one}/export", in_thread(transcripts.export_conversation), methods=["GET"]),
        *(Route(path, in_thread(view), methods=["GET"], middleware=[Middleware(RequireRole, Role.SUPERVISOR)])
          for path, view in (("/reports", reports.show_reports), ("/reports.csv", reports.export_reports))),
        Route("/settings", in_thread(desk.show_settings), methods=["GET"], middleware=[Middleware(RequireRole, Role.OWNER)]),
        Route("/settings/{section}", in_thread(desk.change), methods=["POST"], middleware=[Middleware(RequireRole, Role.OWNER)]),
        Route("/reviews", in_thread(reviews.show_reviews), methods=["GET"]),
        Route("/reviews/{handoff_id}", in_thread(reviews.review), methods=["POST"]),
        Route("/tickets", in_thread(tickets.show_tickets), methods=["GET"]),
        Route("/tickets/{number}", in_thread(tickets.show_ticket), methods=["GET"]),
        *(Route(f"/tickets/{{number}}/{change.__name__}", in_thread(change), methods=["POST"])
          for change in (tickets.assign, tickets.answer, tickets.close, tickets.reopen, tickets.merge)),
        Route("/contacts/{contact_id}", in_thread(contacts.show_contact), methods=["GET"]),
        Route("/contacts/{contact_id}/export", in_thread(contacts.export), methods=["GET"]),
        *(Route(f"/contacts/{{contact_id}}/{change.__name__}", in_thread(change), methods=["POST"])
          for change in (contacts.merge, contacts.undo, contacts.erase)),
        Route("/search", in_thread(transcripts.show_search), methods=["GET"]),
        *(Route(f"{one}/{change.__name__}", in_thread(change), methods=["POST"])
          for change in (
              changes.claim, changes.reply, changes.note, queue.assign, takeover.release, takeover.transfer, takeover.withdraw)),
        Route("/uploads/{upload_id}", in_thread(views.show_upload), methods=["GET"]),
        Route(f"{one}/correct", in_thread(learning.correct), methods=["POST"]),
        Route("/learning", in_thread(learning.show_learning), methods=["GET"]),
        Route("/learning/{correction_id}/decide", in_thread(learning.decide), methods=["POST"]),
        *_money_rooms(in_thread),
        Route("/{path:path}", _not_found),
    ]


def _money_rooms(in_thread: Callable[[View], Endpoint]) -> list[BaseRoute]:
    order, transfer, deal = "/orders/{number}", "/transfers/{transfer_id}", "/deals/{contact_id}"
    return [
        Route("/deals", in_thread(deals.show_deals), methods=["GET"]),
        Route(deal, in_thread(deals.show_deal), methods=["GET"]),
        Route(deal, in_thread(deals.save), methods=["POST"]),
        Route("/orders", in_thread(orders.show_orders), methods=["GET"]),
        Route(order, in_thread(orders.show_order), methods=["GET"]),
        Route("/transfers", in_thread(orders.show_transfers), methods=["GET"]),
        *(Route(f"{order}/{change.__name__}", in_thread(change), methods=["POST"]) for change in (orders.confirm, orders.refund)),
        *(Route(f"{transfer}/{change.__name__}", in_thread(change), methods=["POST"]) for change in (orders.assign, orders.send_back)),
    ]


def _answering(view: View, limiter: anyio.CapacityLimiter) -> Endpoint:
    """Run a view in a thread; the console's border: whatever goes wrong becomes a page."""

    async def answer(request: Request) -> Response:
        visit = visit_of(request)
        try:
            return await anyio.to_thread.run_sync(partial(view, visit, **request.path_params), limiter=limiter)
        except (UnknownConversationError, UnknownContactError, UnknownTicketError):
            return error_page(visit, 404)
        except Exception as error:
            _log.error("a page of the console failed", exc_info=error, extra={"path": request.url.path, "staff": _staff_id(visit)})
            return error_page(visit, 500)

    return answer


def _guarded_sign_in() -> Endpoint:
    limiter = anyio.CapacityLimiter(PASSWORD_THREADS)
    answer = _answering(sign_in.sign_in, limiter)

    async def guarded(request: Request) -> Response:
        if limiter.statistics().tasks_waiting >= MAX_WAITING_SIGN_INS:
            return error_page(visit_of(request), 503)
        return await answer(request)

    return guarded


async def _stream(services: Services, threads: anyio.CapacityLimiter, clock: Callable[[], datetime], request: Request) -> Response:
    visit, conversation_id = visit_of(request), request.query_params.get("conversation", "")

    def read_version() -> str | None:
        if read_session(services, visit.token, clock()) is None:
            return None
        with services.store.reading() as session:
            if not conversation_id:
                return queue_version(session)
            return views.room_version(session, conversation_id, visit.member.id, clock())

    read = partial(anyio.to_thread.run_sync, read_version, limiter=threads)
    stream = PageStream(services.wakeups, conversation_id or HANDOFFS, request.query_params.get("seen", ""), read)
    return StreamingResponse(stream.events(), media_type="text/event-stream", headers=HEADERS)


async def _go_home(request: Request) -> Response:
    return RedirectResponse(HOME, status_code=303)


async def _not_found(request: Request) -> Response:
    return error_page(visit_of(request), 404)


def _staff_id(visit: Visit) -> str:
    return visit.session.member.id if visit.session else ""
