"""What staff change: who answers a conversation, what is said and noted in it, and their own language."""

from __future__ import annotations

import re

from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from bot.channels.channel import MAILBOX_CHANNELS
from bot.channels.inbound_text import clean_text
from bot.console.views import Refused, show_conversation
from bot.console.visits import Visit, own_path
from bot.console.words import say
from bot.wakeups import HANDOFFS
from journey_state.audits import Deed, append_deed
from journey_state.conversations import Conversation, Posting, append_note, append_reply, load_conversation
from journey_state.errors import HandoffTakenError, NotResponderError
from journey_state.handoffs import check_responder, claim_conversation
from journey_state.messages import Reply
from journey_state.staff import set_staff_language
from journey_state.store import new_id

MAX_TEXT = 4_000
_KEY = re.compile(r"[0-9a-f]{32}")


def claim(visit: Visit, conversation_id: str) -> Response:
    """Answer a conversation from now on; of several who claim it at once one wins, the others see who."""
    try:
        with visit.services.store.transaction() as session:
            conversation = load_conversation(session, conversation_id, locked=True)
            claim_conversation(session, conversation_id, visit.member.id, visit.now)
            if conversation.responder != visit.member.id:
                note_deed(session, visit, "claim", conversation_id)
                tell_customer(session, visit, conversation, "joined")
    except HandoffTakenError:
        return show_conversation(visit, conversation_id, Refused("taken", 409))
    return go_back(visit, conversation_id)


def reply(visit: Visit, conversation_id: str) -> Response:
    """Say something to the customer, on whichever channel they are; the same form twice says it once."""
    text = clean_text(visit.form.get("text", ""))
    if problem := _problem_of(text):
        return show_conversation(visit, conversation_id, Refused(problem, 422, text))
    try:
        with visit.services.store.transaction() as session:
            conversation = load_conversation(session, conversation_id, locked=True)
            check_responder(conversation, visit.member.id)
            if note_deed(session, visit, "reply", conversation_id, form_key(visit)):
                append_said(session, visit, conversation, Reply(text, language=conversation.language), f"staff:{visit.member.id}")
    except NotResponderError:
        return show_conversation(visit, conversation_id, Refused("not_responder", 409, text))
    return go_back(visit, conversation_id, "reply")


def note(visit: Visit, conversation_id: str) -> Response:
    """Write something down that only staff read; everybody on the staff may."""
    text = clean_text(visit.form.get("text", ""))
    if problem := _problem_of(text):
        return show_conversation(visit, conversation_id, Refused(problem, 422))
    with visit.services.store.transaction() as session:
        load_conversation(session, conversation_id, locked=True)
        if note_deed(session, visit, "note", conversation_id, form_key(visit)):
            append_note(session, conversation_id, text, author=f"staff:{visit.member.id}", now=visit.now)
    return go_back(visit, conversation_id, "note")


def choose_language(visit: Visit) -> Response:
    """Read the console in another language from now on."""
    language = "en" if visit.form.get("language") == "en" else "vi"
    with visit.services.store.transaction() as session:
        set_staff_language(session, visit.member.id, language)
    return RedirectResponse(own_path(visit.form.get("next", "")), status_code=303)


def tell_customer(session: Session, visit: Visit, conversation: Conversation, key: str, name: str = "") -> None:
    """Say in the customer's language who answers now. name: the member's own unless another is given."""
    language = "en" if conversation.language == "en" else "vi"
    text = say(language, key, name=name or visit.member.name)
    append_said(session, visit, conversation, Reply(text, language=language), "system")


def append_said(session: Session, visit: Visit, conversation: Conversation, said: Reply, author: str) -> None:
    """Append what is said to the customer, on whichever channel they are."""
    is_mailbox = conversation.channel in MAILBOX_CHANNELS
    append_reply(session, conversation, said, Posting(author, visit.now, is_mailbox=is_mailbox))


def note_deed(session: Session, visit: Visit, verb: str, conversation_id: str, key: str | None = None) -> bool:
    """Write down what the member did to a conversation; False for the same form a second time."""
    return append_deed(session, Deed(visit.member.id, verb, "conversation", conversation_id), visit.now, key=key)


def form_key(visit: Visit) -> str:
    """The form's own id: a form that is sent twice is one deed."""
    key = visit.form.get("key", "")
    return key if _KEY.fullmatch(key) else new_id()


def _problem_of(text: str) -> str:
    if not text:
        return "empty"
    return "too_long" if len(text) > MAX_TEXT else ""


def go_back(visit: Visit, conversation_id: str, sent: str = "") -> Response:
    """Back to the conversation; sent: which draft the page's script may forget now."""
    visit.services.wakeups.notify(conversation_id, HANDOFFS)
    query = f"?sent={sent}" if sent else ""
    return RedirectResponse(f"/console/conversations/{conversation_id}{query}", status_code=303)
