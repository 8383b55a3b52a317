"""The first page: who waits with clock, mood and unread messages, what is filtered, and who of the staff is there."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session
from starlette.responses import JSONResponse, RedirectResponse, Response

from bot.console.pages import page
from bot.console.visits import HOME, Visit, own_path
from bot.wakeups import HANDOFFS
from journey_state.audits import Deed, append_deed
from journey_state.conversations import load_conversation
from journey_state.desk_choices import load_desk
from journey_state.desk_settings import DeskSettings, Team
from journey_state.presence import CONSOLE, Availability, list_availability, note_presence, set_away
from journey_state.queue import NoOpenHandoffError, QueuedCard, QueueFilter, assign_handoff, read_queue
from journey_state.stages import STAGES
from journey_state.transcripts import ConversationCard, list_closed, list_recent, queue_version

_LISTS: Mapping[str, Callable[[Session], list[ConversationCard]]] = {"closed": list_closed, "all": list_recent}
CHANNELS = ("website", "telegram")


@dataclass(frozen=True)
class Choices:
    """What the filters offer. is_filtering: some of the queue may be hidden."""

    teams: Sequence[Team]
    chosen: QueueFilter

    @property
    def is_filtering(self) -> bool:
        """True when a filter is set."""
        return self.chosen != QueueFilter()

    stages: Sequence[str] = tuple(stage.value for stage in STAGES)
    channels: Sequence[str] = CHANNELS


def show_lists(visit: Visit) -> Response:
    """The queue, or one of the other lists."""
    tab = visit.query.get("tab", "open")
    with visit.services.store.reading() as session:
        queue, version = read_queue(session, visit.member.id, visit.now), queue_version(session)
        desk, people = load_desk(session), list_availability(session, visit.now)
        cards = _LISTS[tab](session) if tab in _LISTS else []
    waiting = sum(1 for item in queue if item.place)
    shared: dict[str, Any] = {"waiting": waiting, "version": version, "people": people, "is_away": _is_away(people, visit.member.id)}
    if tab in _LISTS:
        return page(visit, "lists.html", tab=tab, groups={tab: cards}, **shared)
    choices = _choices(visit, desk)
    groups = _group([item for item in queue if choices.chosen.lets_in(item)], visit.member.id)
    return page(visit, "lists.html", tab="open", groups=groups, choices=choices, desk=desk, **shared)


def assign(visit: Visit, conversation_id: str) -> Response:
    """Say which team or person is to take an open handoff."""
    with visit.services.store.transaction() as session:
        load_conversation(session, conversation_id, locked=True)
        target = parse_target(load_desk(session), list_availability(session, visit.now), visit.form.get("to", ""))
        if target is not None:
            _assign(session, visit, conversation_id, target)
    visit.services.wakeups.notify(conversation_id, HANDOFFS)
    return RedirectResponse(own_path(visit.form.get("next", HOME)), status_code=303)


def parse_target(desk: DeskSettings, people: Sequence[Availability], raw: str) -> tuple[str, str] | None:
    """Read `team:sales` or `staff:ID` of a form as (team, staff id); None for nobody there is."""
    kind, _, target = raw.partition(":")
    if kind == "team" and desk.team(target):
        return target, ""
    if kind == "staff" and any(person.staff_id == target for person in people):
        own = next((team.id for team in desk.teams if target in team.members), "")
        return own, target
    return None


def appear(visit: Visit) -> Response:
    """An open page says that it is there, and learns who waits: for the badge, the sound and the desktop's notice."""
    conversation_id, is_typing = visit.form.get("conversation", CONSOLE), visit.form.get("typing") == "1"
    with visit.services.store.transaction() as session:
        conversation = load_conversation(session, conversation_id) if conversation_id else None
        is_news = note_presence(session, visit.member.id, conversation_id, visit.now, is_typing=is_typing)
    if conversation and conversation.responder == visit.member.id:
        visit.services.wakeups.set_typing(conversation_id, is_typing)
    if is_news:
        visit.services.wakeups.notify(conversation_id or HANDOFFS)
    with visit.services.store.reading() as session:
        waiting = [item.handoff.id for item in read_queue(session, visit.member.id, visit.now) if item.place]
    return JSONResponse({"waiting": waiting})


def choose_away(visit: Visit) -> Response:
    """Say that one takes no new work, or takes it again."""
    with visit.services.store.transaction() as session:
        set_away(session, visit.member.id, visit.form.get("away") == "1", visit.now)
    visit.services.wakeups.notify(HANDOFFS)
    return RedirectResponse(own_path(visit.form.get("next", "")), status_code=303)


def _assign(session: Session, visit: Visit, conversation_id: str, target: tuple[str, str]) -> None:
    try:
        assign_handoff(session, conversation_id, target, visit.member.id, visit.now)
        append_deed(session, Deed(visit.member.id, "assign", "conversation", conversation_id), visit.now)
    except NoOpenHandoffError:
        return  # handed back meanwhile: there is nothing to assign any more


def _choices(visit: Visit, desk: DeskSettings) -> Choices:
    asked = {name: visit.query.get(name, "") for name in ("team", "stage", "channel")}
    return Choices(desk.teams, QueueFilter(**asked, mine=visit.member.id if visit.query.get("mine") else ""))


def _group(queue: Sequence[QueuedCard], staff_id: str) -> dict[str, list[QueuedCard]]:
    mine = [item for item in queue if item.handoff.claimed_by == staff_id]
    return {
        "waiting": [item for item in queue if item.place],
        "mine": mine,
        "others": [item for item in queue if not item.place and item not in mine],
    }


def _is_away(people: Sequence[Availability], staff_id: str) -> bool:
    return any(person.staff_id == staff_id and person.state == "away" for person in people)


