"""The queue: open handoffs with clock, mood, unread messages and who is to take them, the most urgent first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from journey_state.content import get_content
from journey_state.desk_choices import load_desk
from journey_state.errors import JourneyError
from journey_state.handoffs import Handoff, find_open_handoff
from journey_state.linked_people import group_linked
from journey_state.orders import PAID
from journey_state.service_levels import ServiceLevel, Waiting, measure_service
from journey_state.store import insert_once
from journey_state.tables import handoff_assignments, handoffs, messages, orders, read_marks, staff, turns
from journey_state.transcripts import ConversationCard, list_open


class NoOpenHandoffError(JourneyError):
    """Nobody asked for a human in this conversation, or it was handed back."""


@dataclass(frozen=True)
class QueuedCard:
    """A card of the queue. unread: messages of the customer that the reader has not opened; mood: -1 to 1 or None.

    place: among those who wait, from 1; None for those who are served. assignee: name of who is to take it, may be empty.
    """

    card: ConversationCard
    service: ServiceLevel
    mood: float | None
    tier: str
    unread: int
    assignee_id: str
    assignee: str
    place: int | None = None

    @property
    def handoff(self) -> Handoff:
        """The open handoff."""
        assert self.card.handoff is not None
        return self.card.handoff


@dataclass(frozen=True)
class QueueFilter:
    """What of the queue to show; empty fields show all. mine: claimed by or assigned to this member."""

    team: str = ""
    stage: str = ""
    channel: str = ""
    mine: str = ""

    def lets_in(self, queued: QueuedCard) -> bool:
        """True for a card that the filter shows."""
        return (
            self.team in ("", queued.service.team.id)
            and self.stage in ("", queued.card.stage)
            and self.channel in ("", queued.card.conversation.channel)
            and (not self.mine or self.mine in (queued.handoff.claimed_by, queued.assignee_id))
        )


def read_queue(session: Session, reader_id: str, now: datetime) -> list[QueuedCard]:
    """All open handoffs, the most urgent first. Names of plans come from the content, hours and promises from the desk."""
    desk, cards = load_desk(session), list_open(session)
    conversation_ids = [card.conversation.id for card in cards]
    moods, unread = _read_moods(session, conversation_ids), _count_unread(session, conversation_ids, reader_id)
    tiers, assigned = _read_tiers(session, cards, now), _read_assignments(session, conversation_ids)
    queued = []
    for card in cards:
        assert card.handoff is not None
        team_id, staff_id, name = assigned.get(card.handoff.id, ("", "", ""))
        mood, tier = moods.get(card.conversation.id), tiers[card.conversation.contact_id]
        waiting = Waiting(card.stage, tier, card.handoff.requested_at, mood, card.handoff.priority, team_id)
        service = measure_service(waiting, desk, now)
        queued.append(QueuedCard(card, service, mood, tier, unread.get(card.conversation.id, 0), staff_id, name))
    return _number(sorted(queued, key=lambda item: (-item.service.urgency, item.handoff.requested_at)))


def find_place(session: Session, handoff: Handoff, now: datetime) -> int | None:
    """A handoff's place in the queue as staff see it; None when nobody waits in it any more."""
    return next((item.place for item in read_queue(session, "", now) if item.handoff.id == handoff.id), None)


def assign_handoff(session: Session, conversation_id: str, target: tuple[str, str], made_by: str, now: datetime) -> None:
    """Say which team, and which of its people (or nobody yet), is to take the open handoff. Anybody may still claim it.

    target: (team's id, staff id or ""). Raises NoOpenHandoffError.
    """
    handoff = find_open_handoff(session, conversation_id)
    if handoff is None:
        raise NoOpenHandoffError(f"conversation {conversation_id} has no open handoff; claim it first")
    values = {"team": target[0], "staff_id": target[1] or None, "made_by": made_by, "made_at": now}
    if not insert_once(session, handoff_assignments, {"handoff_id": handoff.id, **values}):
        session.execute(handoff_assignments.update().where(handoff_assignments.c.handoff_id == handoff.id).values(**values))


def find_assignment(session: Session, handoff_id: str) -> tuple[str, str, str]:
    """(team's id, staff id, name) of who is to take a handoff; empty for nobody."""
    return _assignments(session, handoff_assignments.c.handoff_id == handoff_id).get(handoff_id, ("", "", ""))


