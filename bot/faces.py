"""The business's face as owners changed it in the console: name, logo, colour, greeting, over what the environment says."""

from __future__ import annotations

import logging
from dataclasses import replace

import anyio
from anyio.to_thread import run_sync

from bot.settings import Settings
from journey_state.desk_choices import load_desk
from journey_state.desk_settings import Face
from journey_state.store import JourneyStore

log = logging.getLogger(__name__)

# How long another replica shows the old face.
EVERY_S = 5.0


class FaceHolder:
    """The face in force. Written by whoever read the store, read by pages on the event loop."""

    def __init__(self) -> None:
        self.face = Face()

    def apply(self, settings: Settings) -> Settings:
        """The settings with every field of the face that an owner filled in."""
        return replace(settings, **{name: value for name, value in self.face.dict().items() if value})


class FaceJob:
    """Looks from time to time whether an owner changed the face, on this replica or another one."""

    def __init__(self, store: JourneyStore, holder: FaceHolder) -> None:
        self.store = store
        self.holder = holder

    async def run(self) -> None:
        """Work for the life of the server."""
        while True:
            try:
                await run_sync(self.refresh)
            except Exception as error:
                log.error("the business's face could not be read; the old one stays", exc_info=error)
            await anyio.sleep(EVERY_S)

    def refresh(self) -> None:
        """Read the face now."""
        with self.store.reading() as session:
            self.holder.face = load_desk(session).face
