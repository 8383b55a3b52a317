"""What one visitor may do with the log: each function is one short piece of database work."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from bot.channels.website import problems
from bot.channels.website.problems import RefusedError
from bot.channels.website.requests import Draft, Position
from journey_state.arrivals import Arrival, append_arrivals
from journey_state.consent import find_consent
from journey_state.content import get_content
from journey_state.conversations import (
    Accepted,
    Conversation,
    accept_message,
    find_conversation,
    read_latest_messages,
    read_messages,
)
from journey_state.errors import IdentityConflictError, UnknownChoiceError
from journey_state.handoffs import find_place
from journey_state.host_identities import HostIdentity, link_host_identity
from journey_state.messages import InboundMessage, LoggedMessage
from journey_state.store import JourneyStore, utc_now
from journey_state.visitors import find_responder_name, find_visitor, issue_token, revoke_tokens

CHANNEL = "website"
NEWS_ROWS = 200


@dataclass(frozen=True)
class Responder:
    """Who answers, as the visitor may know it. name: of the staff member; empty for the bot."""

    is_staff: bool = False
    name: str = ""


@dataclass(frozen=True)
class OpenSession:
    """A session as the widget needs it. token: set only when it was made just now."""

    address: str
    conversation: Conversation | None
    responder: Responder
    token: str | None = None
    is_consenting: bool = False


@dataclass(frozen=True)
class News:
    """What a stream has to tell. place: in the queue for staff, from 1, while the visitor waits there.

    is_reset: the visitor's copy of the log is not a part of ours (any more).
    """

    conversation_id: str | None
    messages: Sequence[LoggedMessage]
    responder: Responder
    has_more: bool = False
    is_reset: bool = False
    place: int | None = None
    is_consenting: bool = False


@dataclass(frozen=True)
class Page:
    """A part of the log, oldest first. has_more: there is more in the direction asked for."""

    messages: Sequence[LoggedMessage]
    has_more: bool


def find_session(store: JourneyStore, token: str) -> OpenSession | None:
    """The session a token opens, or None."""
    with store.reading() as session:
        address = find_visitor(session, token)
        if address is None:
            return None
        conversation = find_conversation(session, CHANNEL, address)
        return OpenSession(address, conversation, _responder(session, conversation), is_consenting=_is_consenting(session, conversation))


def open_session(store: JourneyStore) -> OpenSession:
    """Make a new visitor with a token; the conversation begins with the first message."""
    with store.transaction() as session:
        issued = issue_token(session, utc_now())
    return OpenSession(issued.address, None, Responder(), token=issued.token)


def read_hours() -> dict[str, str]:
    """When staff are there, in both languages, from the business's content; empty where it does not say."""
    facts = ((language, get_content().find_fact("support_hours", language=language)) for language in ("vi", "en"))
    return {language: fact.text for language, fact in facts if fact is not None}


def end_session(store: JourneyStore, token: str) -> None:
    """Make every token of this visitor worthless. Raises RefusedError."""
    with store.transaction() as session:
        revoke_tokens(session, _load_address(session, token), utc_now())


def identify(store: JourneyStore, opened: OpenSession, identity: HostIdentity) -> OpenSession:
    """Link a visitor to the account that the host vouches for; whoever was somebody else before gets a new session."""
    try:
        with store.transaction() as session:
            link_host_identity(session, CHANNEL, opened.address, identity, utc_now())
        return opened
    except IdentityConflictError:
        fresh = open_session(store)
        with store.transaction() as session:
            link_host_identity(session, CHANNEL, fresh.address, identity, utc_now())
        return fresh


def keep_arrivals(store: JourneyStore, token: str, arrivals: Sequence[Arrival]) -> int:
    """Log where the visitor came from, if they consent; returns how many are new. Raises RefusedError."""
    with store.transaction() as session:
        conversation = find_conversation(session, CHANNEL, _load_address(session, token))
        return 0 if conversation is None else append_arrivals(session, conversation, arrivals, utc_now())


def accept_draft(store: JourneyStore, token: str, draft: Draft) -> tuple[Accepted, str]:
    """Write a message down and return where, and the visitor's address, after the commit. Raises RefusedError."""
    try:
        with store.transaction() as session:
            inbound = _make_inbound(_load_address(session, token), draft)
            return accept_message(session, inbound), inbound.address
    except UnknownChoiceError:
        raise RefusedError(problems.UNKNOWN_CHOICE) from None


def _make_inbound(address: str, draft: Draft) -> InboundMessage:
    details: dict[str, Any] = {"client_id": draft.client_id}
    if draft.language:
        details["language"] = draft.language
    return InboundMessage(
        channel=CHANNEL, address=address, channel_message_id=draft.client_id, text=draft.text, received_at=utc_now(),
        choice_token=draft.choice_token, choice=draft.command, details=details,
    )


def load_address(store: JourneyStore, token: str) -> str:
    """The visitor's address behind a token. Raises RefusedError."""
    with store.reading() as session:
        return _load_address(session, token)


def read_page(store: JourneyStore, token: str, position: Position) -> Page:
    """The part of the visitor's own log that was asked for. Raises RefusedError."""
    with store.reading() as session:
        conversation = find_conversation(session, CHANNEL, _load_address(session, token))
        if conversation is None:
            return Page((), has_more=False)
        one_more = position.limit + 1
        if position.after is not None:
            rows = read_messages(session, conversation.id, after_seq=position.after, limit=one_more)
            return Page(rows[: position.limit], len(rows) == one_more)
        rows = read_latest_messages(session, conversation.id, limit=one_more, before_seq=position.before)
        return Page(rows[-position.limit :], len(rows) == one_more)


def read_news(store: JourneyStore, token: str, after: int) -> News:
    """What a stream that has told everything up to row `after` should tell now. Raises RefusedError."""
    with store.reading() as session:
        conversation = find_conversation(session, CHANNEL, _load_address(session, token))
        if conversation is None:
            return News(None, (), Responder(), is_reset=after > 0)
        # The row told last is read again: if it is gone (erased, or a backup was restored), so is the visitor's copy.
        rows = read_messages(session, conversation.id, after_seq=max(0, after - 1), limit=NEWS_ROWS)
        is_reset = after > 0 and (not rows or rows[0].seq != after)
        new_rows = rows[1:] if after > 0 else rows
        has_more, place = len(rows) == NEWS_ROWS, find_place(session, conversation.id)
        is_consenting = _is_consenting(session, conversation)
        return News(conversation.id, new_rows, _responder(session, conversation), has_more, is_reset, place, is_consenting)


def _load_address(session: Session, token: str) -> str:
    address = find_visitor(session, token)
    if address is None:
        raise RefusedError(problems.UNKNOWN_SESSION)
    return address


def _is_consenting(session: Session, conversation: Conversation | None) -> bool:
    consent = find_consent(session, conversation.contact_id) if conversation else None
    return consent is not None and consent.is_granted


def _responder(session: Session, conversation: Conversation | None) -> Responder:
    if conversation is None:
        return Responder()
    name = find_responder_name(session, conversation)
    return Responder() if name is None else Responder(is_staff=True, name=name)
