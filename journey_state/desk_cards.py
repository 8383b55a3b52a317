"""Cards of handoffs in a staff group elsewhere (Telegram): which message stands for which, and what it still has to tell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from journey_state.conversations import Conversation, load_conversation, message_text
from journey_state.handoffs import Handoff
from journey_state.staff import STAFF_COLUMNS, StaffMember, find_staff_name, member_of
from journey_state.store import insert_once
from journey_state.tables import contacts, conversations, desk_cards, desk_messages, handoffs, messages, staff, staff_accounts

LEASE = timedelta(seconds=60)
OPEN = ("requested", "claimed")
QUOTED = 3


@dataclass(frozen=True)
class Said:
    """One message of the customer. kind: text, photo, …"""

    seq: int
    text: str
    kind: str


@dataclass(frozen=True)
class DeskCard:
    """A card with work to do. ref: of the message that shows it, None before it was sent; handoff: None once it was erased.

    is_changed: the card does not show the handoff's state yet; news: what the customer wrote since the card told of it.
    """

    handoff_id: str
    conversation_id: str
    place: str
    ref: str | None
    handoff: Handoff | None
    is_changed: bool
    news: Sequence[Said]
    contact_name: str = ""
    channel: str = ""
    stage: str = ""
    staff_name: str = ""
    quoted: Sequence[str] = ()


def take_cards(session: Session, place: str, now: datetime, limit: int = 10) -> list[DeskCard]:
    """Cards that have something to tell, each for one worker: nobody else gets them before their lease ends."""
    _add_missing(session, place, now)
    is_erased = ~sa.exists().where(handoffs.c.id == desk_cards.c.handoff_id)
    query = sa.select(desk_cards).where(desk_cards.c.leased_until <= now, desk_cards.c.is_over.is_(False) | is_erased)
    rows = session.execute(query.order_by(desk_cards.c.made_at).with_for_update(skip_locked=True)).all()
    found = [card for row in rows if (card := _read_card(session, row)) is not None][:limit]
    taken = [card.handoff_id for card in found]
    session.execute(desk_cards.update().where(desk_cards.c.handoff_id.in_(taken)).values(leased_until=now + LEASE))
    return found


def settle_card(session: Session, card: DeskCard, ref: str | None, now: datetime) -> None:
    """The card shows everything it had to tell; of one whose handoff was erased nothing is kept. ref: of its message."""
    if card.handoff is None:
        session.execute(desk_cards.delete().where(desk_cards.c.handoff_id == card.handoff_id))
        session.execute(desk_messages.delete().where(desk_messages.c.conversation_id == card.conversation_id))
        return
    seqs = [said.seq for said in card.news]
    told = {"told_seq": max(seqs)} if seqs else {}
    session.execute(desk_cards.update().where(desk_cards.c.handoff_id == card.handoff_id).values(
        ref=ref, leased_until=now, told_state=_state_of(card.handoff), is_over=card.handoff.state not in OPEN, **told,
    ))
    if ref is not None:
        note_message(session, card.place, ref, card.conversation_id)


def release_card(session: Session, handoff_id: str, at: datetime) -> None:
    """It could not be told: try again at a moment."""
    session.execute(desk_cards.update().where(desk_cards.c.handoff_id == handoff_id).values(leased_until=at))


def note_message(session: Session, place: str, ref: str, conversation_id: str) -> None:
    """A message of the group belongs to a conversation: replies to it go there."""
    insert_once(session, desk_messages, {"place": place, "ref": ref, "conversation_id": conversation_id})


def find_desk_conversation(session: Session, place: str, ref: str) -> Conversation | None:
    """The conversation that a message of the group belongs to; None for any other message."""
    where = (desk_messages.c.place == place) & (desk_messages.c.ref == ref)
    conversation_id = session.execute(sa.select(desk_messages.c.conversation_id).where(where)).scalar_one_or_none()
    is_there = sa.select(sa.exists().where(conversations.c.id == conversation_id))
    return load_conversation(session, conversation_id) if conversation_id and session.execute(is_there).scalar_one() else None


def list_desk_refs(session: Session, place: str, conversation_id: str) -> list[str]:
    """All messages of the group that belong to a conversation."""
    where = (desk_messages.c.place == place) & (desk_messages.c.conversation_id == conversation_id)
    return list(session.execute(sa.select(desk_messages.c.ref).where(where)).scalars())


def follow_handoff(session: Session, handoff_id: str, origin_id: str, target_id: str) -> None:
    """The handoff went to another conversation: replies to its card, and to all below it, go there too."""
    seq = sa.select(conversations.c.next_seq).where(conversations.c.id == target_id)
    told = session.execute(seq).scalar_one() - 1
    session.execute(desk_cards.update().where(desk_cards.c.handoff_id == handoff_id).values(conversation_id=target_id, told_seq=told))
    session.execute(desk_messages.update().where(desk_messages.c.conversation_id == origin_id).values(conversation_id=target_id))


def find_handoff(session: Session, handoff_id: str) -> Handoff | None:
    """One handoff, open or not."""
    row = session.execute(sa.select(*_HANDOFF).where(handoffs.c.id == handoff_id)).one_or_none()
    return None if row is None else Handoff(*row)


def map_account(session: Session, staff_id: str, channel: str, address: str, now: datetime) -> None:
    """Say which account elsewhere is a staff member's; each member has one on a channel, each account one member."""
    same = (staff_accounts.c.channel == channel) & ((staff_accounts.c.staff_id == staff_id) | (staff_accounts.c.address == address))
    session.execute(staff_accounts.delete().where(same))
    session.execute(staff_accounts.insert().values(channel=channel, address=address, staff_id=staff_id, made_at=now))


