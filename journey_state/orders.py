"""Orders: placed by customers, paid only when staff or the bank says so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from journey_state.contacts import find_linked_contacts, find_shown_contacts, lock_person
from journey_state.errors import OrderNotOpenError, PaymentMismatchError, UnknownOrderError
from journey_state.periods import add_periods
from journey_state.prices import QuantityError
from journey_state.referrals import find_redemption, reverse_reward, reward_referrer
from journey_state.store import new_id, next_number
from journey_state.tables import orders
from journey_state.tickets import Ticket, TicketKind, TicketRequest, list_tickets, open_ticket
from journey_state.touchpoints import Touchpoint, append_touchpoint
from journey_state.trials import end_trial, find_trial

FIRST_NUMBER = 2_000
PLACED, PAID, CANCELLED, REFUNDED = "placed", "paid", "cancelled", "refunded"


@dataclass(frozen=True)
class OrderRequest:
    """What a person buys. amount: what is to be transferred for all units, VAT and discounts worked out, in đồng."""

    plan: str
    billing_period: str
    amount: int
    message_id: str | None = None
    quantity: int = 1


@dataclass(frozen=True)
class Order:
    """A numbered order. state: placed, paid, cancelled or refunded. renews_at: end of the paid period.

    quantity: seats of a plan sold by the user, else units. amount: of all of them.
    """

    number: str
    contact_id: str
    plan: str
    billing_period: str
    amount: int
    currency: str
    state: str
    ordered_at: datetime
    paid_at: datetime | None
    renews_at: datetime | None
    cancelled_at: datetime | None
    message_id: str | None
    quantity: int = 1

    @property
    def is_placed(self) -> bool:
        """True while it waits for the money."""
        return self.state == PLACED

    def is_running(self, now: datetime) -> bool:
        """True while a paid period runs, also after the renewal was called off."""
        return self.paid_at is not None and self.state != REFUNDED and self.renews_at is not None and now < self.renews_at


@dataclass(frozen=True)
class Payment:
    """What a confirmation caused. is_repeat: it was confirmed before, and nothing happened again."""

    order: Order
    is_repeat: bool
    onboarding: Ticket | None = None
    rewarded_code: str | None = None


def place_order(session: Session, contact_id: str, request: OrderRequest, now: datetime) -> Order:
    """Write an order down as placed, never as paid.

    The same message again, or the same plan and period at the same price while the first order still
    waits for its money, returns the order that is there; at another price or quantity the new order replaces it.
    Raises QuantityError below one.
    """
    if request.quantity < 1:
        raise QuantityError(f"a quantity of {request.quantity} cannot be ordered; order at least 1")
    lock_person(session, contact_id)
    alike = [order for order in list_orders(session, contact_id) if _is_alike(order, request)]
    for order in alike:
        is_same = (order.amount, order.quantity) == (request.amount, request.quantity)
        if is_same or order.message_id == request.message_id is not None:
            return order
        cancel_order(session, contact_id, order.number, now)
    number = f"DH-{next_number(session, 'order', FIRST_NUMBER)}"
    session.execute(orders.insert().values(
        id=new_id(), number=number, contact_id=contact_id, plan=request.plan, billing_period=request.billing_period,
        quantity=request.quantity, amount=request.amount, currency="VND", state=PLACED, ordered_at=now, message_id=request.message_id,
    ))
    return load_order(session, contact_id, number)


def list_orders(session: Session, contact_id: str, *, is_whole: bool = False) -> list[Order]:
    """The person's orders that may be shown to this contact, the newest first; is_whole: all of them, for rules and for staff."""
    people = find_linked_contacts(session, contact_id) if is_whole else find_shown_contacts(session, contact_id)
    query = sa.select(*_ORDER).where(orders.c.contact_id.in_(people)).order_by(orders.c.ordered_at.desc(), orders.c.number.desc())
    return [Order(*row) for row in session.execute(query)]


def load_order(session: Session, contact_id: str, number: str) -> Order:
    """The person's order of this number. Raises UnknownOrderError, also for somebody else's."""
    for order in list_orders(session, contact_id):
        if order.number == number.upper():
            return order
    raise UnknownOrderError(f"contact {contact_id} has no order {number}; ask for the number again")


def find_order(session: Session, number: str) -> Order | None:
    """Anybody's order of this number; None when there is none. For staff, for the bank, and behind an order's own link."""
    row = session.execute(sa.select(*_ORDER).where(orders.c.number == number)).one_or_none()
    return None if row is None else Order(*row)


def find_current_order(session: Session, contact_id: str) -> Order | None:
    """The person's latest paid plan, running or lapsed; None when they never paid."""
    paid = [order for order in list_orders(session, contact_id, is_whole=True) if order.paid_at is not None and order.state != REFUNDED]
    return max(paid, key=lambda order: order.paid_at or order.ordered_at, default=None)


