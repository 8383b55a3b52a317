"""What staff do in their group: claim, answer, give back. The same claim as the console's: one of all who press wins."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy.orm import Session
from telegram import CallbackQuery, Message, Update

from bot.channels.channel import MAILBOX_CHANNELS
from bot.channels.inbound_text import clean_text
from bot.channels.telegram.desk_cards import CLAIM, RELEASE
from bot.channels.telegram.desk_group import DeskGroup
from bot.channels.telegram.words import say
from journey_state.audits import Deed, append_deed
from journey_state.conversations import Conversation, Posting, append_reply, load_conversation
from journey_state.desk_cards import find_desk_conversation, find_handoff, find_member_at, note_message
from journey_state.errors import HandoffTakenError, NotResponderError, UnknownConversationError
from journey_state.handoffs import check_responder, claim_conversation, release_conversation
from journey_state.messages import Reply
from journey_state.staff import StaffMember

CHANNEL = "telegram"


@dataclass(frozen=True)
class Done:
    """What a deed in the group led to. changed: conversation with news; words: for whoever did it, as an alert or a reply."""

    changed: str = ""
    words: str = ""
    reply_to: tuple[int, int] | None = None


@dataclass(frozen=True)
class Doing:
    """Somebody of the staff at work in the group."""

    session: Session
    group: DeskGroup
    now: datetime

    def say(self, key: str, **values: object) -> str:
        """Words for staff."""
        return say(self.group.language, key, **values)

    def find_member(self, user_id: int) -> StaffMember | None:
        """Who this Telegram account belongs to."""
        return find_member_at(self.session, CHANNEL, str(user_id))


def receive_at_desk(session: Session, update: Update, group: DeskGroup, now: datetime) -> Done:
    """Do what an update of the staff's group asks for; talk among staff is nobody's business."""
    doing = Doing(session, group, now)
    if update.callback_query:
        return _press(doing, update.callback_query)
    message = update.message
    if message is None:
        return Done()
    if message.migrate_to_chat_id:
        group.follow(session, message.migrate_to_chat_id)
        return Done()
    return _reply(doing, message) if message.reply_to_message else Done()


def _press(doing: Doing, query: CallbackQuery) -> Done:
    verb, _, handoff_id = (query.data or "").partition(":")
    member = doing.find_member(query.from_user.id)
    if member is None:
        return Done(words=doing.say("desk_unknown", id=query.from_user.id))
    handoff = find_handoff(doing.session, handoff_id)
    if handoff is None or verb not in (CLAIM, RELEASE):
        return Done(words=doing.say("desk_gone"))
    try:
        conversation = load_conversation(doing.session, handoff.conversation_id, locked=True)
        return (_claim if verb == CLAIM else _release)(doing, member, conversation)
    except HandoffTakenError:
        return Done(changed=handoff.conversation_id, words=doing.say("desk_taken"))
    except NotResponderError:
        return Done(changed=handoff.conversation_id, words=doing.say("desk_not_yours"))
    except UnknownConversationError:
        return Done(words=doing.say("desk_gone"))


def _claim(doing: Doing, member: StaffMember, conversation: Conversation) -> Done:
    claim_conversation(doing.session, conversation.id, member.id, doing.now)
    if conversation.responder != member.id:
        append_deed(doing.session, Deed(member.id, "claim", "conversation", conversation.id), doing.now)
        _tell_customer(doing, conversation, "staff_joined", member)
    return Done(changed=conversation.id, words=doing.say("desk_yours"))


def _release(doing: Doing, member: StaffMember, conversation: Conversation) -> Done:
    release_conversation(doing.session, conversation.id, member.id, doing.now)
    append_deed(doing.session, Deed(member.id, "release", "conversation", conversation.id), doing.now)
    _tell_customer(doing, conversation, "staff_left", member)
    return Done(changed=conversation.id, words=doing.say("desk_given_back"))


def _reply(doing: Doing, message: Message) -> Done:
    """A reply to a card, or to anything below it, goes to the customer; a repeat of the update changes nothing."""
    place, answered, sender = str(message.chat.id), message.reply_to_message, message.from_user
    conversation = find_desk_conversation(doing.session, place, str(answered.message_id)) if answered else None
    if conversation is None or sender is None:
        return Done()
    where = (message.chat.id, message.message_id)
    member, text = doing.find_member(sender.id), clean_text(message.text or "")
    if member is None:
        return Done(words=doing.say("desk_unknown", id=sender.id), reply_to=where)
    if not text:
        return Done(words=doing.say("desk_only_words"), reply_to=where)
    conversation = load_conversation(doing.session, conversation.id, locked=True)
    try:
        check_responder(conversation, member.id)
    except NotResponderError:
        return Done(words=doing.say("desk_not_yours"), reply_to=where)
    key = sha256(f"{place}:{message.message_id}".encode()).hexdigest()[:32]
    if append_deed(doing.session, Deed(member.id, "reply", "conversation", conversation.id), doing.now, key=key):
        _append(doing, conversation, Reply(text, language=conversation.language), f"staff:{member.id}")
        note_message(doing.session, place, str(message.message_id), conversation.id)
    return Done(changed=conversation.id)


def _tell_customer(doing: Doing, conversation: Conversation, key: str, member: StaffMember) -> None:
    text = say(conversation.language, key, name=member.name)
    _append(doing, conversation, Reply(text, language=conversation.language), "system")


def _append(doing: Doing, conversation: Conversation, said: Reply, author: str) -> None:
    is_mailbox = conversation.channel in MAILBOX_CHANNELS
    append_reply(doing.session, conversation, said, Posting(author, doing.now, is_mailbox=is_mailbox))
