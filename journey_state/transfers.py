"""Transfers: what the bank reports and what staff book, matched with orders and settled, each once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from journey_state.contacts import lock_person
from journey_state.errors import OrderNotOpenError, TransferAssignedError, UnknownOrderError, WrongAmountError
from journey_state.ledger import (
    BANK,
    CONFIRMING,
    IN,
    OUT,
    Notice,
    Transfer,
    find_booked,
    list_transfers,
    load_transfer,
    read_balance,
    write_line,
)
from journey_state.orders import Order, Payment, confirm_payment, find_order, refund_order
from journey_state.payments import UNSETTLED, Balance, PaymentTerms, Verdict, find_order_numbers, is_late, judge_transfer
from journey_state.tables import transfers
from journey_state.texts import format_vnd
from journey_state.tickets import Priority, Ticket, TicketKind, TicketRequest, open_ticket


@dataclass(frozen=True)
class Settlement:
    """What a booking led to. is_repeat: it was booked before, and nothing happened again."""

    transfer: Transfer
    order: Order | None = None
    balance: Balance | None = None
    payment: Payment | None = None
    ticket: Ticket | None = None
    is_repeat: bool = False

    @property
    def verdict(self) -> Verdict:
        """What the booking means."""
        return Verdict(self.transfer.verdict)


def receive_transfer(session: Session, notice: Notice, terms: PaymentTerms, now: datetime) -> Settlement:
    """Book what the bank reports: matched by its message, judged by its amount; the same reference again changes nothing.

    A message that names no order, or several, stays unmatched until staff assign it.
    Raises WrongAmountError.
    """
    _check_amount(notice.amount)
    order = _match(session, notice.content)
    if order is not None:
        lock_person(session, order.contact_id)
        order = load_any_order(session, order.number)
    known = _find_known(session, notice, order)
    if known is not None:
        return known
    verdict = _judge(session, order, notice, terms) if order else Verdict.UNMATCHED
    return _book(session, notice, order, verdict, terms, now)


def confirm_by_staff(session: Session, number: str, notice: Notice, terms: PaymentTerms, now: datetime) -> Settlement:
    """Book money that a member of the staff saw for an order; an amount of 0 accepts what came in late.

    Staff decide: a lapsed price holds if they say so. The same form again changes nothing.
    Raises UnknownOrderError, OrderNotOpenError or WrongAmountError.
    """
    order = _lock_order(session, number)
    known = _find_known(session, notice, order)
    if known is not None:
        return known
    if not order.is_placed:
        raise OrderNotOpenError(f"order {number} is {order.state}; nothing is to be paid for it")
    balance = read_balance(session, order)
    if notice.amount == 0 and balance.missing == 0:
        return _book(session, notice, order, Verdict.ACCEPTED, terms, now)
    _check_amount(notice.amount)
    return _book(session, notice, order, judge_transfer(balance, notice.amount), terms, now)


def assign_transfer(session: Session, transfer_id: str, number: str, terms: PaymentTerms, now: datetime) -> Settlement:
    """Give an unmatched transfer to the order it was meant for; staff decide, so it is never late.

    Raises UnknownTransferError, TransferAssignedError or UnknownOrderError.
    """
    order = _lock_order(session, number)
    found = load_transfer(session, transfer_id, locked=True)
    if found.verdict != Verdict.UNMATCHED.value:
        raise TransferAssignedError(f"transfer {transfer_id} was settled before; look at it again")
    verdict = judge_transfer(read_balance(session, order), found.amount)
    assigned = replace(found, order_number=order.number, contact_id=order.contact_id, verdict=verdict.value)
    values = {name: getattr(assigned, name) for name in ("order_number", "contact_id", "verdict")}
    session.execute(transfers.update().where(transfers.c.id == transfer_id).values(**values))
    return _settle(session, assigned, order, terms, now)


def return_unmatched(session: Session, transfer_id: str, notice: Notice, now: datetime) -> Settlement:
    """Note that an unmatched transfer went back to whoever sent it. Raises UnknownTransferError, TransferAssignedError."""
    found = load_transfer(session, transfer_id, locked=True)
    if found.verdict != Verdict.UNMATCHED.value:
        raise TransferAssignedError(f"transfer {transfer_id} was settled before; look at it again")
    session.execute(transfers.update().where(transfers.c.id == transfer_id).values(verdict=Verdict.RETURNED.value))
    written = replace(notice, amount=found.amount, content=found.content)
    back = write_line(session, written, None, Verdict.RETURNED, now, direction=OUT)
    assert back is not None  # the row's lock keeps a second one out
    return Settlement(back)


def give_back(session: Session, number: str, notice: Notice, now: datetime) -> Settlement:
    """Note money that staff sent back. Up to what was paid too much changes nothing else; more refunds the order.

    The same form again changes nothing. Raises UnknownOrderError, or WrongAmountError when more than what came in would go back.
    """
    order = _lock_order(session, number)
    known = _find_known(session, notice, order)
    if known is not None:
        return known
    balance = read_balance(session, order)
    if not 0 < notice.amount <= balance.received:
        raise WrongAmountError(f"{notice.amount} cannot go back for order {number}; {balance.received} is there")
    is_refund = notice.amount > balance.excess and order.paid_at is not None
    verdict = Verdict.REFUNDED if is_refund else Verdict.RETURNED
    if is_refund:
        order = refund_order(session, number, now)
    written = write_line(session, notice, order, verdict, now, direction=OUT)
    assert written is not None  # the person's lock keeps a second one out
    return Settlement(written, order, read_balance(session, order))


def load_any_order(session: Session, number: str) -> Order:
    """Anybody's order, for staff and the bank. Raises UnknownOrderError."""
    order = find_order(session, number.strip().upper())
    if order is None:
        raise UnknownOrderError(f"order {number} does not exist; look it up in the list of orders")
    return order


