"""Reasons to write unasked, read from trials, tickets, handoffs and orders; and what each person's situation allows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from journey_state.consent import find_consent
from journey_state.contacts import find_linked_contacts
from journey_state.conversations import BOT, Conversation, Posting, append_reply, load_conversation
from journey_state.messages import Reply
from journey_state.nudges import (
    CSAT_AFTER,
    CSAT_WITHIN,
    NPS_AFTER,
    NPS_WITHIN,
    PATH_AFTER,
    PATH_WITHIN,
    NudgeKind,
    Occasion,
    Reach,
)
from journey_state.store import insert_once, new_id
from journey_state.tables import contacts, conversations, handoffs, messages, nudges, orders, surveys, tickets, trials
from journey_state.tickets import TicketKind

# A person's preferences hold this as False after they asked us to be quiet.
WANTS_NUDGES = "wants_nudges"
_UNRATED = (TicketKind.ONBOARDING.value, TicketKind.COMPLAINT.value)


@dataclass(frozen=True)
class Nudge:
    """A nudge on its way: why, to which conversation, and in which words."""

    occasion: Occasion
    conversation: Conversation
    reply: Reply


def list_occasions(session: Session, now: datetime, reminder: timedelta) -> list[Occasion]:
    """All that is due now and was not sent, of all people; reminder: how long before its end a trial is spoken of."""
    found = (*_ending_trials(session, now, reminder), *_closed_tickets(session, now), *_released_handoffs(session, now),
             *_paid_orders(session, now))
    sent = set(session.execute(sa.select(nudges.c.key).where(nudges.c.key.in_([item.key for item in found]))).scalars())
    return [item for item in found if item.key not in sent]


def read_reach(session: Session, contact_id: str) -> Reach:
    """What the person's situation allows, all linked contacts together."""
    people = find_linked_contacts(session, contact_id)
    consent = find_consent(session, contact_id)
    of_person = conversations.c.contact_id.in_(people)
    with_staff = sa.exists().where(handoffs.c.contact_id.in_(people), handoffs.c.state.in_(("requested", "claimed")))
    taken_over = sa.exists().where(of_person, conversations.c.responder != BOT)
    is_complaint = tickets.c.kind == TicketKind.COMPLAINT.value
    complaint = sa.exists().where(tickets.c.contact_id.in_(people), is_complaint, tickets.c.state != "closed")
    said = (sa.select(sa.func.max(messages.c.at)).join(conversations, conversations.c.id == messages.c.conversation_id)
            .where(of_person, messages.c.direction == "in"))
    row = session.execute(sa.select(with_staff | taken_over, complaint)).one()
    return Reach(
        is_consenting=consent is not None and consent.is_granted, wants_nudges=_wants_nudges(session, people),
        is_with_staff=bool(row[0]), has_open_complaint=bool(row[1]),
        last_said_at=session.execute(said).scalar_one(), sent=_read_sent(session, people),
    )


def find_latest_conversation(session: Session, contact_id: str) -> Conversation | None:
    """Where the person was last; None when they have no conversation left."""
    people = find_linked_contacts(session, contact_id)
    query = sa.select(conversations.c.id).where(conversations.c.contact_id.in_(people)).order_by(conversations.c.last_at.desc()).limit(1)
    found = session.execute(query).scalar_one_or_none()
    return None if found is None else load_conversation(session, found, locked=True)


def send_nudge(session: Session, nudge: Nudge, now: datetime, *, is_mailbox: bool) -> bool:
    """Write a nudge into its conversation and queue it; False when the same reason was written about before."""
    occasion, conversation = nudge.occasion, nudge.conversation
    row = {"id": new_id(), "key": occasion.key, "kind": occasion.kind.value, "contact_id": occasion.contact_id,
           "conversation_id": conversation.id, "sent_at": now}
    if not insert_once(session, nudges, row):
        return False
    message_id = append_reply(session, conversation, nudge.reply, Posting(BOT, now, is_mailbox=is_mailbox))
    session.execute(nudges.update().where(nudges.c.id == row["id"]).values(message_id=message_id))
    return True


