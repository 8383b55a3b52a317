"""Payments: what has to be transferred for an order, whose a transfer is, and what each one that comes in means."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from journey_state.orders import REFUNDED, Order
from journey_state.policies import BankAccount
from journey_state.texts import fold
from journey_state.vietqr import BankTransfer, plain_content

_NUMBER = re.compile(r"(?<![A-Z])DH[\s\-_.]*(\d{1,12})(?!\d)")


class Verdict(str, Enum):
    """What a transfer means for its order; the last three are written by staff."""

    PAID = "paid"
    EXCESS = "excess"
    PARTIAL = "partial"
    LATE = "late"
    DOUBLED = "doubled"
    CLOSED = "closed"
    UNMATCHED = "unmatched"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    REFUNDED = "refunded"


# Money that staff must decide about: each opens a ticket.
UNSETTLED = frozenset({Verdict.EXCESS, Verdict.LATE, Verdict.DOUBLED, Verdict.CLOSED})


@dataclass(frozen=True)
class PaymentTerms:
    """The content's terms. valid_days: how long an order keeps its price; products: of each plan."""

    valid_days: int
    products: Mapping[str, str]


@dataclass(frozen=True)
class Balance:
    """An order's money, in đồng. received: all that came in, less what went back; is_open: the order waits for money."""

    due: int
    received: int
    is_open: bool
    is_paid: bool

    @property
    def missing(self) -> int:
        """What is still to be paid while the order waits; 0 otherwise."""
        return max(0, self.due - self.received) if self.is_open else 0

    @property
    def excess(self) -> int:
        """What we hold and have no right to: all of a closed order's money, what exceeds the price of another."""
        owned = self.due if self.is_open or self.is_paid else 0
        return max(0, self.received - owned)


def balance_of(order: Order, received: int) -> Balance:
    """An order with what came in for it. One that is called off but paid runs to its end, and its money is ours."""
    return Balance(order.amount, received, order.is_placed, order.paid_at is not None and order.state != REFUNDED)


def transfer_for(order: Order, account: BankAccount, received: int = 0) -> BankTransfer:
    """The transfer that pays (the rest of) an order; its message is the order's own and nobody else's."""
    return BankTransfer(account.bin, account.number, max(0, order.amount - received), plain_content(order.number))


def find_order_numbers(content: str) -> list[str]:
    """The order numbers in a transfer's message as banks mangle it, each once: DH2041, dh 2041, MBVCB.33.DH-2041.CT."""
    return list(dict.fromkeys(f"DH-{int(digits)}" for digits in _NUMBER.findall(fold(content).upper())))


def is_late(order: Order, came_at: datetime, valid_days: int) -> bool:
    """True when money came after the order's price had lapsed; the last day counts whole hours, not calendar days."""
    return came_at > order.ordered_at + timedelta(days=valid_days)


def judge_transfer(balance: Balance, amount: int, *, comes_late: bool = False) -> Verdict:
    """Say what an amount means that comes in for an order. balance: as it was before.

    Only PAID and EXCESS confirm the order; a late one waits for staff, and so does money for an order that is settled.
    """
    if balance.is_paid:
        return Verdict.DOUBLED
    if not balance.is_open:
        return Verdict.CLOSED
    if comes_late:
        return Verdict.LATE
    received = balance.received + amount
    if received < balance.due:
        return Verdict.PARTIAL
    return Verdict.PAID if received == balance.due else Verdict.EXCESS
