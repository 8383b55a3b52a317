"""What the rooms of the server share: one store, one notifier, one set of settings."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.faces import FaceHolder
from bot.settings import Settings
from bot.wakeups import Wakeups
from journey_state.store import JourneyStore


@dataclass(frozen=True)
class Services:
    """Built once by `bot/app.py` and handed to every channel and to the console."""

    store: JourneyStore
    wakeups: Wakeups
    settings: Settings
    faces: FaceHolder = field(default_factory=FaceHolder)
