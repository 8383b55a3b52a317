"""What the store knows of a person that tells the stage: trial, plan, orders, tickets, referral code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from journey_state.contacts import find_linked_contacts
from journey_state.orders import PLACED, REFUNDED
from journey_state.stages import Evidence
from journey_state.tables import orders, referral_codes, tickets, trials
from journey_state.tickets import TicketKind

TRIAL_ENDING_DAYS = 3
RENEWAL_DUE_DAYS = 30
DAY_S = 86_400


@dataclass(frozen=True)
class Facts:
    """Business facts of one person, all linked contacts together; the default is somebody unknown.

    trial_days_left, renewal_days: whole days, rounded up; None without trial or paid plan.
    """

    active_trial: bool = False
    trial_days_left: int | None = None
    paid_plan: bool = False
    open_ticket: bool = False
    open_order: bool = False
    renewal_days: int | None = None
    lapsed_plan: bool = False
    referral_code: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the facts that hold, as the stage model knows them (see FACT_NAMES)."""
        ending = self.active_trial and self.trial_days_left is not None and self.trial_days_left <= TRIAL_ENDING_DAYS
        due = self.paid_plan and self.renewal_days is not None and self.renewal_days <= RENEWAL_DUE_DAYS
        held = {
            "active_trial": self.active_trial, "trial_ending": ending, "paid_plan": self.paid_plan,
            "open_ticket": self.open_ticket, "open_order": self.open_order, "renewal_due": due,
            "lapsed_plan": self.lapsed_plan, "referral_code": self.referral_code,
        }
        return tuple(name for name in FACT_NAMES if held[name])

    def to_dict(self) -> dict[str, Any]:
        """JSON form for message metadata, the inverse of `parse_facts`."""
        return asdict(self)


FACT_NAMES = (
    "active_trial", "trial_ending", "paid_plan", "open_ticket", "open_order", "renewal_due", "lapsed_plan", "referral_code",
)


def parse_facts(raw: object) -> Facts:
    """Read facts off message metadata; anything missing or foreign counts as unknown."""
    if not isinstance(raw, Mapping):
        return Facts()
    known = {item.name for item in fields(Facts)}
    return Facts(**{name: value for name, value in raw.items() if name in known})


def load_facts(session: Session, contact_id: str, now: datetime) -> Facts:
    """Read the facts of a contact and of all contacts linked to it, as of now.

    A plan called off runs to the end of its paid period but has no renewal; free plans are not paid plans; a ticket
    that we opened to welcome somebody is not an open ticket.
    """
    return read_facts(session, find_linked_contacts(session, contact_id), now)


def read_facts(session: Session, people: Sequence[str], now: datetime) -> Facts:
    """`load_facts` for somebody whose linked contacts are known."""
    trial_days, bought = _read_trial_days(session, people, now), _read_orders(session, people)
    paid = [order for order in bought if order.paid_at is not None and order.renews_at is not None and order.amount > 0]
    running = [order for order in paid if order.renews_at > now]
    return Facts(
        active_trial=trial_days is not None,
        trial_days_left=trial_days,
        paid_plan=bool(running),
        open_ticket=_has_open_ticket(session, people),
        open_order=any(order.state == PLACED for order in bought),
        renewal_days=min((_days_until(order.renews_at, now) for order in running if order.cancelled_at is None), default=None),
        lapsed_plan=bool(paid) and not running,
        referral_code=_has_referral_code(session, people),
    )


def describe_facts(facts: Facts) -> list[Evidence]:
    """Put every fact that holds into words, in both languages; kind is the fact's name."""
    return [Evidence(kind=name, vi=vi, en=en) for name in facts.names for vi, en in (_describe(name, facts),)]


def _describe(name: str, facts: Facts) -> tuple[str, str]:
    days = facts.trial_days_left if name == "trial_ending" else facts.renewal_days
    return {
        "active_trial": ("đang dùng thử", "has an active trial"),
        "trial_ending": _count_days("bản dùng thử còn {}", "active trial ends in {}", days),
        "paid_plan": ("đang có gói trả phí", "has a paid plan"),
        "open_ticket": ("có phiếu hỗ trợ đang mở", "has an open ticket"),
        "open_order": ("có đơn chưa thanh toán", "has an unpaid order"),
        "renewal_due": _count_days("gói sẽ đến hạn sau {}", "plan renews in {}", days),
        "lapsed_plan": ("gói đã hết hạn", "plan has lapsed"),
        "referral_code": ("đã có mã giới thiệu", "has a referral code"),
    }[name]


def _count_days(vi: str, en: str, days: int | None) -> tuple[str, str]:
    count = days or 0
    return vi.format(f"{count} ngày"), en.format("1 day" if count == 1 else f"{count} days")


def _read_trial_days(session: Session, people: Sequence[str], now: datetime) -> int | None:
    ends = session.execute(_TRIAL_ENDS, {"people": people, "now": now}).scalars().all()
    return min((_days_until(at, now) for at in ends), default=None)


def _read_orders(session: Session, people: Sequence[str]) -> list[Any]:
    return list(session.execute(_ORDERS, {"people": people}).all())


def _has_open_ticket(session: Session, people: Sequence[str]) -> bool:
    return session.execute(_OPEN_TICKET, {"people": people}).first() is not None


def _has_referral_code(session: Session, people: Sequence[str]) -> bool:
    return session.execute(_REFERRAL_CODE, {"people": people}).first() is not None


def _days_until(at: datetime, now: datetime) -> int:
    return -int((now - at).total_seconds() // DAY_S)


# Built once: every turn reads them.
_PEOPLE = sa.bindparam("people", expanding=True)
_TRIAL_ENDS = sa.select(trials.c.ends_at).where(
    trials.c.contact_id.in_(_PEOPLE), trials.c.ended_at.is_(None), trials.c.ends_at > sa.bindparam("now"),
)
_ORDERS = sa.select(orders.c.state, orders.c.amount, orders.c.paid_at, orders.c.renews_at, orders.c.cancelled_at).where(
    orders.c.contact_id.in_(_PEOPLE), orders.c.state != REFUNDED,
)
_OPEN_TICKET = sa.select(tickets.c.id).where(
    tickets.c.contact_id.in_(_PEOPLE), tickets.c.closed_at.is_(None), tickets.c.kind != TicketKind.ONBOARDING.value,
).limit(1)
_REFERRAL_CODE = sa.select(referral_codes.c.code).where(referral_codes.c.contact_id.in_(_PEOPLE)).limit(1)
