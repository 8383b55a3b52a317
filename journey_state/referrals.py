"""Referral codes: one a person, never for oneself, a reward only after the friend has paid."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from secrets import choice

import sqlalchemy as sa
from sqlalchemy.orm import Session

from journey_state.contacts import find_linked_contacts, lock_person
from journey_state.errors import (
    NotNewCustomerError,
    ReferralAlreadyUsedError,
    ReferralExhaustedError,
    SelfReferralError,
    UnknownReferralCodeError,
)
from journey_state.periods import add_months
from journey_state.store import insert_once, new_id
from journey_state.tables import contacts, orders, redemptions, referral_codes, trials

# No 0/O, 1/I/L: codes are read out on the phone.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
CODE_LENGTH = 6


@dataclass(frozen=True)
class ReferralTerms:
    """The content's terms: how a code starts, how many friends may use it, and for how long."""

    prefix: str
    cap: int
    valid_months: int


@dataclass(frozen=True)
class ReferralCode:
    """A person's code. used: how many friends redeemed it."""

    code: str
    contact_id: str
    issued_at: datetime
    expires_at: datetime
    cap: int
    used: int

    def is_usable(self, now: datetime) -> bool:
        """True while a friend may redeem it."""
        return self.used < self.cap and now < self.expires_at


@dataclass(frozen=True)
class Redemption:
    """A friend's use of a code. rewarded_at: when the friend's first payment earned the reward."""

    code: str
    contact_id: str
    redeemed_at: datetime
    rewarded_at: datetime | None
    message_id: str | None


@dataclass(frozen=True)
class ReferralStatus:
    """What a code has brought: friends who have paid, and friends who have not yet."""

    code: ReferralCode
    rewarded: int
    waiting: int


def issue_code(session: Session, contact_id: str, terms: ReferralTerms, now: datetime) -> ReferralCode:
    """Give a person their code; whoever has one keeps it, a lapsed one lives again for the same span."""
    lock_person(session, contact_id)
    known = find_code(session, contact_id)
    expires_at = add_months(now, terms.valid_months)
    if known is None:
        values = {"contact_id": contact_id, "issued_at": now, "expires_at": expires_at, "cap": terms.cap, "used": 0}
        return _insert_code(session, terms.prefix, values)
    if now >= known.expires_at:
        session.execute(referral_codes.update().where(referral_codes.c.code == known.code).values(expires_at=expires_at))
    return _load_code(session, known.code)


def find_code(session: Session, contact_id: str) -> ReferralCode | None:
    """The person's code, lapsed or not; None when none was issued."""
    people = find_linked_contacts(session, contact_id)
    query = sa.select(*_CODE).where(referral_codes.c.contact_id.in_(people)).order_by(referral_codes.c.issued_at).limit(1)
    row = session.execute(query).one_or_none()
    return None if row is None else ReferralCode(*row)


def find_redemption(session: Session, contact_id: str) -> Redemption | None:
    """What the person redeemed; None when nothing."""
    people = find_linked_contacts(session, contact_id)
    query = sa.select(*_REDEMPTION).where(redemptions.c.contact_id.in_(people)).order_by(redemptions.c.redeemed_at).limit(1)
    row = session.execute(query).one_or_none()
    return None if row is None else Redemption(*row)


def redeem_code(session: Session, contact_id: str, code: str, now: datetime, *, message_id: str | None = None) -> Redemption:
    """Redeem a friend's code for the whole person; the same message again changes nothing.

    Nothing is written when a rule is broken. Raises UnknownReferralCodeError, SelfReferralError,
    ReferralAlreadyUsedError, NotNewCustomerError or ReferralExhaustedError.
    """
    people = lock_person(session, contact_id)
    found = _load_code(session, code.upper())
    earlier = find_redemption(session, contact_id)
    if earlier is not None and message_id is not None and (earlier.code, earlier.message_id) == (found.code, message_id):
        return earlier
    _check_redeemable(session, people, found, earlier)
    _take_use(session, found, now)
    session.execute(redemptions.insert().values(
        id=new_id(), code=found.code, contact_id=contact_id, redeemed_at=now, message_id=message_id,
    ))
    redeemed = find_redemption(session, contact_id)
    assert redeemed is not None
    return redeemed