def mark_read(session: Session, staff_id: str, conversation_id: str, seq: int) -> None:
    """Remember how far a member has read a conversation; reading older lines again takes nothing back."""
    if insert_once(session, read_marks, {"conversation_id": conversation_id, "staff_id": staff_id, "seq": seq}):
        return
    mine = (read_marks.c.conversation_id == conversation_id) & (read_marks.c.staff_id == staff_id)
    session.execute(read_marks.update().where(mine, read_marks.c.seq < seq).values(seq=seq))


def find_read_mark(session: Session, staff_id: str, conversation_id: str) -> int:
    """The number of the last line a member has read; 0 before the first time."""
    mine = (read_marks.c.conversation_id == conversation_id) & (read_marks.c.staff_id == staff_id)
    return session.execute(sa.select(read_marks.c.seq).where(mine)).scalar_one_or_none() or 0


def tier_of(plans: Sequence[str]) -> str:
    """What somebody with these running paid plans may expect: none, paid or priority."""
    first = get_content().support.priority_plans
    return "none" if not plans else "priority" if any(plan in first for plan in plans) else "paid"


def _number(queued: Sequence[QueuedCard]) -> list[QueuedCard]:
    waiting = [item.handoff.id for item in queued if item.handoff.state == "requested"]
    places: Mapping[str, int] = {handoff_id: number for number, handoff_id in enumerate(waiting, 1)}
    return [replace(item, place=places.get(item.handoff.id)) for item in queued]


def _read_moods(session: Session, conversation_ids: Sequence[str]) -> dict[str, float]:
    """The emotion of the latest message that the assistant understood."""
    latest = (
        sa.select(turns.c.conversation_id, sa.func.max(turns.c.seq).label("seq"))
        .where(turns.c.conversation_id.in_(conversation_ids), turns.c.state == "closed", turns.c.answered_by == "bot")
        .group_by(turns.c.conversation_id).subquery()
    )
    emotion = turns.c.understanding["emotion"].as_string()
    query = sa.select(turns.c.conversation_id, emotion).join(
        latest, (latest.c.conversation_id == turns.c.conversation_id) & (latest.c.seq == turns.c.seq)
    )
    return {row[0]: float(row[1]) for row in session.execute(query) if row[1] not in (None, "null")}


def _count_unread(session: Session, conversation_ids: Sequence[str], reader_id: str) -> dict[str, int]:
    mine = (read_marks.c.conversation_id == messages.c.conversation_id) & (read_marks.c.staff_id == reader_id)
    query = (
        sa.select(messages.c.conversation_id, sa.func.count()).join(read_marks, mine, isouter=True)
        .where(messages.c.conversation_id.in_(conversation_ids), messages.c.direction == "in")
        .where(messages.c.seq > sa.func.coalesce(read_marks.c.seq, 0)).group_by(messages.c.conversation_id)
    )
    return dict(session.execute(query).all())


def _read_tiers(session: Session, cards: Sequence[ConversationCard], now: datetime) -> dict[str, str]:
    people = group_linked(session, [card.conversation.contact_id for card in cards])
    everybody = sorted({each for group in people.values() for each in group})
    running = sa.select(orders.c.contact_id, orders.c.plan).where(
        orders.c.contact_id.in_(everybody), orders.c.state == PAID, orders.c.renews_at > now, orders.c.amount > 0
    )
    plans: dict[str, list[str]] = {}
    for contact_id, plan in session.execute(running):
        plans.setdefault(contact_id, []).append(plan)
    return {contact_id: tier_of([plan for each in group for plan in plans.get(each, ())]) for contact_id, group in people.items()}


def _read_assignments(session: Session, conversation_ids: Sequence[str]) -> dict[str, tuple[str, str, str]]:
    open_ones = sa.select(handoffs.c.id).where(handoffs.c.conversation_id.in_(conversation_ids), handoffs.c.state != "released")
    return _assignments(session, handoff_assignments.c.handoff_id.in_(open_ones))


def _assignments(session: Session, where: sa.sql.ColumnElement) -> dict[str, tuple[str, str, str]]:
    query = (
        sa.select(handoff_assignments.c.handoff_id, handoff_assignments.c.team, handoff_assignments.c.staff_id, staff.c.name)
        .join(staff, staff.c.id == handoff_assignments.c.staff_id, isouter=True).where(where)
    )
    return {row.handoff_id: (row.team, row.staff_id or "", row.name or "") for row in session.execute(query)}


