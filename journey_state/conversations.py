"""The conversation log: the source of truth for everything said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import token_urlsafe
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from journey_state.contacts import ensure_contact, find_linked_contacts
from journey_state.errors import UnknownChoiceError, UnknownConversationError
from journey_state.file_removals import remove_uploads
from journey_state.messages import Card, Choice, InboundMessage, LoggedMessage, Reply
from journey_state.store import insert_once, new_id
from journey_state.tables import (
    channel_cursors,
    choices,
    content_gaps,
    conversations,
    message_words,
    messages,
    outbox,
    staff,
    trackers,
    turns,
)
from journey_state.texts import fold

BOT = "bot"
NEWS_CHANNEL = "donghanh"


@dataclass(frozen=True)
class Accepted:
    """Where an inbound message was written down. is_repeat: it was there before."""

    conversation_id: str
    message_id: str
    seq: int
    is_repeat: bool


@dataclass(frozen=True)
class Conversation:
    """One contact on one channel. responder: "bot", or a staff member's id."""

    id: str
    contact_id: str
    channel: str
    address: str
    language: str
    responder: str
    opened_at: datetime
    last_at: datetime


@dataclass(frozen=True)
class Posting:
    """Who says something and when. answers_id: the message it answers.

    is_mailbox: the channel reads replies from the log itself (website), so being committed is being
    delivered; other channels get an open outbox row.
    """

    author: str
    at: datetime
    answers_id: str | None = None
    is_mailbox: bool = True


def accept_message(session: Session, inbound: InboundMessage) -> Accepted:
    """Write an inbound message down and open its turn; a repeat changes nothing.

    Raises UnknownChoiceError when a button's token was not issued in this conversation.
    """
    conversation_id = _lock_conversation_at(session, inbound.channel, inbound.address, inbound.received_at).id
    earlier = find_accepted(session, conversation_id, inbound.channel_message_id)
    if earlier is not None:
        return earlier
    message_id, seq = new_id(), take_seq(session, conversation_id, inbound.received_at)
    body: dict[str, Any] = {"text": inbound.text, "details": dict(inbound.details)}
    choice = load_choice(session, conversation_id, inbound.choice_token) if inbound.choice_token else inbound.choice
    if choice:
        body.update(text=choice.label, choice={"intent": choice.intent, "slots": dict(choice.slots)})
    session.execute(_INSERT_MESSAGE, {
        "id": message_id, "conversation_id": conversation_id, "seq": seq, "direction": "in", "author": "contact",
        "channel_message_id": inbound.channel_message_id, "body": body, "at": inbound.received_at,
    })
    keep_words(session, [(message_id, message_text(body))])
    session.execute(_OPEN_TURN, {
        "message_id": message_id, "conversation_id": conversation_id, "seq": seq, "state": "open",
        "opened_at": inbound.received_at, "retry_at": inbound.received_at,
    })
    return Accepted(conversation_id, message_id, seq, is_repeat=False)


def accept_wordless(session: Session, inbound: InboundMessage, reply: Reply, *, is_mailbox: bool = False) -> bool:
    """Write down what the channel itself answers (a photo, which needs words); no turn is opened. False for a repeat.

    The same answer is not given twice within a minute: ten pictures of one album are one thing said.
    """
    conversation = _lock_conversation_at(session, inbound.channel, inbound.address, inbound.received_at)
    conversation_id = conversation.id
    if find_accepted(session, conversation_id, inbound.channel_message_id) is not None:
        return False
    session.execute(messages.insert().values(
        id=new_id(), conversation_id=conversation_id, seq=take_seq(session, conversation_id, inbound.received_at),
        direction="in", author="contact", channel_message_id=inbound.channel_message_id,
        body={"text": inbound.text, "details": dict(inbound.details)}, at=inbound.received_at,
    ))
    if conversation.responder == BOT and not _was_just_said(session, conversation_id, reply.text, inbound.received_at):
        append_reply(session, conversation, reply, Posting("system", inbound.received_at, is_mailbox=is_mailbox))
    return True


def ensure_conversation(session: Session, channel: str, address: str, now: datetime) -> str:
    """Return the id of the conversation with an address, opening it if there is none."""
    place = {"channel": channel, "address": address}
    found = session.execute(_CONVERSATION_AT, place).one_or_none()
    if found is not None:
        return str(found.id)
    contact_id = ensure_contact(session, channel, address, now)
    row = {"id": new_id(), "contact_id": contact_id, "channel": channel, "address": address, "opened_at": now, "last_at": now}
    if insert_once(session, conversations, row):
        _announce(session, address)  # a stream that was open before there was a conversation listens to the address
    return str(session.execute(_CONVERSATION_AT, place).one().id)


