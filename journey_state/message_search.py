"""Search over all transcripts, with or without diacritics: every message has a folded copy beside it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from journey_state.conversations import message_text
from journey_state.tables import contacts, conversations, message_words, messages
from journey_state.texts import fold

MIN_LENGTH = 2
MAX_WORDS = 8


@dataclass(frozen=True)
class Found:
    """A message that has all words searched for."""

    conversation_id: str
    seq: int
    at: datetime
    author: str
    text: str
    channel: str
    contact_name: str


def search_messages(session: Session, words: str, limit: int = 50) -> list[Found]:
    """Messages and notes that contain every word, the latest first; fewer than MIN_LENGTH letters find nothing."""
    wanted = [word for word in fold(words).split() if word][:MAX_WORDS]
    if len("".join(wanted)) < MIN_LENGTH:
        return []
    query = (
        sa.select(
            messages.c.conversation_id, messages.c.seq, messages.c.at, messages.c.author, messages.c.body, conversations.c.channel,
            contacts.c.name,
        )
        .select_from(message_words).join(messages, messages.c.id == message_words.c.message_id)
        .join(conversations, conversations.c.id == messages.c.conversation_id)
        .join(contacts, contacts.c.id == conversations.c.contact_id)
        .where(*(message_words.c.folded.contains(word, autoescape=True) for word in wanted))
        .order_by(messages.c.at.desc(), messages.c.seq.desc()).limit(limit)
    )
    return [
        Found(row.conversation_id, row.seq, row.at, row.author, message_text(row.body), row.channel, row.name or "")
        for row in session.execute(query)
    ]
