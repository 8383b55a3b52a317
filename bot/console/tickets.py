"""Tickets: the list with clocks, one ticket, who has it, closing and reopening, merging, and answering the customer."""

from __future__ import annotations

from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from bot.channels.inbound_text import clean_text
from bot.console.changes import MAX_TEXT, append_said, form_key
from bot.console.pages import error_page, page
from bot.console.queue import parse_target
from bot.console.visits import Visit
from bot.wakeups import HANDOFFS
from journey_state.audits import Deed, append_deed
from journey_state.conversations import BOT, load_conversation
from journey_state.desk_choices import load_desk
from journey_state.errors import UnknownTicketError
from journey_state.messages import Reply
from journey_state.presence import list_availability
from journey_state.ticket_desk import (
    CLOSED,
    OPEN,
    TicketFilter,
    TicketMergeError,
    assign_ticket,
    find_conversation_of,
    list_siblings,
    list_ticket_cards,
    load_ticket_card,
    merge_tickets,
    note_answer,
    reopen_ticket,
)
from journey_state.tickets import Ticket, close_ticket


def show_tickets(visit: Visit) -> Response:
    """Open tickets, the most pressing first, or the closed ones."""
    state = CLOSED if visit.query.get("state") == CLOSED else OPEN
    chosen = TicketFilter(state, visit.query.get("team", ""), visit.member.id if visit.query.get("mine") else "")
    with visit.services.store.reading() as session:
        cards, desk = list_ticket_cards(session, chosen), load_desk(session)
    return page(visit, "tickets.html", cards=cards, chosen=chosen, desk=desk)


def show_ticket(visit: Visit, number: str, problem: str = "", status: int = 200, draft: str = "") -> Response:
    """One ticket and what can be done with it."""
    try:
        with visit.services.store.transaction() as session:
            card = load_ticket_card(session, number)
            room, siblings = find_conversation_of(session, card.ticket), list_siblings(session, card.ticket)
            desk, people = load_desk(session), list_availability(session, visit.now)
            append_deed(session, Deed(visit.member.id, "look", "ticket", number), visit.now)
    except UnknownTicketError:
        return error_page(visit, 404)
    shown = {"card": card, "room": room, "siblings": siblings, "problem": problem, "draft": draft}
    return page(visit, "ticket.html", status, desk=desk, people=people, **shown)


def assign(visit: Visit, number: str) -> Response:
    """Give a ticket to a team or a person."""
    with visit.services.store.transaction() as session:
        target = parse_target(load_desk(session), list_availability(session, visit.now), visit.form.get("to", ""))
        if target is not None:
            assign_ticket(session, load_ticket_card(session, number).ticket.number, target)
            _note(session, visit, "assign", number)
    return _back(number)


def close(visit: Visit, number: str) -> Response:
    """Close a ticket."""
    with visit.services.store.transaction() as session:
        close_ticket(session, number, visit.now)
        _note(session, visit, "close", number)
    return _back(number)


def reopen(visit: Visit, number: str) -> Response:
    """Open a closed ticket again."""
    with visit.services.store.transaction() as session:
        reopen_ticket(session, number)
        _note(session, visit, "reopen", number)
    return _back(number)


def merge(visit: Visit, number: str) -> Response:
    """Let a ticket become part of another one of the same person."""
    into = visit.form.get("into", "").strip().upper()
    try:
        with visit.services.store.transaction() as session:
            merge_tickets(session, number, into, visit.now)
            _note(session, visit, "merge", number)
    except (TicketMergeError, UnknownTicketError):
        return show_ticket(visit, number, "merge", 422)
    return _back(into)


def answer(visit: Visit, number: str) -> Response:
    """Answer on the customer's channel, with the ticket's number; the same form twice says it once."""
    text = clean_text(visit.form.get("text", ""))
    if not text or len(text) > MAX_TEXT:
        return show_ticket(visit, number, "length", 422, text)
    with visit.services.store.transaction() as session:
        ticket = load_ticket_card(session, number).ticket
        room = find_conversation_of(session, ticket)
        problem = "nowhere" if room is None else _say(session, visit, room, ticket, text)
    if problem:
        return show_ticket(visit, number, problem, 409, text)
    visit.services.wakeups.notify(room or "", HANDOFFS)
    return _back(number)


def _say(session: Session, visit: Visit, room: str, ticket: Ticket, text: str) -> str:
    """Why it was not said: a colleague answers this customer right now; empty when it was."""
    conversation = load_conversation(session, room, locked=True)
    if conversation.responder not in (BOT, visit.member.id):
        return "taken"
    if append_deed(session, Deed(visit.member.id, "reply", "ticket", ticket.number), visit.now, key=form_key(visit)):
        said = Reply(f"[{ticket.number}] {text}", language=conversation.language)
        append_said(session, visit, conversation, said, f"staff:{visit.member.id}")
        note_answer(session, ticket.number, visit.now)
    return ""


def _note(session: Session, visit: Visit, verb: str, number: str) -> None:
    append_deed(session, Deed(visit.member.id, verb, "ticket", number), visit.now)


def _back(number: str) -> Response:
    return RedirectResponse(f"/console/tickets/{number}", status_code=303)
