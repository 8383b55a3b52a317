"""Edited messages: the log shows the new words and keeps the earlier ones; nothing is answered by itself."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from journey_state.conversations import (
    BOT,
    Conversation,
    find_conversation,
    find_message,
    load_conversation,
    message_text,
    replace_words,
    take_seq,
)
from journey_state.messages import Choice
from journey_state.tables import messages, turns

# The meaning of the button that asks for an answer to the edited words; the channel resolves it, the engine never sees it.
ANSWER_EDIT = "answer_edit"
_MARKS = re.compile(r"[\W_]+")


@dataclass(frozen=True)
class Edit:
    """New words of a message that was received before. edited_at: aware UTC, by the channel's clock."""

    channel: str
    address: str
    channel_message_id: str
    text: str
    edited_at: datetime


@dataclass(frozen=True)
class Edited:
    """What an edit changed. is_answered: the bot has answered the earlier words, and they meant something else."""

    conversation: Conversation
    message_id: str
    is_answered: bool


def apply_edit(session: Session, edit: Edit) -> Edited | None:
    """Give a logged message its new words and keep the earlier ones beside them.

    None when nothing changes: an unknown message, a button, the same words, or an edit older than the one applied.
    A turn that has not run yet is answered by the new words.
    """
    found = find_conversation(session, edit.channel, edit.address)
    if found is None:
        return None
    conversation = load_conversation(session, found.id, locked=True)
    where = (messages.c.conversation_id == conversation.id) & (messages.c.channel_message_id == edit.channel_message_id)
    row = session.execute(sa.select(messages.c.id, messages.c.body).where(where)).one_or_none()
    if row is None or not edit.text or not _is_news(row.body, edit):
        return None
    before = message_text(row.body)
    earlier = [*(row.body.get("earlier") or ()), {"text": before, "until": edit.edited_at.isoformat()}]
    body = {**row.body, "text": edit.text, "earlier": earlier, "edited_at": edit.edited_at.isoformat()}
    session.execute(messages.update().where(messages.c.id == row.id).values(body=body))
    replace_words(session, row.id, edit.text)
    take_seq(session, conversation.id, conversation.last_at)  # whoever shows the log reads it again
    is_other = _plain(before) != _plain(edit.text)
    return Edited(conversation, row.id, is_other and _was_answered(session, row.id, conversation))


def make_edit_choice(label: str, message_id: str) -> Choice:
    """The button that asks for an answer to edited words."""
    return Choice(label, ANSWER_EDIT, {"message": message_id})


def find_edited_words(session: Session, choice: Choice) -> str | None:
    """The words that a pressed edit button asks about; None for any other button, or when they were erased."""
    message = find_message(session, choice.slots.get("message", "")) if choice.intent == ANSWER_EDIT else None
    return message_text(message.body) if message else None


def _is_news(body: dict[str, Any], edit: Edit) -> bool:
    applied = body.get("edited_at")
    is_older = applied is not None and datetime.fromisoformat(applied) > edit.edited_at
    return not is_older and "choice" not in body and message_text(body) != edit.text


def _was_answered(session: Session, message_id: str, conversation: Conversation) -> bool:
    query = sa.select(turns.c.state, turns.c.answered_by).where(turns.c.message_id == message_id)
    row = session.execute(query).one_or_none()
    return row is not None and row.state == "closed" and row.answered_by == BOT and conversation.responder == BOT


def _plain(text: str) -> str:
    """A text without case, spaces and punctuation: correcting those changes no question."""
    return _MARKS.sub("", text.casefold())
