"""Writes an update down: one transaction, whatever it is; says what is to be done once it is committed."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session
from telegram import ChatMemberUpdated, Message, Update

from bot.channels.telegram.desk_group import DeskGroup
from bot.channels.telegram.desk_receiver import Done, receive_at_desk
from bot.channels.telegram.reading import (
    CHANNEL,
    answer_wordless,
    choose_hint,
    find_private_chat,
    read_edit,
    read_message,
    read_payload,
    read_press,
)
from bot.channels.telegram.starts import LINK, accept_link, accept_start
from bot.channels.telegram.words import say
from journey_state.conversations import (
    Accepted,
    Conversation,
    Posting,
    accept_message,
    accept_wordless,
    append_note,
    append_reply,
    ensure_conversation,
    find_conversation,
    load_choice,
    load_conversation,
    mark_once,
    save_cursor,
    set_conversation_language,
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
    """What an update led to. answering: the turn's conversation and chat; changed, told: conversations with news.

    done: what staff did in their group; pointed: the group to be shown our private chat.
    """

    answering: tuple[str, str] | None = None
    changed: str = ""
    told: str = ""
    done: Done | None = None
    pointed: tuple[int, str] | None = None


def write_down(store: JourneyStore, update: Update, now: datetime, group: DeskGroup, *, cursor: str | None = None) -> Received:
    """Commit an update; with a cursor, how far Telegram has been read goes into the same transaction."""
    with store.transaction() as session:
        received = _receive(session, update, now, group)
        if cursor is not None:
            save_cursor(session, CHANNEL, cursor)
    return received


def skip(store: JourneyStore, cursor: str) -> None:
    """Go past an update that cannot be written down."""
    with store.transaction() as session:
        save_cursor(session, CHANNEL, cursor)


def _receive(session: Session, update: Update, now: datetime, group: DeskGroup) -> Received:
    chat = update.effective_chat
    if chat is not None and group.is_here(session, chat.id):
        done = receive_at_desk(session, update, group, now)
        return Received(changed=done.changed, done=done)
    if find_private_chat(update) is None:
        return _answer_group(session, update)
    if update.my_chat_member:
        return _note_membership(session, update.my_chat_member, now)
    if update.edited_message:
        return _edit(session, update.edited_message, now)
    if update.callback_query:
        return _press(session, update, now)
    return _read(session, update.message, now) if update.message else Received()


def _read(session: Session, message: Message, now: datetime) -> Received:
    address = str(message.chat.id)
    conversation = _ensure_room(session, address, choose_hint(message.from_user), now)
    inbound = read_message(message, conversation.language, now)
    if payload := read_payload(message):
        return _answer_later(accept_start(session, conversation, inbound, payload), conversation)
    if inbound.text or inbound.choice:
        return _answer_later(accept_message(session, inbound), conversation)
    is_staff_called = find_open_handoff(session, conversation.id) is not None
    accept_wordless(session, inbound, answer_wordless(message, conversation.language, is_staff_called=is_staff_called))
    return Received(changed=conversation.id)


def _ensure_room(session: Session, address: str, hint: str, now: datetime) -> Conversation:
    """The chat's conversation; a new one is held in the language of the person's app."""
    known = find_conversation(session, CHANNEL, address)
    if known is not None:
        return known
    conversation_id = ensure_conversation(session, CHANNEL, address, now)
    if hint:
        set_conversation_language(session, conversation_id, hint)
    return load_conversation(session, conversation_id)


def _press(session: Session, update: Update, now: datetime) -> Received:
    query, chat = update.callback_query, find_private_chat(update)
    assert query is not None and chat is not None
    inbound = read_press(query, str(chat.id), now)
    conversation = find_conversation(session, CHANNEL, inbound.address)
    try:
        return _accept_press(session, conversation, inbound) if conversation else Received()
    except UnknownChoiceError:
        log.info("a button of an erased conversation was pressed")
        return Received()


def _accept_press(session: Session, conversation: Conversation, inbound: InboundMessage) -> Received:
    choice = load_choice(session, conversation.id, inbound.choice_token or "")
    if choice.intent == LINK:
        accepted, told = accept_link(session, conversation, inbound, choice)
        return replace(_answer_later(accepted, conversation), told=told)
    words = find_edited_words(session, choice)
    asked = replace(inbound, text=words, choice_token=None) if words else inbound
    return _answer_later(accept_message(session, asked), conversation)


def _edit(session: Session, message: Message, now: datetime) -> Received:
    edited = apply_edit(session, read_edit(message, now))
    if edited is None:
        return Received()
    if edited.is_answered:
        language = edited.conversation.language
        choice = make_edit_choice(say(language, "answer_edit"), edited.message_id)
        offer = Reply(say(language, "noticed_edit"), choices=(choice,), language=language)
        append_reply(session, edited.conversation, offer, Posting("system", now, is_mailbox=False))
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


def _answer_group(session: Session, update: Update) -> Received:
    """Once for each group our private chat is shown, whoever writes there; /id tells who sets up the staff's group what to configure."""
    message, chat = update.message, update.effective_chat
    if message is None or chat is None or chat.type not in GROUPS or not (message.text or message.caption):
        return Received()
    sender = message.from_user
    if sender is not None and (message.text or "").split("@")[0] == "/id":
        words = say(choose_hint(sender) or "vi", "desk_ids", group=chat.id, id=sender.id)
        return Received(done=Done(words=words, reply_to=(chat.id, message.message_id)))
    if sender is None or sender.is_bot or not mark_once(session, f"telegram-group:{chat.id}"):
        return Received()
    return Received(pointed=(chat.id, choose_hint(sender) or "vi"))


def _answer_later(accepted: Accepted | None, conversation: Conversation) -> Received:
    """None: written down without a turn."""
    if accepted is None or accepted.is_repeat:
        return Received(changed=conversation.id)
    return Received(answering=(conversation.id, conversation.address), changed=conversation.id)