def stop_nudges(session: Session, contact_id: str) -> None:
    """Write nothing more to a person unasked, on any of their channels."""
    for each in find_linked_contacts(session, contact_id):
        known = session.execute(sa.select(contacts.c.preferences).where(contacts.c.id == each)).scalar_one_or_none() or {}
        session.execute(contacts.update().where(contacts.c.id == each).values(preferences={**known, WANTS_NUDGES: False}))


def _ending_trials(session: Session, now: datetime, reminder: timedelta) -> Iterator[Occasion]:
    query = sa.select(trials.c.id, trials.c.contact_id, trials.c.product, trials.c.plan, trials.c.ends_at).where(
        trials.c.ended_at.is_(None), trials.c.ends_at > now, trials.c.ends_at <= now + reminder)
    for row in session.execute(query):
        details = {"product": row.product, "plan": row.plan or "", "ends_at": row.ends_at.isoformat()}
        yield Occasion(NudgeKind.TRIAL_ENDING, f"trial:{row.id}", row.contact_id, row.ends_at - reminder, row.ends_at, details)


def _closed_tickets(session: Session, now: datetime) -> Iterator[Occasion]:
    query = sa.select(tickets.c.id, tickets.c.number, tickets.c.contact_id, tickets.c.closed_at).where(
        tickets.c.closed_at > now - CSAT_WITHIN, tickets.c.closed_at <= now - CSAT_AFTER, tickets.c.kind.not_in(_UNRATED))
    for row in session.execute(query):
        until = row.closed_at + CSAT_WITHIN
        yield Occasion(NudgeKind.CSAT, f"csat:ticket:{row.id}", row.contact_id, row.closed_at + CSAT_AFTER, until, {"number": row.number})


def _released_handoffs(session: Session, now: datetime) -> Iterator[Occasion]:
    query = sa.select(handoffs.c.id, handoffs.c.contact_id, handoffs.c.released_at).where(
        handoffs.c.released_at > now - CSAT_WITHIN, handoffs.c.released_at <= now - CSAT_AFTER, handoffs.c.claimed_by.is_not(None))
    for row in session.execute(query):
        due_at = row.released_at + CSAT_AFTER
        yield Occasion(NudgeKind.CSAT, f"csat:handoff:{row.id}", row.contact_id, due_at, row.released_at + CSAT_WITHIN)


def _paid_orders(session: Session, now: datetime) -> Iterator[Occasion]:
    """After a first payment: how they found us; two weeks later whether they would recommend us, unless they told."""
    query = sa.select(orders.c.id, orders.c.contact_id, orders.c.paid_at).where(
        orders.c.paid_at > now - NPS_WITHIN, orders.c.amount > 0, orders.c.cancelled_at.is_(None))
    for row in session.execute(query):
        yield Occasion(NudgeKind.PATH, f"path:{row.contact_id}", row.contact_id, row.paid_at + PATH_AFTER, row.paid_at + PATH_WITHIN)
        if not _has_answered(session, row.contact_id, row.paid_at):
            yield Occasion(NudgeKind.NPS, f"nps:{row.id}", row.contact_id, row.paid_at + NPS_AFTER, row.paid_at + NPS_WITHIN)


def _has_answered(session: Session, contact_id: str, since: datetime) -> bool:
    people = find_linked_contacts(session, contact_id)
    answered = sa.exists().where(surveys.c.contact_id.in_(people), surveys.c.kind == NudgeKind.NPS.value, surveys.c.answered_at > since)
    return bool(session.execute(sa.select(answered)).scalar_one())


def _wants_nudges(session: Session, people: Sequence[str]) -> bool:
    kept = session.execute(sa.select(contacts.c.preferences).where(contacts.c.id.in_(people))).scalars()
    return all((preferences or {}).get(WANTS_NUDGES, True) for preferences in kept)


def _read_sent(session: Session, people: Sequence[str]) -> tuple[tuple[NudgeKind, datetime], ...]:
    query = sa.select(nudges.c.kind, nudges.c.sent_at).where(nudges.c.contact_id.in_(people)).order_by(nudges.c.sent_at)
    return tuple((NudgeKind(row.kind), row.sent_at) for row in session.execute(query))
