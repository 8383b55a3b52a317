"""Which chat is the staff's group: the configured one, or the supergroup that Telegram made of it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from journey_state.identity_links import find_account, save_account

_MOVED = "telegram-desk"


@dataclass(frozen=True)
class DeskGroup:
    """configured: of DONGHANH_TELEGRAM_STAFF_GROUP; 0 for none."""

    configured: int
    language: str = "vi"

    def find_id(self, session: Session) -> int:
        """The group's id now."""
        old, _, new = (find_account(session, _MOVED) or "").partition(">")
        return int(new) if new and old == str(self.configured) else self.configured

    def is_here(self, session: Session, chat_id: int) -> bool:
        """True for a message of the staff's group."""
        return self.configured != 0 and chat_id in (self.configured, self.find_id(session))

    def follow(self, session: Session, new_id: int) -> None:
        """Telegram turned the group into a supergroup with an id of its own."""
        save_account(session, _MOVED, f"{self.configured}>{new_id}")
