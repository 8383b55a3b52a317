"""Privacy: what a person may ask of their own data: consent, a copy, and erasure with a receipt."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from journey_state import tables as t
from journey_state.contacts import find_linked_contacts, find_shown_contacts, lock_person
from journey_state.conversations import BOT
from journey_state.file_removals import remove_uploads
from journey_state.store import new_id

ERASED_SUBJECT = "(erased)"
# What erasure does to each table. A test holds every table against it.
ERASURE_OF_TABLE: Mapping[str, str] = {
    **dict.fromkeys((
        "choices", "outbox", "turns", "trackers", "content_gaps", "corrections", "messages", "handoffs", "touchpoints", "contact_stages",
        "stage_changes", "consents", "surveys", "identity_links", "public_links", "nudges", "link_offers",
        "companies", "quotes", "deals",
    ), "deleted"),
    **dict.fromkeys(("handoff_assignments", "read_marks", "presences", "promises", "handoff_reviews"), "deleted"),
    "ticket_handlings": "kept: a ticket's number and who of the staff had it, nothing of a contact",
    "message_words": "deleted with the message",
    "uploads": "deleted, and their files from the disk",
    **dict.fromkeys(("conversations", "identities", "visitor_tokens"), "deleted, but for the conversation that the receipt is told in"),
    **dict.fromkeys(("trials", "orders", "tickets"), "kept as contract records without e-mail, words and message ids"),
    "transfers": "kept as accounts without messages and evidence",
    "contacts": "emptied: the contract records hang on it",
    "redemptions": "kept without message id: the friend's reward hangs on it",
    "referral_codes": "deleted; one that friends redeemed goes to an empty contact and is closed",
    "erasures": "kept: the receipt itself, without personal data",
    **dict.fromkeys(("desk_cards", "desk_messages"), "kept: ids only, until the staff's group shows nothing of it any more"),
    "audit_entries": "kept: what staff did, by ids",
    **dict.fromkeys((
        "staff", "staff_sessions", "channel_cursors", "counters", "models_in_use", "absences", "desk_versions", "leases",
        "channel_accounts", "staff_accounts",
    ), "kept: nothing of a contact"),
    "file_removals": "kept: ids of erased files, until these have left the disk",
}
_OF_CONVERSATION = (t.choices, t.outbox, t.trackers, t.content_gaps, t.corrections, t.read_marks, t.presences)
_OF_HANDOFF = (t.handoff_assignments, t.handoff_reviews,)
_CONTRACTS = (t.trials, t.orders, t.transfers, t.tickets, t.referral_codes, t.redemptions)
_OF_CONTACT = (
    t.touchpoints, t.contact_stages, t.stage_changes, t.consents, t.surveys, t.public_links, t.companies, t.quotes, t.deals, t.promises,
    t.nudges,
)
_STRIPPED: tuple[tuple[sa.Table, dict[str, Any]], ...] = (
    (t.trials, {"email": None, "message_id": None}),
    (t.orders, {"message_id": None}),
    (t.tickets, {"subject": ERASED_SUBJECT, "details": "", "conversation_id": None, "message_id": None}),
    (t.transfers, {"content": "", "evidence": ""}),
    (t.redemptions, {"message_id": None}),
)


@dataclass(frozen=True)
class Receipt:
    """Proof of an erasure: rows per table that were deleted or emptied, and nothing personal."""

    id: str
    erased_at: datetime
    counts: Mapping[str, int]

    @property
    def total(self) -> int:
        """Rows deleted or emptied in all."""
        return sum(self.counts.values())


def erase_person(session: Session, contact_id: str, requested_by: str, now: datetime, *,
                 kept_conversation_id: str | None = None) -> Receipt:
    """Delete or empty every row of the linked person, and write a receipt.

    requested_by: "contact" or "staff:<id>". kept_conversation_id: the conversation that runs right now;
    its row, its address and its sequence survive, so that the receipt can be told in it; so do messages
    that came after the running turn's and wait for their answer.
    Trials, orders and tickets stay as contract records without e-mail and words. Raises UnknownContactError.
    """
    erasing = _lock_all(session, contact_id, kept_conversation_id, now)
    if requested_by == "contact":
        erasing.keep_what_is_not_shown(contact_id)
    erasing.erase_log()
    erasing.erase_journey()
    erasing.erase_referral_code()
    erasing.strip_contracts()
    erasing.erase_identity()
    receipt = Receipt(new_id(), now, dict(sorted(erasing.counts.items())))
    session.execute(t.erasures.insert().values(id=receipt.id, erased_at=now, requested_by=requested_by, counts=receipt.counts))
    return receipt


def export_person(session: Session, contact_id: str, *, is_whole: bool = False) -> dict[str, Any]:
    """Everything of the person that may be shown to this contact (is_whole: all, for staff).

    JSON-ready lists of rows by table; empty tables are left out.

    Names of staff and tokens of buttons are not the person's data and stay out.
    """
    people = find_linked_contacts(session, contact_id) if is_whole else find_shown_contacts(session, contact_id)
    rooms = _find_conversations(session, people)
    wanted = [(table, table.c.contact_id.in_(people)) for table in (*_OF_CONTACT, t.identities, t.conversations, t.handoffs)]
    wanted += [(table, table.c.contact_id.in_(people)) for table in _CONTRACTS]
    wanted += [(table, table.c.conversation_id.in_(rooms)) for table in (t.messages, t.turns, t.uploads)]
    wanted.append((t.contacts, t.contacts.c.id.in_(people)))
    found = {table.name: _export_rows(session, table, where) for table, where in wanted}
    return {name: rows for name, rows in sorted(found.items()) if rows}


@dataclass
class _Erasure:
    """One erasure on its way. rooms: all conversations of the person; gone: those that are not kept."""

    session: Session
    people: Sequence[str]
    rooms: Sequence[str]
    kept: str | None
    now: datetime
    counts: Counter[str] = field(default_factory=Counter)

    @property
    def gone(self) -> list[str]:
        return [room for room in self.rooms if room != self.kept]

    def keep_what_is_not_shown(self, contact_id: str) -> None:
        """Whoever may not see another address's details may not erase them either."""
        self.people = [each for each in self.people if each in find_shown_contacts(self.session, contact_id)]
        self.rooms = _find_conversations(self.session, self.people)

    def delete(self, table: sa.Table, where: sa.sql.ColumnElement) -> None:
        self._count(table, self.session.execute(table.delete().where(where)).rowcount)

    def empty(self, table: sa.Table, where: sa.sql.ColumnElement, values: Mapping[str, Any]) -> None:
        self._count(table, self.session.execute(table.update().where(where).values(**values)).rowcount)

    def erase_log(self) -> None:
        waiting = self._find_waiting()
        self._count(t.uploads, remove_uploads(self.session, self.rooms, self.now))
        for table in _OF_CONVERSATION:
            self.delete(table, table.c.conversation_id.in_(self.rooms))
        self.delete(t.turns, t.turns.c.conversation_id.in_(self.rooms) & t.turns.c.message_id.not_in(waiting))
        self.erase_handoffs()
        self.delete(t.messages, t.messages.c.conversation_id.in_(self.rooms) & t.messages.c.id.not_in(waiting))

    def erase_handoffs(self) -> None:
        mine = t.handoffs.c.contact_id.in_(self.people) | t.handoffs.c.conversation_id.in_(self.rooms)
        for table in _OF_HANDOFF:
            self.delete(table, table.c.handoff_id.in_(sa.select(t.handoffs.c.id).where(mine)))
        self.delete(t.handoffs, mine)

    def erase_journey(self) -> None:
        for table in _OF_CONTACT:
            self.delete(table, table.c.contact_id.in_(self.people))

    def erase_referral_code(self) -> None:
        codes = t.referral_codes
        mine = codes.c.contact_id.in_(self.people)
        is_redeemed = sa.exists().where(t.redemptions.c.code == codes.c.code)
        for code in self.session.execute(sa.select(codes.c.code).where(mine, is_redeemed)).scalars().all():
            nobody = new_id()
            self.session.execute(t.contacts.insert().values(id=nobody, created_at=self.now, preferences={}))
            self.empty(codes, codes.c.code == code, {"contact_id": nobody, "cap": codes.c.used, "expires_at": self.now})
        self.delete(codes, mine)

    def strip_contracts(self) -> None:
        for table, values in _STRIPPED:
            self.empty(table, table.c.contact_id.in_(self.people), values)

    def erase_identity(self) -> None:
        rooms, names, links = t.conversations, t.identities, t.identity_links
        is_kept = sa.exists().where(rooms.c.id == self.kept, rooms.c.channel == names.c.channel, rooms.c.address == names.c.address)
        lost = sa.select(names.c.address).where(names.c.contact_id.in_(self.people), ~is_kept)
        self.delete(t.visitor_tokens, t.visitor_tokens.c.address.in_(lost))
        self.delete(names, names.c.contact_id.in_(self.people) & ~is_kept)
        self.empty(names, names.c.contact_id.in_(self.people), {"verified_at": None})
        self.delete(links, links.c.contact_id.in_(self.people) | links.c.joined_contact_id.in_(self.people))
        self.delete(t.link_offers, t.link_offers.c.contact_id.in_(self.people))
        self.delete(rooms, rooms.c.id.in_(self.gone))
        blank = {"opening_stage": None, "peak_stage": None, "closing_stage": None, "responder": BOT}
        self.empty(rooms, rooms.c.id.in_(self.rooms), blank)
        self.empty(t.contacts, t.contacts.c.id.in_(self.people), {"name": None, "phone": None, "email": None, "preferences": {}})

    def _find_waiting(self) -> list[str]:
        """Messages behind the running turn's, which is the first open one of its conversation."""
        is_open = (t.turns.c.conversation_id == self.kept) & (t.turns.c.state == "open")
        query = sa.select(t.turns.c.message_id).where(is_open).order_by(t.turns.c.seq).offset(1)
        return list(self.session.execute(query).scalars())

    def _count(self, table: sa.Table, rows: int) -> None:
        if rows:
            self.counts[table.name] += rows


