"""POST /api/payments: the bank's notices, or those of a service that watches the account. Signed, and each booked once."""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from traceback import format_tb
from typing import Any

from anyio.to_thread import run_sync
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.checkout.news import payment_terms, tell_settlement
from bot.services import Services
from bot.wakeups import HANDOFFS
from journey_state.ledger import Notice
from journey_state.store import utc_now
from journey_state.transfers import Settlement, receive_transfer

TIMESTAMP, SIGNATURE = "x-donghanh-timestamp", "x-donghanh-signature"
WINDOW = timedelta(minutes=5)
MAX_BODY_BYTES = 16 * 1024
MOST_VND = 10**12
_REFERENCE = re.compile(r"[A-Za-z0-9._:/-]{1,64}")
_log = logging.getLogger(__name__)


class RefusedNoticeError(Exception):
    """A notice that is not booked. status: of the answer; the message names the remedy."""

    def __init__(self, status: int, code: str, remedy: str) -> None:
        super().__init__(remedy)
        self.status = status
        self.code = code


@dataclass(frozen=True)
class SignedBody:
    """A request's body with what was sent to vouch for it."""

    body: bytes
    timestamp: str
    signature: str


class PaymentNotices:
    """The webhook. Without DONGHANH_PAYMENTS_SECRET it is not there."""

    def __init__(self, services: Services, clock: Callable[[], datetime] = utc_now) -> None:
        self._services = services
        self._clock = clock

    async def post(self, request: Request) -> Response:
        """Check, book and answer with the verdict; the channel's border: whatever goes wrong is said in JSON."""
        try:
            signed = SignedBody(await _read_body(request), request.headers.get(TIMESTAMP, ""), request.headers.get(SIGNATURE, ""))
            return JSONResponse(await run_sync(self._receive, signed))
        except RefusedNoticeError as refused:
            return JSONResponse({"error": {"code": refused.code, "message": str(refused)}}, status_code=refused.status)
        except Exception as error:
            _log.error("a payment notice failed: %s\n%s", type(error).__name__, "".join(format_tb(error.__traceback__)))
            return JSONResponse({"error": {"code": "not_available", "message": "nothing was booked; send it again"}}, status_code=503)

    def _receive(self, signed: SignedBody) -> dict[str, Any]:
        now = self._clock()
        check_signature(self._services.settings.payments_secret, signed, now)
        notice = parse_notice(signed.body, now)
        with self._services.store.transaction() as session:
            settlement = receive_transfer(session, notice, payment_terms(), now)
            told = tell_settlement(session, settlement, now)
        if told:
            self._services.wakeups.notify(told, HANDOFFS)
        return _describe(settlement)


def sign(secret: str, timestamp: str, body: bytes) -> str:
    """What the sender puts into X-Donghanh-Signature: HMAC-SHA256 of timestamp, a dot, and the body as sent."""
    return "sha256=" + hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def check_signature(secret: str, signed: SignedBody, now: datetime) -> None:
    """Raises RefusedNoticeError unless the body is signed with our secret, and just now."""
    if not secret:
        raise RefusedNoticeError(404, "off", "payment notices are off; set DONGHANH_PAYMENTS_SECRET")
    if not hmac.compare_digest(sign(secret, signed.timestamp, signed.body).encode(), signed.signature.encode()):
        raise RefusedNoticeError(401, "bad_signature", f"{SIGNATURE} does not fit the body and {TIMESTAMP}; see docs/payments.md")
    if not re.fullmatch(r"[0-9]{1,12}", signed.timestamp) or abs(now.timestamp() - int(signed.timestamp)) > WINDOW.total_seconds():
        raise RefusedNoticeError(401, "stale", f"{TIMESTAMP} is more than 5 minutes off; sign again with the time of now")


def parse_notice(body: bytes, now: datetime) -> Notice:
    """Read a notice, distrusting all of it. Raises RefusedNoticeError."""
    try:
        raw = json.loads(body)
    except (ValueError, RecursionError):
        raw = None
    if not isinstance(raw, dict):
        raise RefusedNoticeError(400, "broken_json", "the body is not a JSON object")
    reference, amount, content = raw.get("reference"), raw.get("amount"), raw.get("content", "")
    _require(isinstance(reference, str) and bool(_REFERENCE.fullmatch(reference)), "reference", "1 to 64 letters, digits or ._:/-")
    _require(_is_amount(amount), "amount", "whole đồng above 0, as a number; money that went out is not sent")
    _require(isinstance(content, str) and len(content) <= 500, "content", "the transfer's message, at most 500 characters")
    _require(raw.get("currency", "VND") == "VND", "currency", "VND, the only one that is booked")
    came_at = _parse_moment(raw.get("received_at"), now)
    _require(came_at <= now + WINDOW, "received_at", "not in the future")
    return Notice(amount=int(str(amount)), came_at=came_at, content=str(content).replace("\x00", ""), reference=str(reference))


def _is_amount(raw: object) -> bool:
    return isinstance(raw, int) and not isinstance(raw, bool) and 0 < raw <= MOST_VND


def _parse_moment(raw: object, now: datetime) -> datetime:
    if raw is None:
        return now
    try:
        moment = datetime.fromisoformat(str(raw).replace("Z", "+00:00"))
    except ValueError:
        moment = None
    _require(moment is not None and moment.tzinfo is not None, "received_at", "ISO 8601 with its offset, 2026-03-02T09:30:00+07:00")
    assert moment is not None
    return moment.astimezone(timezone.utc)


def _require(holds: bool, field: str, remedy: str) -> None:
    if not holds:
        raise RefusedNoticeError(422, f"bad_{field}", f"{field} must be {remedy}")


async def _read_body(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            raise RefusedNoticeError(413, "too_large", "a notice has at most 16 KB; send one transfer at a time")
    return bytes(body)


def _describe(settlement: Settlement) -> dict[str, Any]:
    order = settlement.order
    return {
        "verdict": settlement.verdict.value, "order": order.number if order else None,
        "state": order.state if order else None, "repeat": settlement.is_repeat,
    }
