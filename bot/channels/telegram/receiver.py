"""Writes an update down: one transaction, whatever it is; says what is to be done once it is committed."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session
from telegram import ChatMemberUpdated, Message, Update

from bot.channels.telegram.reading import (
    CHANNEL,
    answer_wordless,
    choose_hint,
    find_private_chat,
    read_edit,
    read_message,
    read_press,
)
from bot.channels.telegram.words import say
from journey_state.conversations import (
    Accepted,
    accept_message,
    accept_wordless,
    append_note,
    append_reply,
    find_conversation,
    load_choice,
    mark_once,
    save_cursor,
)
from journey_state.deliveries import fail_address
from journey_state.edits import apply_edit, find_edited_words, make_edit_choice
from journey_state.errors import UnknownChoiceError
from journey_state.handoffs import find_open_handoff
from journey_state.messages import InboundMessage, Reply
from journey_state.store import JourneyStore

log = logging.getLogger(__name__)

GROUPS = ("group", "supergroup")
GONE = ("kicked", "left")


@dataclass(frozen=True)
class Received:
    """What an update led to. answering: the turn's conversation and chat; pointed: the group to be shown our private chat."""

    answering: tuple[str, str] | None = None
    changed: str | None = None
    pointed: tuple[int, str] | None = None


def write_down(store: JourneyStore, update: Update, now: datetime, *, cursor: str | None = None) -> Received:
    """Commit an update; with a cursor, how far Telegram has been read goes into the same transaction."""
    with store.transaction() as session:
        received = _receive(session, update, now)
        if cursor is not None:
            save_cursor(session, CHANNEL, cursor)
    return received


def skip(store: JourneyStore, cursor: str) -> None:
    """Go past an update that cannot be written down."""
    with store.transaction() as session:
        save_cursor(session, CHANNEL, cursor)


def _receive(session: Session, update: Update, now: datetime) -> Received:
    if find_private_chat(update) is None:
        return _point_to_private_chat(session, update)
    if update.my_chat_member:
        return _note_membership(session, update.my_chat_member, now)
    if update.edited_message:
        return _edit(session, update.edited_message, now)
    if update.callback_query:
        return _press(session, update, now)
    return _read(session, update.message, now) if update.message else Received()


def _read(session: Session, message: Message, now: datetime) -> Received:
    address = str(message.chat.id)
    known = find_conversation(session, CHANNEL, address)
    language = known.language if known else choose_hint(message.from_user) or "vi"
    inbound = read_message(message, language, now)
    if inbound.text or inbound.choice:
        return _answer_later(accept_message(session, inbound), address)
    is_staff_called = known is not None and find_open_handoff(session, known.id) is not None
    accept_wordless(session, inbound, answer_wordless(message, language, is_staff_called=is_staff_called))
    return Received(changed=known.id if known else None)


def _press(session: Session, update: Update, now: datetime) -> Received:
    query, chat = update.callback_query, find_private_chat(update)
    assert query is not None and chat is not None
    inbound = read_press(query, str(chat.id), now)
    known = find_conversation(session, CHANNEL, inbound.address)
    try:
        words = find_edited_words(session, load_choice(session, known.id, inbound.choice_token or "")) if known else None
        asked = InboundMessage(**{**vars(inbound), "text": words, "choice_token": None}) if words else inbound
        return _answer_later(accept_message(session, asked), inbound.address) if known else Received()
    except UnknownChoiceError:
        log.info("a button of an erased conversation was pressed")
        return Received()


def _edit(session: Session, message: Message, now: datetime) -> Received:
    edited = apply_edit(session, read_edit(message, now))
    if edited is None:
        return Received()
    if edited.is_answered:
        language = edited.conversation.language
        choice = make_edit_choice(say(language, "answer_edit"), edited.message_id)
        offer = Reply(say(language, "noticed_edit"), choices=(choice,), language=language)
        append_reply(session, edited.conversation, offer, author="system", now=now, is_mailbox=False)
    return Received(changed=edited.conversation.id)


def _note_membership(session: Session, change: ChatMemberUpdated, now: datetime) -> Received:
    """The contact blocked the bot, or opened it again: staff must not wait for an answer that cannot come."""
    known = find_conversation(session, CHANNEL, str(change.chat.id))
    if known is None or change.new_chat_member.status == change.old_chat_member.status:
        return Received()
    is_gone = change.new_chat_member.status in GONE
    append_note(session, known.id, say(known.language, "note_blocked" if is_gone else "note_unblocked"), author="system", now=now)
    if is_gone:
        fail_address(session, known.id, "Forbidden: bot was blocked by the user")
    return Received(changed=known.id)


def _point_to_private_chat(session: Session, update: Update) -> Received:
    """Once for each group, whoever writes there and however often."""
    message, chat = update.message, update.effective_chat
    if message is None or chat is None or chat.type not in GROUPS or not (message.text or message.caption):
        return Received()
    sender = message.from_user
    if sender is None or sender.is_bot or not mark_once(session, f"telegram-group:{chat.id}"):
        return Received()
    return Received(pointed=(chat.id, choose_hint(sender) or "vi"))


def _answer_later(accepted: Accepted, address: str) -> Received:
    return Received() if accepted.is_repeat else Received(answering=(accepted.conversation_id, address), changed=accepted.conversation_id)