def find_member_at(session: Session, channel: str, address: str) -> StaffMember | None:
    """The staff member with this account; None for anybody else, and for those whose access was taken away."""
    query = sa.select(*STAFF_COLUMNS).join(staff_accounts, staff_accounts.c.staff_id == staff.c.id).where(
        staff_accounts.c.channel == channel, staff_accounts.c.address == address, staff.c.disabled_at.is_(None),
    )
    row = session.execute(query).one_or_none()
    return None if row is None else member_of(row)


def _add_missing(session: Session, place: str, now: datetime) -> None:
    is_known = sa.exists().where(desk_cards.c.handoff_id == handoffs.c.id)
    query = (
        sa.select(handoffs.c.id, handoffs.c.conversation_id, conversations.c.next_seq)
        .join(conversations, conversations.c.id == handoffs.c.conversation_id).where(handoffs.c.state.in_(OPEN), ~is_known)
    )
    for row in session.execute(query).all():
        insert_once(session, desk_cards, {
            "handoff_id": row.id, "conversation_id": row.conversation_id, "place": place, "told_state": "", "told_seq": row.next_seq - 1,
            "made_at": now, "leased_until": now, "is_over": False,
        })


def _read_card(session: Session, row: sa.engine.Row) -> DeskCard | None:
    handoff = find_handoff(session, row.handoff_id)
    news = _read_news(session, row) if handoff is not None and handoff.state == "claimed" else []
    is_changed = row.ref is None or row.told_state != _state_of(handoff)
    if not is_changed and not news:
        return None
    card = DeskCard(row.handoff_id, row.conversation_id, row.place, row.ref, handoff, is_changed, news)
    return card if handoff is None else _describe(session, card, handoff)


def _describe(session: Session, card: DeskCard, handoff: Handoff) -> DeskCard:
    columns = contacts.c.name, conversations.c.channel, conversations.c.closing_stage
    query = sa.select(*columns).select_from(conversations).join(contacts).where(conversations.c.id == card.conversation_id)
    name, channel, stage = session.execute(query).one()
    staff_name = find_staff_name(session, handoff.claimed_by) if handoff.claimed_by else ""
    return DeskCard(**{
        **vars(card), "contact_name": name or "", "channel": channel, "stage": stage or handoff.stage or "", "staff_name": staff_name,
        "quoted": _read_quotes(session, card.conversation_id),
    })


def _read_news(session: Session, row: sa.engine.Row) -> list[Said]:
    where = (messages.c.conversation_id == row.conversation_id) & (messages.c.direction == "in") & (messages.c.seq > row.told_seq)
    found = session.execute(sa.select(messages.c.seq, messages.c.body).where(where).order_by(messages.c.seq).limit(20))
    return [Said(seq, message_text(body), str((body.get("details") or {}).get("kind") or "text")) for seq, body in found]


def _read_quotes(session: Session, conversation_id: str) -> list[str]:
    where = (messages.c.conversation_id == conversation_id) & (messages.c.direction == "in")
    found = session.execute(sa.select(messages.c.body).where(where).order_by(messages.c.seq.desc()).limit(QUOTED)).scalars()
    return [text for body in found if (text := message_text(body))][::-1]


def _state_of(handoff: Handoff | None) -> str:
    return "erased" if handoff is None else f"{handoff.state}:{handoff.claimed_by or ''}"


_HANDOFF = tuple(handoffs.c[name] for name in Handoff.__dataclass_fields__)
