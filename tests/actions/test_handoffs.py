"""Asking for a human: reason, place in the queue, and what staff may know."""

from __future__ import annotations

import pytest

from actions.handoffs import (
    ActionEscalateComplaint,
    ActionEscalateOutage,
    ActionRequestCareHandoff,
    ActionRequestHandoff,
    ActionRequestSalesHandoff,
)
from journey_state.conversations import Conversation, ensure_conversation, load_conversation
from journey_state.handoffs import find_open_handoff, list_handoffs
from journey_state.store import JourneyStore
from journey_state.touchpoints import read_touchpoints
from tests.fixtures.journeys import NOW, later
from tests.fixtures.people import grant_consent
from tests.fixtures.speaking import Message, play


@pytest.mark.parametrize("action, slots, reason, priority", [
    (ActionRequestHandoff(), {}, "asked", 0),
    (ActionRequestHandoff(), {"unclear_count": 2.0}, "not_understood", 0),
    (ActionRequestSalesHandoff(), {}, "sales", 0),
    (ActionRequestCareHandoff(), {}, "care", 10),
    (ActionEscalateOutage(), {}, "outage", 10),
    (ActionEscalateComplaint(), {}, "complaint", 10),
])
def test_request_waits_with_its_reason(
    sqlite_store: JourneyStore, lone_conversation: Conversation, action: ActionRequestHandoff, slots: dict[str, float],
    reason: str, priority: int,
) -> None:
    with sqlite_store.transaction() as session:
        said = play(action, session, lone_conversation, Message(slots=slots))
        handoff = find_open_handoff(session, lone_conversation.id)

    assert handoff is not None and (handoff.reason, handoff.priority, handoff.state) == (reason, priority, "requested")
    assert "vị trí 1" in said.text and "24/7" in said.text


def test_asking_twice_keeps_the_place(sqlite_store: JourneyStore, lone_conversation: Conversation) -> None:
    with sqlite_store.transaction() as session:
        other = load_conversation(session, ensure_conversation(session, "website", "visitor-2", NOW))
        play(ActionRequestHandoff(), session, other, Message())
        for minutes in (1, 2):
            said = play(ActionRequestHandoff(), session, lone_conversation, Message(at=later(minutes=minutes)))
        waiting = list_handoffs(session, ["requested"])

    assert "vị trí 2" in said.text
    assert len(waiting) == 2


def test_customer_near_leaving_goes_first(sqlite_store: JourneyStore, lone_conversation: Conversation) -> None:
    with sqlite_store.transaction() as session:
        other = load_conversation(session, ensure_conversation(session, "website", "visitor-2", NOW))
        play(ActionRequestHandoff(), session, other, Message())
        said = play(ActionRequestCareHandoff(), session, lone_conversation, Message(at=later(minutes=1)))

    assert "vị trí 1" in said.text


@pytest.mark.parametrize("is_consenting", [False, True])
def test_request_is_logged_only_with_consent(sqlite_store: JourneyStore, lone_conversation: Conversation, is_consenting: bool) -> None:
    with sqlite_store.transaction() as session:
        if is_consenting:
            grant_consent(session, lone_conversation.contact_id)
        play(ActionRequestHandoff(), session, lone_conversation, Message())
        rows = read_touchpoints(session, [lone_conversation.contact_id])

    assert [row["type"] for row in rows] == (["handoff_requested"] if is_consenting else [])


@pytest.mark.parametrize(("intent", "emotion", "is_consenting", "priority"), [
    ("report_outage", -0.8, True, 5), ("report_outage", -0.2, True, 0), ("ask_price", -0.8, True, 0), ("report_outage", -0.8, False, 0),
])
def test_anger_with_trouble_goes_before_others(
    sqlite_store: JourneyStore, lone_conversation: Conversation, intent: str, emotion: float, is_consenting: bool, priority: int,
) -> None:
    with sqlite_store.transaction() as session:
        if is_consenting:
            grant_consent(session, lone_conversation.contact_id)
        play(ActionRequestHandoff(), session, lone_conversation, Message(intent=intent, emotion=emotion))
        handoff = find_open_handoff(session, lone_conversation.id)
        touchpoints = read_touchpoints(session, [lone_conversation.contact_id])

    assert handoff is not None and handoff.priority == priority
    assert [touchpoint["emotion"] for touchpoint in touchpoints] == ([emotion] if is_consenting else [])
