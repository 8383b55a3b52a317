"""What staff read: the list of conversations that wait, and what was said, understood and delivered in one of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from journey_state.conversations import Conversation, message_text, read_latest_messages
from journey_state.handoffs import Handoff
from journey_state.messages import LoggedMessage
from journey_state.stages import StageEstimate, parse_estimate
from journey_state.tables import absences, contacts, conversations, handoff_assignments, handoffs, messages, outbox, staff, turns

OPEN = ("requested", "claimed")
# Entities by which components talk with each other; staff see language and stage elsewhere.
INNER_ENTITIES = frozenset({"language", "journey_stage", "stage_posterior"})


@dataclass(frozen=True)
class ConversationCard:
    """One conversation in a list. place: in the queue, from 1, while nobody claimed it.

    stage: where the conversation stands now, else where it stood when a human was asked for.
    staff_name: who claimed the handoff. seq: number of the latest log row.
    """

    conversation: Conversation
    handoff: Handoff | None
    contact_name: str
    staff_name: str
    stage: str | None
    last_words: str
    seq: int
    place: int | None = None


@dataclass(frozen=True)
class Understanding:
    """What the assistant made of one message. intents: the likeliest first, with their probabilities."""

    intents: tuple[tuple[str, float], ...] = ()
    entities: tuple[tuple[str, str], ...] = ()
    estimate: StageEstimate | None = None


@dataclass(frozen=True)
class TurnSummary:
    """What one inbound message led to. state: open or closed; answered_by: bot, or a staff member's id."""

    state: str
    answered_by: str
    actions: tuple[str, ...]
    understanding: Understanding


@dataclass(frozen=True)
class DeliveryStatus:
    """Where a reply is. state: queued, trying, sent, failed or cancelled."""

    state: str
    is_possibly_double: bool
    error: str


@dataclass(frozen=True)
class TranscriptLine:
    """One log row with what belongs to it: the turn of an inbound message, the delivery of a reply."""

    message: LoggedMessage
    turn: TurnSummary | None = None
    delivery: DeliveryStatus | None = None

    @property
    def estimate(self) -> StageEstimate | None:
        """The stage estimated at this message, if any."""
        return self.turn.understanding.estimate if self.turn else None


def list_open(session: Session, limit: int = 200) -> list[ConversationCard]:
    """Conversations with an open handoff, the first to be served first, those that wait with their place."""
    query = _cards().where(handoffs.c.state.in_(OPEN)).order_by(handoffs.c.priority.desc(), handoffs.c.requested_at)
    cards = [_card(row) for row in session.execute(query.limit(limit))]
    waiting = [card for card in cards if card.handoff and card.handoff.state == "requested"]
    places = {card.conversation.id: number for number, card in enumerate(waiting, 1)}
    return [replace(card, place=places.get(card.conversation.id)) for card in cards]


def list_closed(session: Session, limit: int = 100) -> list[ConversationCard]:
    """Handoffs given back to the assistant, the latest first."""
    query = _cards().where(handoffs.c.state == "released").order_by(handoffs.c.released_at.desc())
    return [_card(row) for row in session.execute(query.limit(limit))]


def list_recent(session: Session, limit: int = 100) -> list[ConversationCard]:
    """All conversations with something said in them, the latest first, with their open handoff if there is one."""
    query = _cards(handoffs.c.state.in_(OPEN)).where(conversations.c.next_seq > 1).order_by(conversations.c.last_at.desc())
    return [_card(row) for row in session.execute(query.limit(limit))]


def read_transcript(session: Session, conversation_id: str, *, limit: int = 100, before_seq: int | None = None) -> list[TranscriptLine]:
    """The newest lines (below before_seq when given), oldest of them first, notes of staff among them."""
    rows = read_latest_messages(session, conversation_id, limit=limit, before_seq=before_seq, with_notes=True)
    ids = [row.id for row in rows]
    summaries, deliveries = _read_turns(session, ids), _read_deliveries(session, ids)
    return [TranscriptLine(row, summaries.get(row.id), deliveries.get(row.id)) for row in rows]


