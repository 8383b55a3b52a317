"""What leaves the console: a conversation to print or to keep, and what is found in all of them."""

from __future__ import annotations

import json

from starlette.responses import Response

from bot.console.pages import page
from bot.console.views import read_room
from bot.console.visits import Visit
from journey_state.audits import Deed, append_deed
from journey_state.message_search import search_messages

# A printed conversation is read by people; longer ones are exported.
PRINTED_LINES = 500
MAX_QUERY = 200


def show_search(visit: Visit) -> Response:
    """Every message that has the words, with or without diacritics; what was searched for is not written down."""
    words = visit.query.get("q", "")[:MAX_QUERY].strip()
    with visit.services.store.reading() as session:
        found = search_messages(session, words) if words else []
    if words:
        with visit.services.store.transaction() as session:
            append_deed(session, Deed(visit.member.id, "search", "console", ""), visit.now)
    return page(visit, "search.html", words=words, found=found)


def print_conversation(visit: Visit, conversation_id: str) -> Response:
    """Card and transcript without anything to press, as they go onto paper."""
    with visit.services.store.reading() as session:
        room = read_room(session, conversation_id, visit, limit=PRINTED_LINES)
    _note(visit, "print", conversation_id)
    return page(visit, "print.html", room=room)


def export_conversation(visit: Visit, conversation_id: str) -> Response:
    """The conversation as a JSON file: what was said, when, by whom, and what the assistant understood."""
    with visit.services.store.reading() as session:
        room = read_room(session, conversation_id, visit, limit=10_000)
    _note(visit, "export", conversation_id)
    said = [
        {
            "number": line.message.seq, "at": line.message.at.isoformat(), "kind": line.message.direction,
            "by": line.message.author_name or line.message.author.partition(":")[0], "text": line.message.body.get("text") or "",
            "intent": line.turn.understanding.intents[0][0] if line.turn and line.turn.understanding.intents else None,
            "stage": line.estimate.slot_value if line.estimate else None,
        }
        for line in room.lines
    ]
    conversation = room.conversation
    document = {"conversation": conversation.id, "channel": conversation.channel, "summary": list(room.card.summary), "messages": said}
    headers = {"content-disposition": f'attachment; filename="conversation-{conversation.id[:8]}.json"'}
    return Response(json.dumps(document, ensure_ascii=False, indent=1), media_type="application/json", headers=headers)


def _note(visit: Visit, verb: str, conversation_id: str) -> None:
    with visit.services.store.transaction() as session:
        append_deed(session, Deed(visit.member.id, verb, "conversation", conversation_id), visit.now)
