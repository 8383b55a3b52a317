"""Links into Telegram: from the website with the conversation, with a friend's code, from a campaign."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from bot.channels.channel import MAILBOX_CHANNELS
from bot.channels.telegram.words import say
from journey_state.conversations import Accepted, Conversation, Posting, accept_message, accept_wordless, append_reply
from journey_state.errors import JourneyError
from journey_state.identity_links import LinkRefusedError, OfferLapsedError, accept_offer, find_offer, hash_token
from journey_state.messages import Choice, InboundMessage, Reply
from journey_state.touchpoints import Touchpoint, append_touchpoint

# The meaning of the button that agrees to be one person here and on the website; the engine never sees it.
LINK = "link_identity"
_PAYLOAD = re.compile(r"[A-Za-z0-9_-]{1,64}")


def accept_start(session: Session, conversation: Conversation, inbound: InboundMessage, payload: str) -> Accepted | None:
    """Write down a /start that brings something along; None when there is no turn to answer.

    payload: as Telegram passes it on; one that none of our links has is a plain /start.
    """
    kind, _, value = payload.partition("_")
    if not _PAYLOAD.fullmatch(payload):
        return accept_message(session, inbound)
    if kind == "link" and value:
        _ask_to_link(session, conversation, inbound, value)
        return None
    if kind == "ref" and value:
        _log_exposure(session, conversation, inbound, "word_of_mouth", {"code": value.upper()})
        words = say(conversation.language, "said_code", code=value.upper())
        return accept_message(session, replace(inbound, choice=Choice(words, "use_referral", {"referral_code": value.upper()})))
    _log_exposure(session, conversation, inbound, "campaign_opened", {"campaign": payload})
    return accept_message(session, inbound)


def accept_link(session: Session, conversation: Conversation, inbound: InboundMessage, choice: Choice) -> tuple[Accepted | None, str]:
    """The contact agreed: make both conversations one person's, tell the other side, and go on here.

    Returns the turn to answer, if there is one, and the id of the conversation that was told.
    """
    agreed = replace(inbound, choice_token=None)
    try:
        origin = accept_offer(session, choice.slots.get("offer", ""), conversation, inbound.received_at)
    except LinkRefusedError as error:
        accept_wordless(session, replace(agreed, text=choice.label), _refuse(error, conversation.language))
        return None, ""
    _tell_origin(session, origin, inbound.received_at)
    return accept_message(session, replace(agreed, choice=Choice(choice.label, "resume_conversation"))), origin.id


def _ask_to_link(session: Session, conversation: Conversation, inbound: InboundMessage, token: str) -> None:
    language = conversation.language
    words = replace(inbound, text=say(language, "said_link"), choice=None)
    if find_offer(session, hash_token(token), inbound.received_at) is None:
        accept_wordless(session, words, _refuse(OfferLapsedError("lapsed"), language))
        return
    agree = Choice(say(language, "agree_link"), LINK, {"offer": hash_token(token)})
    refuse = Choice(say(language, "refuse_link"), "deny")
    accept_wordless(session, words, Reply(say(language, "ask_link"), choices=(agree, refuse), language=language))


def _refuse(error: JourneyError, language: str) -> Reply:
    if isinstance(error, OfferLapsedError):
        return Reply(say(language, "link_lapsed"), language=language)
    return Reply(say(language, "link_needs_staff"), choices=(Choice(say(language, "ask_human"), "ask_human"),), language=language)


def _tell_origin(session: Session, origin: Conversation, now: datetime) -> None:
    undo = Choice(say(origin.language, "undo_link"), "undo_link")
    told = Reply(say(origin.language, "linked_elsewhere"), choices=(undo,), language=origin.language)
    append_reply(session, origin, told, Posting("system", now, is_mailbox=origin.channel in MAILBOX_CHANNELS))


def _log_exposure(session: Session, conversation: Conversation, inbound: InboundMessage, type_: str, properties: dict[str, str]) -> None:
    """What brought the contact here; without consent nothing is kept, and nothing is filled in later."""
    append_touchpoint(session, Touchpoint(
        type_, conversation.contact_id, inbound.channel, "telegram", f"{inbound.address}:{inbound.channel_message_id}",
        inbound.received_at, inbound.received_at, conversation_id=conversation.id, properties=properties,
    ))
