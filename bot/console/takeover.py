"""How a takeover goes on or ends: to a colleague, to a team, back to the assistant with what was promised."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from bot.channels.inbound_text import clean_text
from bot.console.changes import go_back, note_deed, tell_customer
from bot.console.queue import parse_target
from bot.console.views import Refused, show_conversation
from bot.console.visits import HOME, Visit
from bot.wakeups import HANDOFFS
from journey_state.audits import Deed, append_deed
from journey_state.conversations import BOT, Conversation, append_note, load_conversation
from journey_state.desk_choices import load_desk
from journey_state.errors import NotResponderError
from journey_state.handoffs import release_conversation
from journey_state.periods import VIETNAM
from journey_state.presence import Availability, list_availability
from journey_state.promises import INTENTS_OF_TOPIC, MAX_LENGTH, NewPromise, append_promise, withdraw_promise
from journey_state.staff import Role
from journey_state.takeovers import requeue_conversation, transfer_conversation


def release(visit: Visit, conversation_id: str) -> Response:
    """Give a conversation back to the assistant, with what was promised; supervisors may do it for whoever forgot."""
    try:
        with visit.services.store.transaction() as session:
            conversation = load_conversation(session, conversation_id, locked=True)
            release_conversation(session, conversation_id, _releasing(visit, conversation), visit.now)
            note_deed(session, visit, "release", conversation_id)
            _keep_promise(session, visit, conversation)
            tell_customer(session, visit, conversation, "left")
    except NotResponderError:
        return show_conversation(visit, conversation_id, Refused("not_responder", 409))
    return go_back(visit, conversation_id)


def transfer(visit: Visit, conversation_id: str) -> Response:
    """Let a colleague answer, or put the conversation into a team's queue; a word about why is left as a note."""
    try:
        with visit.services.store.transaction() as session:
            conversation = load_conversation(session, conversation_id, locked=True)
            people = list_availability(session, visit.now)
            target = parse_target(load_desk(session), people, visit.form.get("to", ""))
            if target is None or target[1] == conversation.responder:
                return go_back(visit, conversation_id)
            _pass_on(session, visit, conversation, target, people)
    except NotResponderError:
        return show_conversation(visit, conversation_id, Refused("not_responder", 409))
    visit.services.wakeups.notify(conversation_id, HANDOFFS)
    return RedirectResponse(HOME, status_code=303)


def withdraw(visit: Visit, conversation_id: str) -> Response:
    """End a promise: it was kept, or was a mistake."""
    with visit.services.store.transaction() as session:
        load_conversation(session, conversation_id, locked=True)
        withdraw_promise(session, visit.form.get("promise", ""), visit.now)
        append_deed(session, Deed(visit.member.id, "withdraw", "promise", visit.form.get("promise", "")[:64]), visit.now)
    return go_back(visit, conversation_id)


def parse_day(raw: str) -> datetime | None:
    """The end of a day that a form names as 2026-12-31, in Vietnam; None for anything else."""
    try:
        day = date.fromisoformat(raw)
    except ValueError:
        return None
    return datetime(day.year, day.month, day.day, tzinfo=VIETNAM) + timedelta(days=1, seconds=-1)


def _releasing(visit: Visit, conversation: Conversation) -> str:
    is_for_another = visit.member.role.includes(Role.SUPERVISOR) and conversation.responder != BOT
    return conversation.responder if is_for_another else visit.member.id


def _keep_promise(session: Session, visit: Visit, conversation: Conversation) -> None:
    text = clean_text(visit.form.get("promise", ""))[:MAX_LENGTH]
    if not text:
        return
    topic = visit.form.get("topic", "")
    append_promise(session, NewPromise(
        conversation.contact_id, conversation.id, topic if topic in INTENTS_OF_TOPIC else "other", text, visit.member.id,
        parse_day(visit.form.get("until", "")),
    ), visit.now)


def _pass_on(
    session: Session, visit: Visit, conversation: Conversation, target: tuple[str, str], people: list[Availability]
) -> None:
    team, staff_id = target
    if staff_id:
        transfer_conversation(session, conversation.id, visit.member.id, staff_id)
        name = next(person.name for person in people if person.staff_id == staff_id)
        tell_customer(session, visit, conversation, "joined", name)
    else:
        requeue_conversation(session, conversation.id, visit.member.id, team, visit.now)
        tell_customer(session, visit, conversation, "passed_on")
    note_deed(session, visit, "transfer", conversation.id)
    if why := clean_text(visit.form.get("why", ""))[:4000]:
        append_note(session, conversation.id, why, author=f"staff:{visit.member.id}", now=visit.now)