def _lock_order(session: Session, number: str) -> Order:
    order = load_any_order(session, number)
    lock_person(session, order.contact_id)
    return load_any_order(session, number)


def _match(session: Session, content: str) -> Order | None:
    found = [order for number in find_order_numbers(content) if (order := find_order(session, number)) is not None]
    return found[0] if len(found) == 1 else None


def _judge(session: Session, order: Order, notice: Notice, terms: PaymentTerms) -> Verdict:
    comes_late = is_late(order, notice.came_at, terms.valid_days)
    return judge_transfer(read_balance(session, order), notice.amount, comes_late=comes_late)


def _find_known(session: Session, notice: Notice, order: Order | None) -> Settlement | None:
    """The booking of the same reference or form; or the one by which staff confirmed this very money before the bank told us."""
    booked = find_booked(session, notice.reference, notice.key)
    if booked is not None:
        return Settlement(booked, find_order(session, booked.order_number) if booked.order_number else None, is_repeat=True)
    if order is None or notice.reference is None or notice.noted_by != BANK:
        return None
    seen = [line for line in list_transfers(session, order.number) if _is_same_money(line, notice)]
    if not seen:
        return None
    session.execute(transfers.update().where(transfers.c.id == seen[0].id).values(reference=notice.reference, content=notice.content))
    return Settlement(replace(seen[0], reference=notice.reference), order, is_repeat=True)


def _is_same_money(line: Transfer, notice: Notice) -> bool:
    is_by_hand = line.direction == IN and line.reference is None and line.noted_by != BANK
    return is_by_hand and line.amount == notice.amount > 0


def _book(session: Session, notice: Notice, order: Order | None, verdict: Verdict, terms: PaymentTerms, now: datetime) -> Settlement:
    written = write_line(session, notice, order, verdict, now)
    if written is None:
        # Another process booked the same reference at the same moment.
        known = _find_known(session, notice, None)
        assert known is not None
        return known
    return _settle(session, written, order, terms, now) if order else Settlement(written)


def _settle(session: Session, transfer: Transfer, order: Order, terms: PaymentTerms, now: datetime) -> Settlement:
    verdict, payment = Verdict(transfer.verdict), None
    if transfer.verdict in CONFIRMING:
        payment = confirm_payment(session, order.number, order.amount, now, product=terms.products.get(order.plan))
        order = payment.order
    balance = read_balance(session, order)
    needs_staff = verdict in UNSETTLED or (verdict is Verdict.ACCEPTED and balance.excess > 0)
    ticket = _open_ticket(session, transfer, order, balance, now) if needs_staff else None
    return Settlement(transfer, order, balance, payment, ticket)


def _open_ticket(session: Session, transfer: Transfer, order: Order, balance: Balance, now: datetime) -> Ticket:
    subject = f"{order.number}: {format_vnd(balance.received, 'vi')} / {format_vnd(order.amount, 'vi')}"
    details = f"{transfer.verdict}: {format_vnd(transfer.amount, 'vi')}, {transfer.reference or transfer.id}"
    return open_ticket(session, order.contact_id, TicketRequest(TicketKind.BILLING, subject, details, Priority.HIGH), now)


def _check_amount(amount: int) -> None:
    if amount <= 0:
        raise WrongAmountError(f"{amount} is no amount that came in; book whole đồng above 0")