def find_status(session: Session, contact_id: str) -> ReferralStatus | None:
    """What the person's code has brought so far; None when they have no code."""
    code = find_code(session, contact_id)
    if code is None:
        return None
    query = sa.select(sa.func.count(), sa.func.count(redemptions.c.rewarded_at)).where(redemptions.c.code == code.code)
    redeemed, rewarded = session.execute(query).one()
    return ReferralStatus(code, rewarded=rewarded, waiting=redeemed - rewarded)


def reward_referrer(session: Session, friend_id: str, now: datetime) -> str | None:
    """Note that a friend has paid; returns the code that earned its reward, None when no reward is due."""
    redemption = find_redemption(session, friend_id)
    if redemption is None or redemption.rewarded_at is not None:
        return None
    session.execute(redemptions.update().where(redemptions.c.contact_id == redemption.contact_id).values(rewarded_at=now))
    return redemption.code


def reverse_reward(session: Session, friend_id: str) -> str | None:
    """Take the reward back because the friend's money went back; returns the code, None when nothing was due."""
    redemption = find_redemption(session, friend_id)
    if redemption is None or redemption.rewarded_at is None:
        return None
    session.execute(redemptions.update().where(redemptions.c.contact_id == redemption.contact_id).values(rewarded_at=None))
    return redemption.code


def _insert_code(session: Session, prefix: str, values: dict[str, object]) -> ReferralCode:
    code = prefix + "".join(choice(ALPHABET) for _ in range(CODE_LENGTH))
    if not insert_once(session, referral_codes, {"code": code, **values}):
        # One of the 887 million codes came twice: draw again.
        return _insert_code(session, prefix, values)
    return _load_code(session, code)


def _load_code(session: Session, code: str) -> ReferralCode:
    row = session.execute(sa.select(*_CODE).where(referral_codes.c.code == code)).one_or_none()
    if row is None:
        raise UnknownReferralCodeError(f"referral code {code} does not exist; ask for its spelling")
    return ReferralCode(*row)


def _check_redeemable(session: Session, people: tuple[str, ...], code: ReferralCode, earlier: Redemption | None) -> None:
    owners = find_linked_contacts(session, code.contact_id)
    if set(owners) & set(people) or _reachable_at(session, owners) & _reachable_at(session, people):
        raise SelfReferralError(f"referral code {code.code} belongs to contact {people[0]} themselves; it is for friends")
    if earlier is not None:
        raise ReferralAlreadyUsedError(f"contact {people[0]} redeemed {earlier.code} before; one code a person")
    paid = sa.select(sa.exists().where(orders.c.contact_id.in_(people), orders.c.paid_at.is_not(None), orders.c.amount > 0))
    if session.execute(paid).scalar_one():
        raise NotNewCustomerError(f"contact {people[0]} has paid before; codes are for a first order")


def _reachable_at(session: Session, people: tuple[str, ...]) -> set[str]:
    """Phones and e-mail addresses, lower case, that the person gave us anywhere."""
    queries = (
        sa.select(contacts.c.phone).where(contacts.c.id.in_(people)),
        sa.select(contacts.c.email).where(contacts.c.id.in_(people)),
        sa.select(trials.c.email).where(trials.c.contact_id.in_(people)),
    )
    return {value.strip().lower() for query in queries for value in session.execute(query).scalars() if value}


def _take_use(session: Session, code: ReferralCode, now: datetime) -> None:
    # One atomic statement decides who gets the last free use.
    is_free = (referral_codes.c.used < referral_codes.c.cap) & (referral_codes.c.expires_at > now)
    taking = referral_codes.update().where((referral_codes.c.code == code.code) & is_free).values(used=referral_codes.c.used + 1)
    if session.execute(taking).rowcount != 1:
        reason = "has expired" if now >= code.expires_at else "is used up"
        raise ReferralExhaustedError(f"referral code {code.code} {reason}; the friend may ask for terms of today")


_CODE = tuple(referral_codes.c[name] for name in ReferralCode.__dataclass_fields__)
_REDEMPTION = tuple(redemptions.c[name] for name in Redemption.__dataclass_fields__)
