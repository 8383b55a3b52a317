"""The conversation log as visitors see it: nothing of staff but their name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.channels.website.visitors import Responder
from journey_state.messages import LoggedMessage


def public_message(message: LoggedMessage) -> dict[str, Any]:
    """One log row as the API gives it away."""
    body = message.body
    public = {
        "id": message.id, "seq": message.seq, "at": message.at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "author": message.author.partition(":")[0], "author_name": message.author_name, "text": body.get("text") or "",
    }
    return {**public, **(_inbound(body) if message.direction == "in" else _outbound(body))}


def public_responder(responder: Responder) -> dict[str, str]:
    """Who answers: the bot, or a staff member by name."""
    return {"kind": "staff" if responder.is_staff else "bot", "name": responder.name}


def _inbound(body: Mapping[str, Any]) -> dict[str, Any]:
    details = body.get("details") or {}
    written = {"client_id": details.get("client_id", "")}
    return {**written, "attachment": details["attachment"]} if "attachment" in details else written


def _outbound(body: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "language": body.get("language") or "vi", "image_url": body.get("image_url") or "",
        "choices": body.get("choices") or [], "cards": body.get("cards") or [],
    }
