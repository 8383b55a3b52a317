"""Payments: what has to be transferred for an order."""

from __future__ import annotations

from journey_state.orders import Order
from journey_state.policies import BankAccount
from journey_state.vietqr import BankTransfer, plain_content


def transfer_for(order: Order, account: BankAccount) -> BankTransfer:
    """The transfer that pays an order; its message is the order's own and nobody else's."""
    return BankTransfer(account.bin, account.number, order.amount, plain_content(order.number))