def _lock_conversation_at(session: Session, channel: str, address: str, now: datetime) -> Conversation:
    """The conversation with an address, opened if there is none, its row held."""
    row = session.execute(_LOCKED_CONVERSATION_AT, {"channel": channel, "address": address}).one_or_none()
    if row is not None:
        return Conversation(*row)
    return load_conversation(session, ensure_conversation(session, channel, address, now), locked=True)


def take_seq(session: Session, conversation_id: str, now: datetime) -> int:
    """Take the next sequence number, under the conversation's row lock."""
    return _take_seqs(session, conversation_id, now, 1)[0]


def _take_seqs(session: Session, conversation_id: str, now: datetime, count: int) -> range:
    session.execute(_ADVANCE_SEQ, {"conversation": conversation_id, "moment": now, "count": count})
    following = session.execute(_READ_SEQ, {"conversation": conversation_id}).scalar_one_or_none()
    if following is None:
        raise UnknownConversationError(f"conversation {conversation_id} does not exist; it may have been erased")
    _announce(session, conversation_id)
    return range(following - count, following)


def append_reply(session: Session, conversation: Conversation, reply: Reply, posting: Posting) -> str:
    """Append a reply to the log and queue it for delivery; returns the message's id."""
    return append_replies(session, conversation, (reply,), posting)[0]


def append_replies(session: Session, conversation: Conversation, replies: Sequence[Reply], posting: Posting) -> list[str]:
    """`append_reply` for several at once, in their order; returns the messages' ids."""
    seqs = _take_seqs(session, conversation.id, posting.at, len(replies))
    rows: list[dict[str, Any]] = [
        {"id": new_id(), "conversation_id": conversation.id, "seq": seq, "direction": "out", "author": posting.author,
         "answers_id": posting.answers_id, "at": posting.at}
        for seq in seqs
    ]
    bodies = [_reply_body(session, conversation.id, row["id"], reply) for row, reply in zip(rows, replies, strict=True)]
    session.execute(_INSERT_MESSAGE, [{**row, "body": body} for row, body in zip(rows, bodies, strict=True)])
    keep_words(session, [(row["id"], reply.text) for row, reply in zip(rows, replies, strict=True)])
    session.execute(_INSERT_DELIVERY, [_delivery(conversation, row["id"], row["seq"], posting) for row in rows])
    return [row["id"] for row in rows]


def _delivery(conversation: Conversation, message_id: str, seq: int, posting: Posting) -> dict[str, Any]:
    return {
        "message_id": message_id, "conversation_id": conversation.id, "channel": conversation.channel,
        "address": conversation.address, "seq": seq, "state": "sent" if posting.is_mailbox else "queued",
        "retry_at": posting.at, "queued_at": posting.at, "sent_at": posting.at if posting.is_mailbox else None,
    }


def append_note(session: Session, conversation_id: str, text: str, *, author: str, now: datetime) -> str:
    """Append a note that only staff see; returns the message's id."""
    message_id = new_id()
    session.execute(messages.insert().values(
        id=message_id, conversation_id=conversation_id, seq=take_seq(session, conversation_id, now),
        direction="note", author=author, body={"text": text}, at=now,
    ))
    keep_words(session, [(message_id, text)])
    return message_id


def keep_words(session: Session, said: Sequence[tuple[str, str]]) -> None:
    """Keep the words of new messages folded, to be found by. said: (message's id, text)."""
    if rows := [{"message_id": message_id, "folded": fold(text)} for message_id, text in said if text]:
        session.execute(_INSERT_WORDS, rows)


def replace_words(session: Session, message_id: str, text: str) -> None:
    """Let an edited message be found by its new words only."""
    session.execute(message_words.delete().where(message_words.c.message_id == message_id))
    keep_words(session, [(message_id, text)])


def load_conversation(session: Session, conversation_id: str, *, locked: bool = False) -> Conversation:
    """Return a conversation; locked holds its row. Raises UnknownConversationError."""
    row = session.execute(_LOCKED_CONVERSATION if locked else _CONVERSATION, {"conversation": conversation_id}).one_or_none()
    if row is None:
        raise UnknownConversationError(f"conversation {conversation_id} does not exist; it may have been erased")
    return Conversation(*row)