def has_friend_discount(session: Session, contact_id: str, plan: str, billing_period: str) -> bool:
    """True when a friend's code lowers the price of this order: redeemed, and no other order stands before it."""
    if find_redemption(session, contact_id) is None:
        return False
    mine = list_orders(session, contact_id, is_whole=True)
    others = [order for order in mine if (order.plan, order.billing_period) != (plan, billing_period)]
    has_paid = any(order.paid_at is not None and order.amount > 0 for order in mine)
    return not has_paid and not any(order.is_placed and order.amount > 0 for order in others)


def confirm_payment(session: Session, number: str, received: int, now: datetime, *, product: str | None = None) -> Payment:
    """Mark an order as paid, for staff or a signed notice of the bank; a repeat changes nothing.

    received: money that came in, in đồng. product: what the plan belongs to; its running trial turns into the order.
    Ends the trial, opens exactly one onboarding ticket, rewards the friend whose code was used, and
    logs the revenue. Raises UnknownOrderError, OrderNotOpenError or PaymentMismatchError.
    """
    order = _lock_order(session, number)
    if order.state == PAID:
        return Payment(order, is_repeat=True)
    _check_payable(order, received)
    renews_at = add_periods(now, order.billing_period)
    session.execute(orders.update().where(orders.c.number == number).values(state=PAID, paid_at=now, renews_at=renews_at))
    _end_running_trial(session, order.contact_id, product, now)
    _record(session, order, "payment_confirmed", now)
    onboarding = _welcome(session, order, now)
    rewarded = reward_referrer(session, order.contact_id, now)
    return Payment(load_order(session, order.contact_id, number), False, onboarding, rewarded)


def cancel_order(session: Session, contact_id: str, number: str, now: datetime) -> Order:
    """Call an order off: a placed one ends, a paid one runs to the end of its period and is not renewed.

    Cancelling twice keeps the first time. Raises UnknownOrderError, or OrderNotOpenError for a refunded order.
    """
    lock_person(session, contact_id)
    order = load_order(session, contact_id, number)
    if order.state == REFUNDED:
        raise OrderNotOpenError(f"order {number} was refunded; there is nothing to cancel")
    if order.state != CANCELLED:
        session.execute(orders.update().where(orders.c.number == order.number).values(state=CANCELLED, cancelled_at=now))
    return load_order(session, contact_id, number)


def refund_order(session: Session, number: str, now: datetime) -> Order:
    """Note for staff that the money went back; takes the friend's reward back too. A repeat changes nothing.

    Raises UnknownOrderError, or OrderNotOpenError when it was never paid.
    """
    order = _lock_order(session, number)
    if order.paid_at is None:
        raise OrderNotOpenError(f"order {number} was never paid; cancel it instead")
    if order.state != REFUNDED:
        session.execute(orders.update().where(orders.c.number == number).values(state=REFUNDED, cancelled_at=order.cancelled_at or now))
        if find_current_order(session, order.contact_id) is None:
            reverse_reward(session, order.contact_id)
    return load_order(session, order.contact_id, number)


def _is_alike(order: Order, request: OrderRequest) -> bool:
    if request.message_id is not None and order.message_id == request.message_id:
        return True
    return order.is_placed and (order.plan, order.billing_period) == (request.plan, request.billing_period)


def _lock_order(session: Session, number: str) -> Order:
    owner = session.execute(sa.select(orders.c.contact_id).where(orders.c.number == number)).scalar_one_or_none()
    if owner is None:
        raise UnknownOrderError(f"order {number} does not exist; look it up in the list of orders")
    lock_person(session, owner)
    return load_order(session, owner, number)


def _check_payable(order: Order, received: int) -> None:
    if order.state != PLACED:
        raise OrderNotOpenError(f"order {order.number} is {order.state}; place a new order, or give the money back")
    if received != order.amount:
        raise PaymentMismatchError(f"order {order.number} costs {order.amount} {order.currency}, {received} came in; settle the rest first")


def _welcome(session: Session, order: Order, now: datetime) -> Ticket:
    # A free plan's order opened its ticket when it was placed.
    subject = f"{order.number}: {order.plan}"
    opened = (ticket for ticket in list_tickets(session, order.contact_id, is_whole=True) if ticket.subject == subject)
    return next(opened, None) or open_ticket(session, order.contact_id, TicketRequest(TicketKind.ONBOARDING, subject), now)


def _end_running_trial(session: Session, contact_id: str, product: str | None, now: datetime) -> None:
    trial = find_trial(session, contact_id, product) if product else None
    if trial is not None and trial.is_active(now):
        end_trial(session, contact_id, trial.product, now)


def _record(session: Session, order: Order, type_: str, now: datetime) -> None:
    append_touchpoint(session, Touchpoint(
        type=type_, contact_id=order.contact_id, channel="payment", source="order", source_id=order.number,
        occurred_at=now, received_at=now, stage_source="fact", value=order.amount, currency=order.currency,
        properties={"plan": order.plan, "billing_period": order.billing_period, "quantity": order.quantity},
    ))


_ORDER = tuple(orders.c[name] for name in Order.__dataclass_fields__)
