"""What crosses a channel: messages in, replies out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Choice:
    """A button. Its meaning (intent and slots) stays on the server, the channel gets a token."""

    label: str
    intent: str
    slots: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class InboundMessage:
    """One message from a contact, as a channel received it.

    channel: "website", "telegram", …; address: the channel's own name of the sender
    (visitor id, chat id); channel_message_id: the channel's unique id of the message,
    by which a repeat is recognised; choice_token: set when a button was pressed;
    choice: a meaning that the channel knows without words (a command);
    received_at: aware UTC; details: what else the channel knows (page, language of the
    browser, kind of attachment). Never a secret.
    """

    channel: str
    address: str
    channel_message_id: str
    text: str
    received_at: datetime
    choice_token: str | None = None
    details: Mapping[str, Any] = field(default_factory=dict)
    choice: Choice | None = None


@dataclass(frozen=True)
class Card:
    """A plan or article shown as a card (website) or a paragraph (Telegram)."""

    title: str
    lines: tuple[str, ...] = ()
    badge: str = ""
    url: str = ""
    choice: Choice | None = None


@dataclass(frozen=True)
class Reply:
    """One message to the contact. text may be empty when there are cards."""

    text: str
    choices: tuple[Choice, ...] = ()
    cards: tuple[Card, ...] = ()
    image_url: str = ""
    language: str = "vi"


@dataclass(frozen=True)
class LoggedMessage:
    """One row of the conversation log as transcripts and channels read it.

    direction: "in", "out" or "note"; author: "contact", "bot", "system" or "staff:<id>".
    body: JSON as `text`, `choices` [{label, token}], `cards`, `image_url`, `language`, `choice`.
    """

    id: str
    conversation_id: str
    seq: int
    direction: str
    author: str
    body: Mapping[str, Any]
    at: datetime
    author_name: str = ""
