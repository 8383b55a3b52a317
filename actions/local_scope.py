"""A turn without the engine: `rasa run actions` beside `rasa shell` keeps a small journey store of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

from rasa_sdk.events import EventType, SlotSet

from actions.turn import Turn, TurnScope, current_scope
from journey_state.consent import find_consent
from journey_state.conversations import ensure_conversation, load_conversation
from journey_state.facts import load_facts, parse_facts
from journey_state.store import JourneyStore, new_id, utc_now
from journey_state.tables import metadata

LOCAL_CHANNEL = "shell"
LOCAL_URL = "sqlite:///var/rasa-shell.db"


@lru_cache(maxsize=1)
def open_local_store() -> JourneyStore:
    """The store under var/ of the working directory; made when it is not there."""
    store = JourneyStore(LOCAL_URL)
    metadata.create_all(store.engine)
    return store


@contextmanager
def open_local_scope(sender_id: str, latest_message: Mapping[str, Any] | None) -> Iterator[TurnScope]:
    """One action's own transaction, for the contact who types into `rasa shell`."""
    now = utc_now()
    with open_local_store().transaction() as session:
        conversation_id = ensure_conversation(session, LOCAL_CHANNEL, sender_id, now)
        contact_id = load_conversation(session, conversation_id).contact_id
        consent = find_consent(session, contact_id)
        yield TurnScope(
            session=session, contact_id=contact_id, conversation_id=conversation_id,
            message_id=str((latest_message or {}).get("message_id") or new_id()), channel=LOCAL_CHANNEL,
            now=now, is_consenting=consent is not None and consent.is_granted,
        )


def tell_facts(turn: Turn) -> list[EventType]:
    """A slot event when the local store knows something new: the next message is understood with it. The engine tells by itself."""
    if current_scope() is not None or turn.scope.is_erased:
        return []
    facts = load_facts(turn.session, turn.contact_id, turn.now)
    return [SlotSet("facts", facts.to_dict())] if facts != parse_facts(turn.slots.get("facts")) else []
