"""Pages that only show: the lists, one conversation, the activity of staff."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.orm import Session
from starlette.responses import Response

from bot.console.pages import page
from bot.console.visits import Visit
from journey_state.audits import Deed, append_deed, list_deeds, was_done_since
from journey_state.conversations import BOT, Conversation, load_conversation
from journey_state.handoffs import Handoff, find_open_handoff, queue_position
from journey_state.profiles import ContactProfile, load_profile
from journey_state.staff import find_staff_name
from journey_state.stages import StageEstimate
from journey_state.store import new_id
from journey_state.transcripts import (
    ConversationCard,
    TranscriptLine,
    conversation_version,
    list_closed,
    list_open,
    list_recent,
    queue_version,
    read_transcript,
)

PAGE_LINES = 60
# A page that keeps itself up to date is one look, written down again from time to time.
LOOK_LASTS = timedelta(minutes=30)
_LISTS: Mapping[str, Callable[[Session], list[ConversationCard]]] = {"open": list_open, "closed": list_closed, "all": list_recent}


@dataclass(frozen=True)
class Refused:
    """A change that was not made. problem: key of the words that say why; draft: what was typed, to be kept."""

    problem: str
    status: int
    draft: str = ""


@dataclass(frozen=True)
class Room:
    """One conversation as its page shows it. responder_name: of the staff member who answers, else empty."""

    conversation: Conversation
    handoff: Handoff | None
    place: int | None
    responder_name: str
    lines: Sequence[TranscriptLine]
    profile: ContactProfile
    version: str

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


def show_lists(visit: Visit) -> Response:
    """The queue, or one of the other lists."""
    tab = visit.query.get("tab", "open")
    tab = tab if tab in _LISTS else "open"
    with visit.services.store.reading() as session:
        cards, version = _LISTS[tab](session), queue_version(session)
        waiting = [card for card in (cards if tab == "open" else list_open(session)) if card.place]
    groups = _group(cards, visit.member.id) if tab == "open" else {tab: cards}
    return page(visit, "lists.html", tab=tab, groups=groups, waiting=waiting, version=version)


def show_conversation(visit: Visit, conversation_id: str, refused: Refused | None = None) -> Response:
    """Transcript and profile of one conversation. Raises UnknownConversationError."""
    before = visit.query.get("before", "")
    with visit.services.store.reading() as session:
        room = _read_room(session, conversation_id, visit, int(before) if before.isdecimal() and len(before) < 10 else None)
        is_noted = visit.is_live and was_done_since(session, _look(visit, conversation_id), visit.now - LOOK_LASTS)
    if not is_noted:
        with visit.services.store.transaction() as session:
            append_deed(session, _look(visit, conversation_id), visit.now)
    view = "profile" if visit.query.get("view") == "profile" else "transcript"
    return page(
        visit, "conversation.html", refused.status if refused else 200, room=room, view=view, is_past=bool(before), refused=refused,
        is_mine=room.conversation.responder == visit.member.id, has_older=len(room.lines) == PAGE_LINES, key=new_id(),
    )


def show_activity(visit: Visit) -> Response:
    """What staff looked at and changed."""
    with visit.services.store.reading() as session:
        entries = list_deeds(session)
    return page(visit, "activity.html", entries=entries)


def _group(cards: Sequence[ConversationCard], staff_id: str) -> dict[str, list[ConversationCard]]:
    mine = [card for card in cards if card.handoff and card.handoff.claimed_by == staff_id]
    return {
        "waiting": [card for card in cards if card.place],
        "mine": mine,
        "others": [card for card in cards if not card.place and card not in mine],
    }


def _read_room(session: Session, conversation_id: str, visit: Visit, before_seq: int | None) -> Room:
    conversation = load_conversation(session, conversation_id)
    handoff = find_open_handoff(session, conversation_id)
    return Room(
        conversation=conversation, handoff=handoff,
        place=queue_position(session, handoff) if handoff and handoff.state == "requested" else None,
        responder_name="" if conversation.responder == BOT else find_staff_name(session, conversation.responder),
        lines=read_transcript(session, conversation_id, limit=PAGE_LINES, before_seq=before_seq),
        profile=load_profile(session, conversation.contact_id, visit.now),
        version=conversation_version(session, conversation_id),
    )


def _look(visit: Visit, conversation_id: str) -> Deed:
    return Deed(visit.member.id, "look", "conversation", conversation_id)
