"""Corrections: proposed from a transcript, scrubbed, approved by another, gone with the person."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from journey_state.contacts import update_contact
from journey_state.conversations import accept_message, load_conversation
from journey_state.corrections import (
    APPROVED,
    PROPOSED,
    REJECTED,
    CorrectionError,
    Label,
    decide_correction,
    find_correction,
    list_corrections,
    propose_correction,
)
from journey_state.privacy import erase_person
from journey_state.store import JourneyStore
from journey_state.tables import turns
from tests.fixtures.journeys import NOW, inbound, later

STAFF, SUPERVISOR = "s-1", "s-2"


def understood(session: Session, text: str, number: int, intent: str, stage: str = "awareness") -> str:
    """A message that the assistant understood so; returns its id."""
    accepted = accept_message(session, inbound(text, number))
    reading = {
        "intent": {"name": "nlu_fallback"}, "intent_ranking": [{"name": "nlu_fallback"}, {"name": intent}],
        "stage_estimate": {"chosen": stage, "model_version": "m-1"},
    }
    session.execute(turns.update().where(turns.c.message_id == accepted.message_id).values(understanding=reading))
    return accepted.message_id


def test_a_correction_keeps_what_was_said_thought_and_said_before(store: JourneyStore) -> None:
    with store.transaction() as session:
        understood(session, "chào shop", 1, "greet")
        message_id = understood(session, "gọi 0912345678 cho mình báo giá", 2, "give_contact", "consideration")
        propose_correction(session, message_id, Label(intent="ask_price"), STAFF, NOW)
        [kept] = list_corrections(session, PROPOSED)

    assert (kept.text, kept.intent, kept.stage) == ("gọi 0900000000 cho mình báo giá", "ask_price", None)
    assert (kept.guessed_intent, kept.guessed_stage, kept.label) == ("give_contact", "consideration", Label("ask_price", "consideration"))
    assert (kept.before_text, kept.before_intent, kept.before_stage) == ("chào shop", "greet", "awareness")
    assert (kept.model_version, kept.made_by, kept.made_at) == ("m-1", STAFF, NOW)


def test_the_persons_own_name_is_taken_out(store: JourneyStore) -> None:
    with store.transaction() as session:
        message_id = understood(session, "Ngọc Hà đây, giá sao em", 1, "greet")
        conversation_id = accept_message(session, inbound("Ngọc Hà đây, giá sao em", 1)).conversation_id
        update_contact(session, load_conversation(session, conversation_id).contact_id, name="Ngọc Hà")
        propose_correction(session, message_id, Label("ask_price"), STAFF, NOW)
        correction = find_correction(session, message_id)

    assert correction is not None and correction.text == "Lan đây, giá sao em"


@pytest.mark.parametrize(("is_approved", "state"), [(True, APPROVED), (False, REJECTED)])
def test_somebody_decides_before_anything_learns_from_it(store: JourneyStore, is_approved: bool, state: str) -> None:
    with store.transaction() as session:
        correction_id = propose_correction(session, understood(session, "giá sao", 1, "greet"), Label(stage="decision"), STAFF, NOW)
        decide_correction(session, correction_id, is_approved, SUPERVISOR, later(minutes=1))
        [decided] = list_corrections(session, state)

    assert (decided.decided_by, decided.decided_at) == (SUPERVISOR, later(minutes=1))


def test_a_second_proposal_waits_for_approval_anew(store: JourneyStore) -> None:
    with store.transaction() as session:
        message_id = understood(session, "giá sao", 1, "greet")
        decide_correction(session, propose_correction(session, message_id, Label("ask_price"), STAFF, NOW), True, SUPERVISOR, NOW)
        propose_correction(session, message_id, Label("ask_promotion"), STAFF, NOW)

        assert list_corrections(session, APPROVED) == []
        assert [kept.intent for kept in list_corrections(session, PROPOSED)] == ["ask_promotion"]


def test_what_cannot_be_corrected_is_refused(store: JourneyStore) -> None:
    with store.transaction() as session:
        message_id = understood(session, "giá sao", 1, "greet")
        fresh = accept_message(session, inbound("chưa ai đọc", 2)).message_id
        for wrong, label in ((message_id, Label()), (fresh, Label("greet")), ("nothing", Label("greet"))):
            with pytest.raises(CorrectionError):
                propose_correction(session, wrong, label, STAFF, NOW)
        with pytest.raises(CorrectionError):
            decide_correction(session, "nothing", True, SUPERVISOR, NOW)


def test_erasure_reaches_corrections(store: JourneyStore) -> None:
    with store.transaction() as session:
        message_id = understood(session, "giá sao", 1, "greet")
        propose_correction(session, message_id, Label("ask_price"), STAFF, NOW)
        conversation_id = accept_message(session, inbound("giá sao", 1)).conversation_id
        erase_person(session, load_conversation(session, conversation_id).contact_id, "contact", NOW)

        assert find_correction(session, message_id) is None
