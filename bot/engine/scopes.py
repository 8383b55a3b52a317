"""The engine's wiring to `actions`: nothing else in `bot` names that package."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from actions.nudges import compose_nudge
from actions.privacy import consent_question
from actions.promises import promise_reply
from actions.turn import TurnScope, open_scope
from journey_state.consent import find_consent
from journey_state.turns import OpenTurn

ACTIONS_PACKAGE = "actions"
__all__ = ["ACTIONS_PACKAGE", "TurnScope", "compose_nudge", "consent_question", "open_scope", "open_turn_scope", "promise_reply"]


def open_turn_scope(session: Session, turn: OpenTurn, now: datetime) -> TurnScope:
    """The scope that a turn's actions write through."""
    consent = find_consent(session, turn.conversation.contact_id)
    return TurnScope(
        session=session, contact_id=turn.conversation.contact_id, conversation_id=turn.conversation.id,
        message_id=turn.message_id, channel=turn.conversation.channel, now=now,
        is_consenting=consent is not None and consent.is_granted,
    )
