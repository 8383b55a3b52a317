"""Reads the host's signed word on who is signed in: a JSON Web Token, HS256, living minutes; docs/embedding.md says how."""

from __future__ import annotations

import binascii
import hashlib
import hmac
import json
from base64 import urlsafe_b64decode
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.channels.inbound_text import clean_text
from bot.channels.website.problems import BAD_IDENTITY, RefusedError
from journey_state.host_identities import HostIdentity

AUDIENCE = "donghanh"
MAX_TOKEN = 2_000
# A token is for one page view; a longer life would make it a password.
MAX_LIFE_S = 15 * 60
CLOCK_SKEW_S = 60
_MAX_LENGTHS = {"sub": 100, "name": 100, "email": 254, "phone": 32}


def parse_host_token(token: object, secret: str, now: datetime) -> HostIdentity:
    """Check signature, audience and times. Raises RefusedError for whatever is wrong, without saying which."""
    try:
        claims = _read_claims(token, secret)
        _check_times(claims, now.timestamp())
        fields = {name: _read_text(claims, name) for name in _MAX_LENGTHS}
    except (ValueError, TypeError, binascii.Error, RecursionError):
        raise RefusedError(BAD_IDENTITY) from None
    if not fields["sub"]:
        raise RefusedError(BAD_IDENTITY)
    return HostIdentity(fields["sub"], fields["name"], fields["email"], fields["phone"])


def _read_claims(token: object, secret: str) -> Mapping[str, Any]:
    if not secret or not isinstance(token, str) or len(token) > MAX_TOKEN:
        raise ValueError("no identity can be checked")
    head, body, signature = token.encode("ascii").split(b".")
    # The header is never asked which algorithm to use; it must only not pretend to be another.
    if _read_object(head).get("alg") != "HS256":
        raise ValueError("another algorithm")
    expected = hmac.new(secret.encode(), head + b"." + body, hashlib.sha256).digest()
    if not hmac.compare_digest(_decode(signature), expected):
        raise ValueError("another signature")
    return _read_object(body)


def _check_times(claims: Mapping[str, Any], now_s: float) -> None:
    issued, expires = float(claims.get("iat", "")), float(claims.get("exp", ""))
    is_short = 0 < expires - issued <= MAX_LIFE_S
    if claims.get("aud") != AUDIENCE or not is_short or not issued - CLOCK_SKEW_S <= now_s < expires + CLOCK_SKEW_S:
        raise ValueError("not for us, or not now")


def _read_text(claims: Mapping[str, Any], name: str) -> str:
    value = claims.get(name, "")
    if not isinstance(value, str) or len(value) > _MAX_LENGTHS[name]:
        raise ValueError(f"{name} is wrong")
    return clean_text(value)


def _read_object(part: bytes) -> Mapping[str, Any]:
    value = json.loads(_decode(part))
    if not isinstance(value, dict):
        raise ValueError("no object")
    return value


def _decode(part: bytes) -> bytes:
    return urlsafe_b64decode(part + b"=" * (-len(part) % 4))
