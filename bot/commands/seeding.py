"""`donghanh seed`: a believable month of journeys, the same at every run.

The people are those of data/stages: their conversations are played through the live path on a
clock in the past, so that every touchpoint, trial, order, ticket and handoff came about as it would.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Annotated

from cyclopts import Parameter
from cyclopts.validators import Number
from rich.console import Console
from rich.progress import track
from sqlalchemy.orm import Session

from bot.engine.engine import Engine
from bot.evaluation import LabelledConversation, read_rows
from bot.model_files import find_latest_model
from bot.rehearsal import Rehearsal
from bot.settings import PROJECT, load_settings
from journey_state.contacts import find_contact
from journey_state.conversations import Posting, append_reply, load_conversation
from journey_state.handoffs import claim_conversation, list_handoffs, release_conversation
from journey_state.messages import InboundMessage, Reply
from journey_state.migrate import migrate
from journey_state.staff import find_staff_ids
from journey_state.store import JourneyStore, utc_now

AtLeastOne = Annotated[int, Parameter(validator=Number(gte=1))]
RANDOM_SEED = 2026
CONSENTING_RATIO = 0.8
ANSWERED_RATIO = 0.7
_STAFF_WORDS = {
    "vi": "Dạ em là nhân viên hỗ trợ, em đã nhận thông tin và đang xử lý cho mình ạ.",
    "en": "Hi, I'm from the support team. I have your details and I'm on it.",
}


@dataclass(frozen=True)
class Visit:
    """One seeded conversation and when it begins."""

    address: str
    starts_at: datetime
    conversation: LabelledConversation
    is_consenting: bool


def seed(*, contacts: AtLeastOne = 120, days: AtLeastOne = 30) -> int:
    """Fill the database; a second run goes on where an interrupted one stopped. Raises ModelMissingError or StoreError."""
    settings, out = load_settings(), Console()
    engine = Engine(find_latest_model(settings.models_folder))
    migrate(settings.database)
    store = JourneyStore(settings.database)
    planned = plan_visits(contacts, days, utc_now().replace(minute=0, second=0, microsecond=0))
    visits = find_missing(store, planned)
    if not visits:
        out.print("The demo month is there already.")
        return 0
    play_visits(store, engine, visits, Console(stderr=True))
    out.print(f"{len(visits)} conversations of the last {days} days are in {store.engine.url!r}", highlight=False, soft_wrap=True)
    store.close()
    return 0


def play_visits(store: JourneyStore, engine: Engine, visits: Sequence[Visit], out: Console) -> None:
    """Let everything happen: each visit at its time, then the staff's answers."""
    rehearsal = Rehearsal(store, engine, visits[0].starts_at)
    for visit in track(visits, "playing the month", console=out, disable=not out.is_terminal):
        _play(rehearsal, visit)
    rehearsal.close()
    _answer_handoffs(store)


def find_missing(store: JourneyStore, visits: Sequence[Visit]) -> list[Visit]:
    """The visits that nobody has begun to play; one that was cut off in the middle stays as it is."""
    with store.reading() as session:
        return [visit for visit in visits if find_contact(session, visit.conversation.channel, visit.address) is None]


def plan_visits(contacts: int, days: int, until: datetime) -> list[Visit]:
    """Who comes when: mostly in Vietnamese working hours and evenings, oldest first."""
    chance = random.Random(RANDOM_SEED)
    people = [row for path in sorted((PROJECT / "data" / "stages").glob("*.jsonl")) for row in read_rows(path)]
    chosen = [people[i % len(people)] for i in chance.sample(range(max(contacts, len(people))), contacts)]
    starts = sorted(_some_moment(chance, days, until) for _ in range(contacts))
    return [
        Visit(f"seed-{i}", start, person, chance.random() < CONSENTING_RATIO)
        for i, (start, person) in enumerate(zip(starts, chosen, strict=True))
    ]


def _some_moment(chance: random.Random, days: int, until: datetime) -> datetime:
    day = until.astimezone(timezone.utc) - timedelta(days=chance.uniform(0.2, days))
    hour_in_vietnam = min(23.5, max(6.5, chance.gauss(14.5, 4.5)))
    moment = day.replace(hour=0, minute=0) + timedelta(hours=hour_in_vietnam - 7)
    return min(moment, until - timedelta(hours=2))


def _play(rehearsal: Rehearsal, visit: Visit) -> None:
    rehearsal.now = visit.starts_at
    channel = visit.conversation.channel
    rehearsal.open(channel, visit.address, visit.is_consenting)
    for index, turn in enumerate(visit.conversation.turns):
        rehearsal.now += timedelta(seconds=20 + 7 * (len(turn.text) % 11))
        rehearsal.say(InboundMessage(channel, visit.address, f"{visit.address}-{index}", turn.text, rehearsal.now))


def _answer_handoffs(store: JourneyStore) -> None:
    """Let the staff there are have answered most handoffs; without staff they stay open."""
    chance = random.Random(RANDOM_SEED)
    with store.transaction() as session:
        staff_ids = find_staff_ids(session)
        for handoff in list_handoffs(session, ("requested",), limit=1000):
            if staff_ids and chance.random() < ANSWERED_RATIO:
                _answer(session, handoff.conversation_id, staff_ids, handoff.requested_at)


def _answer(session: Session, conversation_id: str, staff_ids: Sequence[str], requested_at: datetime) -> None:
    staff_id = staff_ids[len(conversation_id) % len(staff_ids)]
    claim_conversation(session, conversation_id, staff_id, requested_at + timedelta(minutes=3))
    conversation = load_conversation(session, conversation_id)
    words = _STAFF_WORDS["en" if conversation.language == "en" else "vi"]
    reply = Reply(words, language=conversation.language)
    append_reply(session, conversation, reply, Posting(f"staff:{staff_id}", requested_at + timedelta(minutes=5)))
    release_conversation(session, conversation_id, staff_id, requested_at + timedelta(minutes=30))