def find_conversation(session: Session, channel: str, address: str) -> Conversation | None:
    """Return the conversation with an address, or None."""
    row = session.execute(_CONVERSATION_AT, {"channel": channel, "address": address}).one_or_none()
    return None if row is None else Conversation(*row)


def find_latest_conversation(session: Session, contact_id: str) -> Conversation | None:
    """Where the person behind a contact was last, on whichever channel; None when they never wrote."""
    people = find_linked_contacts(session, contact_id)
    query = sa.select(*CONVERSATION_COLUMNS).where(conversations.c.contact_id.in_(people)).order_by(conversations.c.last_at.desc()).limit(1)
    row = session.execute(query).one_or_none()
    return None if row is None else Conversation(*row)


def read_messages(session: Session, conversation_id: str, *, after_seq: int = 0, limit: int = 200,
                  with_notes: bool = False) -> Sequence[LoggedMessage]:
    """Return log rows with seq > after_seq, oldest first; notes only for staff."""
    place = {"conversation": conversation_id, "after": after_seq, "most": limit, "shown": _SHOWN_TO_STAFF if with_notes else _SHOWN}
    return [LoggedMessage(*row) for row in session.execute(_MESSAGES_AFTER, place)]


def read_latest_messages(session: Session, conversation_id: str, *, limit: int = 100, before_seq: int | None = None,
                         with_notes: bool = False) -> Sequence[LoggedMessage]:
    """Return the newest rows (below before_seq when given), oldest of them first."""
    shown = _SHOWN_TO_STAFF if with_notes else _SHOWN
    query = _MESSAGES.where(messages.c.conversation_id == conversation_id, messages.c.direction.in_(shown))
    if before_seq is not None:
        query = query.where(messages.c.seq < before_seq)
    rows = session.execute(query.order_by(messages.c.seq.desc()).limit(limit)).all()
    return [LoggedMessage(*row) for row in reversed(rows)]


def find_message(session: Session, message_id: str) -> LoggedMessage | None:
    """Return one log row, or None when it was erased."""
    row = session.execute(_MESSAGES.where(messages.c.id == message_id)).one_or_none()
    return None if row is None else LoggedMessage(*row)


def load_choice(session: Session, conversation_id: str, token: str) -> Choice:
    """Resolve a button's token. Raises UnknownChoiceError for a foreign or unknown one."""
    where = (choices.c.token == token) & (choices.c.conversation_id == conversation_id)
    row = session.execute(sa.select(choices.c.label, choices.c.intent, choices.c.slots).where(where)).one_or_none()
    if row is None:
        raise UnknownChoiceError("this button is not of this conversation; type the question instead")
    return Choice(row.label, row.intent, row.slots)


def set_conversation_language(session: Session, conversation_id: str, language: str) -> None:
    """Remember the language a conversation is held in."""
    session.execute(conversations.update().where(conversations.c.id == conversation_id).values(language=language))


def load_cursor(session: Session, channel: str) -> str | None:
    """How far a channel has been read; None before the first time."""
    return session.execute(sa.select(channel_cursors.c.cursor).where(channel_cursors.c.channel == channel)).scalar_one_or_none()


def save_cursor(session: Session, channel: str, cursor: str) -> None:
    """Remember how far a channel has been read, with what was read."""
    if not insert_once(session, channel_cursors, {"channel": channel, "cursor": cursor}):
        session.execute(channel_cursors.update().where(channel_cursors.c.channel == channel).values(cursor=cursor))


def mark_once(session: Session, key: str) -> bool:
    """True the first time a key (at most 32 characters) is marked, on whichever replica."""
    return insert_once(session, channel_cursors, {"channel": key, "cursor": "done"})


def purge_conversations(session: Session, last_before: datetime, limit: int = 50) -> int:
    """Empty up to `limit` conversations whose last message is older; returns how many.

    Only what was said goes: messages, files, turns, buttons, deliveries, Rasa's memory and content gaps.
    Touchpoints, trials, orders and tickets have their own rules.
    """
    has_messages = sa.exists().where(messages.c.conversation_id == conversations.c.id)
    query = sa.select(conversations.c.id).where(conversations.c.last_at < last_before, has_messages).limit(limit)
    # Locked, so that a message which arrives meanwhile is not emptied with the old ones.
    ids = session.execute(query.with_for_update(skip_locked=True)).scalars().all()
    remove_uploads(session, ids, last_before)
    for table in (choices, outbox, turns, trackers, content_gaps, messages):
        session.execute(table.delete().where(table.c.conversation_id.in_(ids)))
    return len(ids)


