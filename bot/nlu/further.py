"""The second request of a message, to be answered in the same turn: read off the tracker after the first answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Optional

from rasa.shared.core.events import ActiveLoop, Event, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

QUESTIONS = ("ask_", "compare_", "check_")  # intents that never open a form


def find_further_part(tracker: Optional[DialogueStateTracker]) -> Optional[Mapping[str, Any]]:
    """What the latest message asks besides (see `Further`), to be answered in the same turn; else None.

    Not while a form was asking: the message answers it. Where the first request opened a form, only a question follows.
    """
    events = list(tracker.events) if tracker is not None else []
    at = next((at for at in range(len(events) - 1, -1, -1) if isinstance(events[at], UserUttered)), None)
    further = (events[at].parse_data or {}).get("further") if at is not None else None
    if not further or tracker is None or _loop_at(events[:at]):
        return None
    is_free = not tracker.active_loop_name or further["intent"].startswith(QUESTIONS)
    return dict(further) if is_free else None


def _loop_at(events: Iterable[Event]) -> Optional[str]:
    loops = [event.name for event in events if isinstance(event, ActiveLoop)]
    return loops[-1] if loops else None