def queue_version(session: Session) -> str:
    """A short text that changes whenever the list of open handoffs would read differently."""
    query = (
        sa.select(handoffs.c.id, handoffs.c.state, handoffs.c.claimed_by, conversations.c.next_seq)
        .join(conversations, conversations.c.id == handoffs.c.conversation_id)
        .where(handoffs.c.state.in_(OPEN)).order_by(handoffs.c.id)
    )
    desk = sa.select(handoff_assignments.c.handoff_id, handoff_assignments.c.made_at).order_by(handoff_assignments.c.handoff_id)
    away = sa.select(absences.c.staff_id).order_by(absences.c.staff_id)
    of_open = desk.where(handoff_assignments.c.handoff_id.in_(sa.select(handoffs.c.id).where(handoffs.c.state.in_(OPEN))))
    return _digest([row for part in (query, of_open, away) for row in session.execute(part)])


def conversation_version(session: Session, conversation_id: str) -> str:
    """A short text that changes whenever the transcript, its turns, deliveries or responder change."""
    head = sa.select(conversations.c.next_seq, conversations.c.responder).where(conversations.c.id == conversation_id)
    parts = [head, *(_count_states(table, conversation_id) for table in (turns, outbox, handoffs))]
    return _digest([row for part in parts for row in session.execute(part)])


def parse_understanding(raw: Mapping[str, Any]) -> Understanding:
    """Read what a turn left; parts that are missing stay empty."""
    estimate = raw.get("stage_estimate")
    ranking = raw.get("intent_ranking") or ([raw["intent"]] if raw.get("intent") else [])
    shown = (item for item in raw.get("entities") or () if item["entity"] not in INNER_ENTITIES)
    return Understanding(
        intents=tuple((str(item["name"]), float(item["confidence"])) for item in ranking if item.get("name")),
        entities=tuple((str(item["entity"]), str(item["value"])) for item in shown),
        estimate=parse_estimate(estimate) if estimate else None,
    )


def _cards(is_joined: sa.sql.ColumnElement | None = None) -> sa.sql.Select:
    """Conversations with a handoff; is_joined: keep those without one too, and say which handoff counts."""
    words = (
        sa.select(messages.c.body).where(messages.c.conversation_id == conversations.c.id, messages.c.direction == "in")
        .order_by(messages.c.seq.desc()).limit(1).scalar_subquery()
    )
    on = handoffs.c.conversation_id == conversations.c.id
    return (
        sa.select(*_CONVERSATION, *_HANDOFF, contacts.c.name, staff.c.name, conversations.c.closing_stage, conversations.c.next_seq, words)
        .select_from(conversations).join(contacts, contacts.c.id == conversations.c.contact_id)
        .join(handoffs, on if is_joined is None else on & is_joined, isouter=is_joined is not None)
        .join(staff, staff.c.id == handoffs.c.claimed_by, isouter=True)
    )


def _card(row: Sequence[Any]) -> ConversationCard:
    size, total = len(_CONVERSATION), len(_CONVERSATION) + len(_HANDOFF)
    conversation, handoff = Conversation(*row[:size]), Handoff(*row[size:total]) if row[size] else None
    contact_name, staff_name, stage, next_seq, body = row[total:]
    return ConversationCard(
        conversation, handoff, contact_name or "", staff_name or "", stage or (handoff.stage if handoff else None),
        message_text(body or {}), next_seq - 1,
    )


def _read_turns(session: Session, ids: Sequence[str]) -> dict[str, TurnSummary]:
    columns = turns.c.message_id, turns.c.state, turns.c.answered_by, turns.c.actions, turns.c.understanding
    return {
        id_: TurnSummary(state, answered_by or "", tuple(actions or ()), parse_understanding(understanding or {}))
        for id_, state, answered_by, actions, understanding in session.execute(sa.select(*columns).where(turns.c.message_id.in_(ids)))
    }


def _read_deliveries(session: Session, ids: Sequence[str]) -> dict[str, DeliveryStatus]:
    columns = outbox.c.message_id, outbox.c.state, outbox.c.is_possibly_double, outbox.c.error
    found = session.execute(sa.select(*columns).where(outbox.c.message_id.in_(ids)))
    return {id_: DeliveryStatus(state, bool(is_double), error or "") for id_, state, is_double, error in found}


def _count_states(table: sa.Table, conversation_id: str) -> sa.sql.Select:
    query = sa.select(table.c.state, sa.func.count()).where(table.c.conversation_id == conversation_id)
    return query.group_by(table.c.state).order_by(table.c.state)


def _digest(rows: Sequence[Any]) -> str:
    return sha256(repr([tuple(row) for row in rows]).encode()).hexdigest()[:16]


_CONVERSATION = tuple(conversations.c[name] for name in Conversation.__dataclass_fields__)
_HANDOFF = tuple(handoffs.c[name] for name in Handoff.__dataclass_fields__)