def _announce(session: Session, key: str) -> None:
    """Tell other replicas, at commit, that the conversation with this id or address changed (PostgreSQL only)."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sa.select(sa.func.pg_notify(NEWS_CHANNEL, key)))


def _reply_body(session: Session, conversation_id: str, message_id: str, reply: Reply) -> dict[str, Any]:
    issued: list[dict[str, Any]] = []

    def issue(choice: Choice) -> dict[str, str]:
        token = token_urlsafe(12)
        issued.append({
            "token": token, "conversation_id": conversation_id, "message_id": message_id,
            "label": choice.label[:200], "intent": choice.intent, "slots": dict(choice.slots),
        })
        return {"label": choice.label, "token": token}

    def lay(card: Card) -> dict[str, Any]:
        laid: dict[str, Any] = {"title": card.title, "lines": list(card.lines), "badge": card.badge, "url": card.url}
        return {**laid, "choice": issue(card.choice)} if card.choice else laid

    body = {
        "text": reply.text, "language": reply.language, "image_url": reply.image_url,
        "choices": [issue(choice) for choice in reply.choices], "cards": [lay(card) for card in reply.cards],
    }
    if issued:
        session.execute(_ISSUE_CHOICES, issued)
    return body


def find_accepted(session: Session, conversation_id: str, channel_message_id: str) -> Accepted | None:
    """Where a message of this channel's id was written down before, or None."""
    row = session.execute(_ACCEPTED, {"conversation": conversation_id, "channel_message": channel_message_id}).one_or_none()
    return None if row is None else Accepted(conversation_id, row.id, row.seq, is_repeat=True)


def _was_just_said(session: Session, conversation_id: str, text: str, now: datetime) -> bool:
    where = (messages.c.conversation_id == conversation_id) & (messages.c.direction == "out")
    row = session.execute(sa.select(messages.c.body, messages.c.at).where(where).order_by(messages.c.seq.desc()).limit(1)).one_or_none()
    return row is not None and message_text(row.body) == text and now - row.at < timedelta(minutes=1)


def message_text(body: Mapping[str, Any]) -> str:
    """The words of a log row's body."""
    return str(body.get("text") or "")


# Built once: building a statement costs more than running it.
_ADVANCE_SEQ = (
    conversations.update().where(conversations.c.id == sa.bindparam("conversation"))
    .values(next_seq=conversations.c.next_seq + sa.bindparam("count"), last_at=sa.bindparam("moment"))
)
_READ_SEQ = sa.select(conversations.c.next_seq).where(conversations.c.id == sa.bindparam("conversation"))
CONVERSATION_COLUMNS: tuple[Any, ...] = tuple(conversations.c[name] for name in Conversation.__dataclass_fields__)
_CONVERSATION_ID = sa.bindparam("conversation")
_CONVERSATION = sa.select(*CONVERSATION_COLUMNS).where(conversations.c.id == _CONVERSATION_ID)
_LOCKED_CONVERSATION = _CONVERSATION.with_for_update()
_CONVERSATION_AT = sa.select(*CONVERSATION_COLUMNS).where(
    conversations.c.channel == sa.bindparam("channel"), conversations.c.address == sa.bindparam("address"),
)
_LOCKED_CONVERSATION_AT = _CONVERSATION_AT.with_for_update()
_ACCEPTED = sa.select(messages.c.id, messages.c.seq).where(
    messages.c.conversation_id == _CONVERSATION_ID, messages.c.channel_message_id == sa.bindparam("channel_message"),
)
_AUTHOR_NAME = sa.select(staff.c.name).where(sa.literal("staff:") + staff.c.id == messages.c.author).scalar_subquery()
_MESSAGES = sa.select(
    messages.c.id, messages.c.conversation_id, messages.c.seq, messages.c.direction, messages.c.author,
    messages.c.body, messages.c.at, sa.func.coalesce(_AUTHOR_NAME, ""),
)
_SHOWN, _SHOWN_TO_STAFF = ("in", "out"), ("in", "out", "note")
_MESSAGES_AFTER = _MESSAGES.where(
    messages.c.conversation_id == _CONVERSATION_ID, messages.c.seq > sa.bindparam("after"),
    messages.c.direction.in_(sa.bindparam("shown", expanding=True)),
).order_by(messages.c.seq).limit(sa.bindparam("most"))
_INSERT_MESSAGE = messages.insert()
_INSERT_WORDS = message_words.insert()
_INSERT_DELIVERY = outbox.insert()
_OPEN_TURN = turns.insert()
_ISSUE_CHOICES = choices.insert()
