"""Tells a customer what a booking means, on whichever channel they were last."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

import yaml
from sqlalchemy.orm import Session

from bot.channels.channel import MAILBOX_CHANNELS
from journey_state.content import get_content
from journey_state.conversations import Posting, append_reply, find_latest_conversation
from journey_state.links import ORDER, ensure_link
from journey_state.messages import Card, Reply
from journey_state.orders import Order
from journey_state.payments import PaymentTerms, Verdict
from journey_state.periods import format_date
from journey_state.texts import format_vnd
from journey_state.transfers import Settlement

WORDS = Path(__file__).parent / "words" / "news.yml"


def payment_terms() -> PaymentTerms:
    """The content's terms of payment."""
    content = get_content()
    return PaymentTerms(content.payments.order_valid_days, {plan.id: plan.product for plan in content.plans.values()})


def tell_settlement(session: Session, settlement: Settlement, now: datetime) -> str | None:
    """Append the news to the log, in the transaction of the booking; returns the conversation to wake, None when nobody is told.

    A repeat tells nothing; nor does money that nobody's order claims.
    """
    order = settlement.order
    if order is None or settlement.is_repeat:
        return None
    conversation = find_latest_conversation(session, order.contact_id)
    if conversation is None:
        return None
    language = "en" if conversation.language == "en" else "vi"
    reply = Reply(_say(settlement.verdict.value, language, _gaps(settlement, order, language)), language=language)
    if settlement.verdict is Verdict.PARTIAL:
        reply = _with_code(session, reply, order, now)
    append_reply(session, conversation, reply, Posting("system", now, is_mailbox=conversation.channel in MAILBOX_CHANNELS))
    return conversation.id


def _with_code(session: Session, reply: Reply, order: Order, now: datetime) -> Reply:
    token = ensure_link(session, ORDER, order.number, order.contact_id, now)
    card = Card(_say("page", reply.language, {"number": order.number}), url=f"/pay/{token}?lang={reply.language}")
    return Reply(reply.text, cards=(card,), image_url=f"/pay/{token}.png", language=reply.language)


def _gaps(settlement: Settlement, order: Order, language: str) -> dict[str, Any]:
    content, balance, payment = get_content(), settlement.balance, settlement.payment
    plan = content.plans.get(order.plan)
    amounts = {"amount": settlement.transfer.amount, "due": order.amount}
    if balance is not None:
        amounts.update(received=balance.received, missing=balance.missing, excess=balance.excess)
    return {
        **{name: format_vnd(amount, language) for name, amount in amounts.items()},
        "brand": content.brand.name, "number": order.number, "name": plan.name if plan else order.plan,
        "days": content.payments.order_valid_days, "renews": format_date(order.renews_at, language) if order.renews_at else "",
        "welcome": payment.onboarding.number if payment and payment.onboarding else "",
        "ticket": settlement.ticket.number if settlement.ticket else "",
    }


def _say(key: str, language: str, gaps: Mapping[str, Any]) -> str:
    return load_news()[key][language].format(**gaps)


@lru_cache(maxsize=1)
def load_news() -> Mapping[str, Mapping[str, str]]:
    """words/news.yml: a verdict a line."""
    return cast(Mapping[str, Mapping[str, str]], yaml.safe_load(WORDS.read_text(encoding="utf-8")))
