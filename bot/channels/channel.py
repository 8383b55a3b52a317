"""What every channel that is delivered to (not read from a mailbox) must offer."""

from __future__ import annotations

from typing import Protocol

from journey_state.messages import LoggedMessage

# Visitors read the log itself: there, being written is being delivered.
MAILBOX_CHANNELS = frozenset({"website"})


class DeliveryError(Exception):
    """A reply could not be handed to the channel.

    permanent: stop, do not retry (blocked bot, dead address).
    is_refused: this reply will never be taken, others may be.
    retry_after_s: the wait the channel itself asked for.
    is_outcome_unknown: the call was cut off; the contact may have the reply already.
    """

    def __init__(
        self, reason: str, *, permanent: bool = False, is_refused: bool = False, retry_after_s: float | None = None,
        is_outcome_unknown: bool = False,
    ) -> None:
        super().__init__(reason)
        self.permanent = permanent
        self.is_refused = is_refused
        self.retry_after_s = retry_after_s
        self.is_outcome_unknown = is_outcome_unknown


class Channel(Protocol):
    """A channel the outbox delivers to. The website needs none: its visitors read the log itself."""

    @property
    def name(self) -> str:
        """The channel's name in conversations and the outbox."""

    async def deliver(self, address: str, message: LoggedMessage) -> None:
        """Hand one reply to the contact; returning means it arrived. Raises DeliveryError."""

    async def show_typing(self, address: str) -> None:
        """Say that an answer is being written; best effort, never raises."""
