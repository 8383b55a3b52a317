"""Pages that only show: one conversation, the activity of staff."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy.orm import Session
from starlette.responses import Response

from bot.console.pages import error_page, page
from bot.console.visits import Visit
from bot.upload_folder import UploadFolder
from journey_state.audits import Deed, append_deed, list_deeds, was_done_since
from journey_state.canned_replies import FilledReply, fill_canned
from journey_state.content import get_content
from journey_state.conversations import BOT, Conversation, load_conversation
from journey_state.desk_choices import load_desk
from journey_state.desk_settings import DeskSettings
from journey_state.handoff_cards import HandoffCard, load_card
from journey_state.handoffs import Handoff, find_open_handoff
from journey_state.presence import Availability, Onlooker, list_availability, list_onlookers
from journey_state.profiles import ContactProfile, load_profile
from journey_state.promises import Promise, list_promises
from journey_state.queue import find_assignment, find_place, find_read_mark, mark_read
from journey_state.staff import find_staff_name
from journey_state.stages import StageEstimate
from journey_state.store import new_id
from journey_state.transcripts import (
    TranscriptLine,
    conversation_version,
    read_transcript,
)
from journey_state.uploads import find_upload

PAGE_LINES = 60
# A page that keeps itself up to date is one look, written down again from time to time.
LOOK_LASTS = timedelta(minutes=30)


@dataclass(frozen=True)
class Refused:
    """A change that was not made. problem: key of the words that say why; draft: what was typed, to be kept."""

    problem: str
    status: int
    draft: str = ""


@dataclass(frozen=True)
class Room:
    """One conversation as its page shows it. responder_name: of the staff member who answers, else empty.

    onlookers: others of the staff who have it open. assignment: team, staff id and name of who is to take it.
    """

    conversation: Conversation
    handoff: Handoff | None
    place: int | None
    responder_name: str
    lines: Sequence[TranscriptLine]
    profile: ContactProfile
    version: str
    onlookers: Sequence[Onlooker]
    assignment: tuple[str, str, str]
    desk: DeskSettings
    people: Sequence[Availability]
    promises: Sequence[Promise]
    card: HandoffCard

    @property
    def seq(self) -> int:
        """Number of the last line shown."""
        return self.lines[-1].message.seq if self.lines else 0

    @property
    def is_bots(self) -> bool:
        """True while the assistant answers."""
        return self.conversation.responder == BOT

    @property
    def estimate(self) -> StageEstimate | None:
        """The person's stage; without consent the one of this conversation alone."""
        if self.profile.stage is not None:
            return self.profile.stage.estimate
        return next((line.estimate for line in reversed(self.lines) if line.estimate), None)


def show_upload(visit: Visit, upload_id: str) -> Response:
    """A customer's file, to be saved; written down as a look at it."""
    with visit.services.store.transaction() as session:
        upload = find_upload(session, upload_id)
        if upload is None:
            return error_page(visit, 404)
        append_deed(session, Deed(visit.member.id, "look", "upload", upload.id), visit.now)
    try:
        return UploadFolder(visit.services.settings.var_folder).attachment(upload)
    except FileNotFoundError:
        return error_page(visit, 404)


def show_conversation(visit: Visit, conversation_id: str, refused: Refused | None = None) -> Response:
    """Transcript and profile of one conversation. Raises UnknownConversationError."""
    before = visit.query.get("before", "")
    with visit.services.store.reading() as session:
        room = read_room(session, conversation_id, visit, before_seq=int(before) if before.isdecimal() and len(before) < 10 else None)
        is_noted = visit.is_live and was_done_since(session, _look(visit, conversation_id), visit.now - LOOK_LASTS)
        is_read = find_read_mark(session, visit.member.id, conversation_id) >= room.seq
    if not (is_noted and is_read):
        _note_reading(visit, room, is_noted)
    canned = _fill_canned(visit, room)
    drafted = next((each.text for each in canned if each.id == visit.query.get("canned")), "")
    view = "profile" if visit.query.get("view") == "profile" else "transcript"
    return page(
        visit, "conversation.html", refused.status if refused else 200, room=room, view=view, is_past=bool(before), refused=refused,
        is_mine=room.conversation.responder == visit.member.id, has_older=len(room.lines) == PAGE_LINES, key=new_id(),
        canned=canned, drafted=drafted,
    )


def _fill_canned(visit: Visit, room: Room) -> list[FilledReply]:
    """The canned replies for this customer. A plan is named as the content names it."""
    profile = room.profile
    running = next((order.plan for order in profile.orders if order.is_running(visit.now)), "")
    content = get_content()
    return fill_canned(room.desk.canned_replies, room.conversation.language, {
        "customer": profile.name, "staff": visit.member.name, "business": room.desk.face.name or visit.services.settings.name,
        "plan": content.plans[running].name if running in content.plans else running,
        "order": next((order.number for order in profile.orders), ""),
        "ticket": next((ticket.number for ticket in profile.tickets if ticket.is_open), ""),
    })


def show_activity(visit: Visit) -> Response:
    """What staff looked at and changed."""
    with visit.services.store.reading() as session:
        entries = list_deeds(session)
    return page(visit, "activity.html", entries=entries)


def read_room(session: Session, conversation_id: str, visit: Visit, *, limit: int = PAGE_LINES, before_seq: int | None = None) -> Room:
    """Everything a conversation's page shows. Raises UnknownConversationError."""
    conversation = load_conversation(session, conversation_id)
    handoff = find_open_handoff(session, conversation_id)
    return Room(
        conversation=conversation, handoff=handoff,
        place=find_place(session, handoff, visit.now) if handoff and handoff.state == "requested" else None,
        responder_name="" if conversation.responder == BOT else find_staff_name(session, conversation.responder),
        lines=read_transcript(session, conversation_id, limit=limit, before_seq=before_seq),
        profile=load_profile(session, conversation.contact_id, visit.now),
        version=room_version(session, conversation_id, visit.member.id, visit.now),
        onlookers=_list_others(session, conversation_id, visit.member.id, visit.now),
        assignment=find_assignment(session, handoff.id) if handoff else ("", "", ""),
        desk=load_desk(session), people=list_availability(session, visit.now),
        promises=list_promises(session, conversation.contact_id, visit.now),
        card=load_card(session, conversation_id, handoff),
    )


def room_version(session: Session, conversation_id: str, reader_id: str, now: datetime) -> str:
    """A short text that changes whenever a conversation's page would read differently, for one reader."""
    others = "".join(f"{each.staff_id}{each.is_typing:d}" for each in _list_others(session, conversation_id, reader_id, now))
    return sha256(f"{conversation_version(session, conversation_id)}{others}".encode()).hexdigest()[:16]


def _list_others(session: Session, conversation_id: str, reader_id: str, now: datetime) -> list[Onlooker]:
    return [each for each in list_onlookers(session, conversation_id, now) if each.staff_id != reader_id]


def _note_reading(visit: Visit, room: Room, is_noted: bool) -> None:
    with visit.services.store.transaction() as session:
        if not is_noted:
            append_deed(session, _look(visit, room.conversation.id), visit.now)
        mark_read(session, visit.member.id, room.conversation.id, room.seq)


def _look(visit: Visit, conversation_id: str) -> Deed:
    return Deed(visit.member.id, "look", "conversation", conversation_id)
