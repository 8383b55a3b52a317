"""Reads what Telegram sends: a private message, a pressed button, an edit."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import phonenumbers
from telegram import CallbackQuery, Chat, Message, Update, User

from bot.channels.inbound_text import clean_text
from bot.channels.telegram.commands import find_command, read_command, strip_slash
from bot.channels.telegram.words import say
from journey_state.edits import Edit
from journey_state.messages import Choice, InboundMessage, Reply

CHANNEL = "telegram"
# What a message carries besides words, and which words answer it when it carries nothing else.
ANSWER_OF_KIND: Mapping[str, str] = {
    "photo": "got_photo", "video": "got_video", "video_note": "got_video", "animation": "got_video", "voice": "got_voice",
    "audio": "got_voice", "document": "got_document", "sticker": "got_sticker", "location": "got_location", "venue": "got_location",
    "contact": "got_contact", "other": "got_other",
}
# Telegram sends an animation with a document, a venue with a location: the name of the whole comes first.
_KINDS = ("animation", "venue", *(kind for kind in ANSWER_OF_KIND if kind not in ("animation", "venue", "other")))
_NEEDS_NO_STAFF = ("sticker", "location", "venue", "contact")


def find_private_chat(update: Update) -> Chat | None:
    """The private chat that an update came from; None for groups, channels and inline queries."""
    chat = update.effective_chat
    return chat if chat is not None and chat.type == Chat.PRIVATE else None


def choose_hint(sender: User | None) -> str:
    """The language of somebody's app if it is one of ours, else empty."""
    code = (sender.language_code or "")[:2].lower() if sender else ""
    return code if code in ("vi", "en") else ""


def read_message(message: Message, language: str, now: datetime) -> InboundMessage:
    """A private message. language: of the conversation, or of the sender's app while there is none."""
    text = clean_text(message.text or message.caption or "")
    command = find_command(text)
    return InboundMessage(
        channel=CHANNEL, address=str(message.chat.id), channel_message_id=f"m{message.message_id}",
        text="" if command else strip_slash(text), received_at=now, details=_describe(message, command),
        choice=read_command(*command, language) if command else None,
    )


def read_payload(message: Message) -> str:
    """What a link into Telegram brought along; empty for any other message."""
    command = find_command(clean_text(message.text or ""))
    return command[1] if command and command[0] == "start" else ""


def read_press(query: CallbackQuery, address: str, now: datetime) -> InboundMessage:
    """A pressed button."""
    details = {"kind": "button", "language": choose_hint(query.from_user)}
    return InboundMessage(
        channel=CHANNEL, address=address, channel_message_id=f"q{query.id}", text="", received_at=now,
        choice_token=(query.data or "")[:64], details=details,
    )


def read_edit(message: Message, now: datetime) -> Edit:
    """The new words of a message that was sent before."""
    text = strip_slash(clean_text(message.text or message.caption or ""))
    return Edit(CHANNEL, str(message.chat.id), f"m{message.message_id}", text, message.edit_date or now)


def answer_wordless(message: Message, language: str, *, is_staff_called: bool) -> Reply:
    """What to say to a message without words. is_staff_called: somebody of the staff will look at it anyway."""
    kind = kind_of(message)
    phone = _read_own_phone(message)
    if phone:
        return _ask_to_keep(phone, language)
    if kind in _NEEDS_NO_STAFF:
        return Reply(say(language, ANSWER_OF_KIND[kind]), language=language)
    if is_staff_called:
        return Reply(say(language, "kept_for_staff"), language=language)
    human = Choice(say(language, "ask_human"), "ask_human")
    return Reply(say(language, ANSWER_OF_KIND[kind]), choices=(human,), language=language)


def kind_of(message: Message) -> str:
    """What a message is: text, or the kind of what it carries."""
    return "text" if message.text else next((kind for kind in _KINDS if getattr(message, kind, None)), "other")


def _describe(message: Message, command: tuple[str, str] | None) -> dict[str, Any]:
    """What staff see besides the words. A location stays out: nobody here needs it."""
    kind = kind_of(message)
    details: dict[str, Any] = {"kind": kind, "language": choose_hint(message.from_user)}
    if command:
        details["command"] = command[0]
    if command and command[0] == "start" and command[1]:
        # A token of a link is nobody's business, not even staff's.
        details["started"] = "link" if command[1].startswith("link_") else command[1][:64]
    carried = getattr(message, kind, None)
    largest = carried[-1] if isinstance(carried, (list, tuple)) and carried else carried
    for name, source in (("file_id", "file_id"), ("file_name", "file_name"), ("emoji", "emoji"), ("seconds", "duration")):
        value = getattr(largest, source, None) if kind != "text" else None
        if isinstance(value, (str, int)) and value:
            details[name] = clean_text(value)[:200] if isinstance(value, str) else value
    return details


def _read_own_phone(message: Message) -> str | None:
    """The sender's own number as +84912345678; None when it is somebody else's or cannot be one."""
    contact, sender = message.contact, message.from_user
    if contact is None or sender is None or contact.user_id != sender.id:
        return None
    try:
        number = phonenumbers.parse("+" + "".join(char for char in contact.phone_number if char.isdigit()))
    except phonenumbers.NumberParseException:
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164) if phonenumbers.is_valid_number(number) else None


def _ask_to_keep(phone: str, language: str) -> Reply:
    choices = Choice(say(language, "keep_phone"), "give_contact", {"phone": phone}), Choice(say(language, "drop_phone"), "deny")
    return Reply(say(language, "ask_phone", phone=phone), choices=choices, language=language)
