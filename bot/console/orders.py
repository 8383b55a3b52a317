"""Orders and their money: the list, one order, transfers that nobody claimed, and what staff book."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from bot.checkout.news import payment_terms, tell_settlement
from bot.console.money_forms import BadFormError, read_notice
from bot.console.pages import error_page, page
from bot.console.visits import Visit
from bot.wakeups import HANDOFFS
from journey_state.audits import Deed, append_deed
from journey_state.content import get_content
from journey_state.errors import (
    JourneyError,
    OrderNotOpenError,
    TransferAssignedError,
    UnknownOrderError,
    UnknownTransferError,
    WrongAmountError,
)
from journey_state.ledger import list_unmatched, load_transfer
from journey_state.links import ORDER, ensure_link
from journey_state.order_lists import list_order_cards, list_payable, load_order_file
from journey_state.orders import CANCELLED, PAID, PLACED, REFUNDED
from journey_state.payments import Verdict
from journey_state.staff import find_staff_name
from journey_state.transfers import Settlement, assign_transfer, confirm_by_staff, give_back, return_unmatched

STATES = (PLACED, PAID, CANCELLED, REFUNDED)
SEARCH_LENGTH = 100
_PROBLEMS: Mapping[type[JourneyError], str] = {
    OrderNotOpenError: "order_not_open", WrongAmountError: "wrong_amount", TransferAssignedError: "transfer_assigned",
    UnknownOrderError: "unknown_order", UnknownTransferError: "transfer_assigned",
}
Booking = Callable[[Session], Settlement]


def show_orders(visit: Visit) -> Response:
    """The latest orders, of one state or holding a text."""
    state, search = visit.query.get("state", ""), visit.query.get("q", "").strip()[:SEARCH_LENGTH]
    state = state if state in STATES else ""
    with visit.services.store.reading() as session:
        cards, unmatched = list_order_cards(session, state=state, search=search), len(list_unmatched(session))
    shown: dict[str, Any] = {"cards": cards, "state": state, "states": STATES, "search": search, "unmatched": unmatched}
    return page(visit, "orders.html", **shown, plans=get_content().plans)


def show_order(visit: Visit, number: str, problem: str = "") -> Response:
    """One order with its ledger and what can be booked."""
    try:
        with visit.services.store.transaction() as session:
            file = load_order_file(session, number)
            token = ensure_link(session, ORDER, file.order.number, file.order.contact_id, visit.now)
            names = {line.noted_by: find_staff_name(session, line.noted_by) for line in file.transfers}
            append_deed(session, Deed(visit.member.id, "look", "order", file.order.number), visit.now)
    except UnknownOrderError:
        return error_page(visit, 404)
    return page(
        visit, "order.html", 422 if problem else 200, file=file, token=token, names=names, problem=problem,
        plans=get_content().plans, held_until=file.order.ordered_at + timedelta(days=payment_terms().valid_days), draft=visit.form,
    )


def show_transfers(visit: Visit, problem: str = "") -> Response:
    """Money that nobody's order claims, each with the orders it may be meant for."""
    with visit.services.store.reading() as session:
        found = [(transfer, list_payable(session, transfer.amount)) for transfer in list_unmatched(session)]
    return page(visit, "transfers.html", 422 if problem else 200, found=found, problem=problem, draft=visit.form)


def confirm(visit: Visit, number: str) -> Response:
    """Book money that was seen for the order: who, when, how much, and by what evidence."""
    return _book_for(visit, number, "confirm_payment", lambda session: confirm_by_staff(
        session, number, read_notice(visit), payment_terms(), visit.now,
    ))


def refund(visit: Visit, number: str) -> Response:
    """Book money that was sent back."""
    return _book_for(visit, number, "refund", lambda session: give_back(session, number, read_notice(visit), visit.now))


def assign(visit: Visit, transfer_id: str) -> Response:
    """Give an unmatched transfer to the order it was meant for."""
    number = visit.form.get("number", "").strip()
    problem = _book(visit, Deed(visit.member.id, "assign_transfer", "transfer", transfer_id), lambda session: assign_transfer(
        session, transfer_id, number, payment_terms(), visit.now,
    ))
    return show_transfers(visit, problem) if problem else RedirectResponse(f"/console/orders/{number.upper()}", status_code=303)


def send_back(visit: Visit, transfer_id: str) -> Response:
    """Book that an unmatched transfer went back to its sender."""
    def book(session: Session) -> Settlement:
        amount = load_transfer(session, transfer_id).amount
        sent = replace(visit, form={**visit.form, "amount": str(amount)})
        return return_unmatched(session, transfer_id, read_notice(sent), visit.now)

    problem = _book(visit, Deed(visit.member.id, "return_transfer", "transfer", transfer_id), book)
    return show_transfers(visit, problem) if problem else RedirectResponse("/console/transfers", status_code=303)


def _book_for(visit: Visit, number: str, verb: str, booking: Booking) -> Response:
    problem = _book(visit, Deed(visit.member.id, verb, "order", number), booking)
    return show_order(visit, number, problem) if problem else RedirectResponse(f"/console/orders/{number}", status_code=303)


def _book(visit: Visit, deed: Deed, booking: Booking) -> str:
    """Book, note the deed and tell the customer in one transaction; returns the key of what was wrong, empty when nothing was."""
    try:
        with visit.services.store.transaction() as session:
            settlement = booking(session)
            if settlement.is_repeat:
                return "transfer_booked" if settlement.verdict is Verdict.UNMATCHED else ""
            append_deed(session, deed, visit.now)
            told = tell_settlement(session, settlement, visit.now)
    except BadFormError as error:
        return str(error)
    except tuple(_PROBLEMS) as error:
        return _PROBLEMS[type(error)]
    visit.services.wakeups.notify(*filter(None, (told, HANDOFFS)))
    return ""