def _lock_all(session: Session, contact_id: str, kept: str | None, now: datetime) -> _Erasure:
    # Conversations before contacts, as a running turn takes them: neither can block the other for ever.
    people = find_linked_contacts(session, contact_id)
    held = sa.select(t.conversations.c.id).where(t.conversations.c.contact_id.in_(people)).order_by(t.conversations.c.id)
    session.execute(held.with_for_update()).all()
    people = lock_person(session, contact_id)
    return _Erasure(session, people, _find_conversations(session, people), kept, now)


def _find_conversations(session: Session, people: Sequence[str]) -> list[str]:
    query = sa.select(t.conversations.c.id).where(t.conversations.c.contact_id.in_(people)).order_by(t.conversations.c.id)
    return list(session.execute(query).scalars())


def _export_rows(session: Session, table: sa.Table, where: sa.sql.ColumnElement) -> list[dict[str, Any]]:
    rows = session.execute(sa.select(table).where(where)).mappings()
    return [{name: _export_value(name, value) for name, value in row.items() if value is not None} for row in rows]


def _export_value(name: str, value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if name in ("author", "responder", "answered_by", "claimed_by", "made_by") and value not in ("bot", "contact", "system"):
        return "staff"
    return _without_tokens(value)


def _without_tokens(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_tokens(inner) for name, inner in value.items() if name != "token"}
    return [_without_tokens(inner) for inner in value] if isinstance(value, list) else value
