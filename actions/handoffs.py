"""Asking for a human: the request is queued, the assistant goes on answering until staff take over."""

from __future__ import annotations

from typing import ClassVar

from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.action import JourneyAction
from actions.facts import fact_text
from actions.identity_links import offer_telegram
from actions.turn import Turn
from journey_state.handoffs import HandoffRequest, raise_priority, request_handoff

FIRST_IN_LINE = 10


class ActionRequestHandoff(JourneyAction):
    """Queue the conversation for staff and say its place.

    reason: what staff see first; priority: higher goes first; response: what is said.
    """

    reason: ClassVar[str] = "asked"
    priority: ClassVar[int] = 0
    response: ClassVar[str] = "utter_request_handoff"

    def answer(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
        position = queue_for_staff(turn, self._choose_reason(turn), self.priority)
        hours = fact_text(turn, "support_hours")
        dispatcher.utter_message(response=self.response, position=position, hours=hours)
        offer_telegram(turn, dispatcher)
        return []

    def _choose_reason(self, turn: Turn) -> str:
        return "not_understood" if turn.slots.get("unclear_count") else self.reason


class ActionRequestSalesHandoff(ActionRequestHandoff):
    """For somebody who has not bought yet."""

    reason = "sales"
    response = "utter_request_sales_handoff"


class ActionRequestCareHandoff(ActionRequestHandoff):
    """For a customer who weighs staying: first in line."""

    reason = "care"
    priority = FIRST_IN_LINE
    response = "utter_request_care_handoff"


class ActionEscalateOutage(ActionRequestHandoff):
    """A customer near leaving has an outage: no form, a person."""

    reason = "outage"
    priority = FIRST_IN_LINE
    response = "utter_escalate_outage"
    touchpoint = "outage_reported"

    def answer(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
        events = super().answer(turn, dispatcher)
        dispatcher.utter_message(text=fact_text(turn, "uptime_compensation"))
        return events


class ActionEscalateComplaint(ActionRequestHandoff):
    """A customer near leaving complains: a person, at once."""

    reason = "complaint"
    priority = FIRST_IN_LINE
    response = "utter_escalate_complaint"
    touchpoint = "complaint_made"


def queue_for_staff(turn: Turn, reason: str, priority: int = 0) -> int:
    """Ask for staff within the turn and log it; returns the place in the queue, from 1."""
    stage = turn.estimate.chosen.value if turn.estimate and turn.scope.is_consenting else None
    request = HandoffRequest(reason, turn.now, stage, turn.scope.message_id, raise_priority(priority, turn.intent, turn.emotion))
    _, position = request_handoff(turn.session, turn.scope.conversation_id, turn.contact_id, request)
    turn.record_touchpoint("handoff_requested", properties={"reason": reason, "position": position})
    return position
