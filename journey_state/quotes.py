"""Quotes: what an order would cost, in writing, for as long as it holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from journey_state.prices import PriceQuote
from journey_state.store import new_id, next_number
from journey_state.tables import quotes

FIRST_NUMBER = 3_000


@dataclass(frozen=True)
class QuoteRequest:
    """What is quoted. discount_name: of the code that lowers it; valid_days: how long the price holds."""

    plan: str
    billing_period: str
    quantity: int
    price: PriceQuote
    vat_percent: int
    valid_days: int
    discount_name: str = ""
    message_id: str | None = None


@dataclass(frozen=True)
class Quote:
    """A numbered quote, in đồng. list_price − discount = net; net + vat = total."""

    number: str
    contact_id: str
    plan: str
    billing_period: str
    quantity: int
    list_price: int
    discount: int
    discount_name: str
    net: int
    vat: int
    vat_percent: int
    total: int
    made_at: datetime
    valid_until: datetime

    def is_valid(self, now: datetime) -> bool:
        """True while its price holds."""
        return now <= self.valid_until


def write_quote(session: Session, contact_id: str, request: QuoteRequest, now: datetime) -> Quote:
    """Write a quote down; the same message again returns the one that it led to, for each period."""
    known = _find_of_message(session, request)
    if known is not None:
        return known
    number = f"BG-{next_number(session, 'quote', FIRST_NUMBER)}"
    quote = Quote(
        number=number, contact_id=contact_id, plan=request.plan, billing_period=request.billing_period, quantity=request.quantity,
        **vars(request.price), discount_name=request.discount_name, vat_percent=request.vat_percent, made_at=now,
        valid_until=now + timedelta(days=request.valid_days),
    )
    session.execute(quotes.insert().values(id=new_id(), message_id=request.message_id, **vars(quote)))
    return quote


def find_quote(session: Session, number: str) -> Quote | None:
    """The quote of a number; None when there is none."""
    return _find(session, quotes.c.number == number)


def _find_of_message(session: Session, request: QuoteRequest) -> Quote | None:
    if request.message_id is None:
        return None
    return _find(session, (quotes.c.message_id == request.message_id) & (quotes.c.billing_period == request.billing_period))


def _find(session: Session, where: sa.sql.ColumnElement) -> Quote | None:
    row = session.execute(sa.select(*(quotes.c[name] for name in Quote.__dataclass_fields__)).where(where)).one_or_none()
    return None if row is None else Quote(*row)
