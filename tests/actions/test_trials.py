"""What is said about trials, with the real store, content and words."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from actions.trials import ActionCheckTrial, ActionStartTrial, ValidateTrialForm
from journey_state.conversations import Conversation, ensure_conversation, load_conversation
from journey_state.store import JourneyStore
from journey_state.touchpoints import read_touchpoints
from journey_state.trials import TrialRequest, end_trial, find_trial, list_trials, start_trial
from tests.fixtures.journeys import NOW, later
from tests.fixtures.people import grant_consent
from tests.fixtures.speaking import Message, play, play_validation

FORM = {"product": "hosting", "email": "lan@example.com"}


@pytest.mark.parametrize("language, words", [
    ("vi", ["Web hosting", "Hosting M", "14 ngày", "16/03/2026", "lan@example.com"]),
    ("en", ["Web hosting", "Hosting M", "14 days", "16 March 2026", "lan@example.com"]),
])
def test_trial_starts_and_is_told_with_its_end(store: JourneyStore, conversation: Conversation, language: str, words: list[str]) -> None:
    with store.transaction() as session:
        said = play(ActionStartTrial(), session, conversation, Message(slots=FORM, language=language, id="m-1"))
        trial = find_trial(session, conversation.contact_id, "hosting")

    assert all(word in said.text for word in words), said.text
    assert trial is not None and (trial.plan, trial.ends_at, trial.message_id) == ("hosting-m", later(days=14), "m-1")
    assert "/check_trial" in said.buttons.values()


@pytest.mark.parametrize("product, days", [("hosting", 14), ("vps", 7), ("email", 14)])
def test_every_product_runs_for_its_own_days(sqlite_store: JourneyStore, product: str, days: int) -> None:
    with sqlite_store.transaction() as session:
        conversation = _talk(session)
        play(ActionStartTrial(), session, conversation, Message(slots={**FORM, "product": product}))
        trial = find_trial(session, conversation.contact_id, product)

    assert trial is not None and trial.ends_at == later(days=days)


def test_replayed_turn_starts_no_second_trial(store: JourneyStore, conversation: Conversation) -> None:
    with store.transaction() as session:
        for _ in range(2):
            said = play(ActionStartTrial(), session, conversation, Message(slots=FORM, id="m-1"))
            assert "utter_start_trial" in said.responses
        assert len(list_trials(session, conversation.contact_id)) == 1


def test_second_trial_is_refused_with_its_dates_and_a_plan_instead(store: JourneyStore, conversation: Conversation) -> None:
    with store.transaction() as session:
        start_trial(session, conversation.contact_id, TrialRequest("hosting", 14), NOW)
        said = play(ActionStartTrial(), session, conversation, Message(slots=FORM, at=later(days=20)))

        assert said.responses[0] == "utter_refuse_second_trial"
        assert "02/03/2026" in said.text and "16/03/2026" in said.text
        assert said.slots["pending_offer"] == "offer_order"
        assert len(list_trials(session, conversation.contact_id)) == 1


def test_trial_leaves_a_touchpoint_of_those_who_consent(store: JourneyStore, conversation: Conversation) -> None:
    with store.transaction() as session:
        play(ActionStartTrial(), session, conversation, Message(slots=FORM))
        assert read_touchpoints(session, [conversation.contact_id]) == []

        grant_consent(session, conversation.contact_id)
        play(ActionStartTrial(), session, conversation, Message(slots={**FORM, "product": "vps"}))
        (row,) = read_touchpoints(session, [conversation.contact_id])

    assert (row["type"], row["group"], row["goal"], row["expected_by"]) == ("trial_started", "trial", "trial", later(days=7))
    assert row["properties"] == {"product": "vps", "plan": "vps-2"}


@pytest.mark.parametrize("slot, value, kept, response", [
    ("product", "vps", "vps", None),
    ("product", "pizza", None, "utter_refuse_trial_product"),
    ("product", "hosting", None, "utter_refuse_second_trial"),
    ("email", "Lan@Example.COM", "Lan@example.com", None),
    ("email", "lan@", None, "utter_refuse_email"),
    ("email", "lan@nowhere", None, "utter_refuse_email"),
])
def test_form_keeps_what_can_be_used(
    sqlite_store: JourneyStore, slot: str, value: str, kept: str | None, response: str | None,
) -> None:
    with sqlite_store.transaction() as session:
        conversation = _talk(session)
        start_trial(session, conversation.contact_id, TrialRequest("hosting", 14), NOW)
        said = play_validation(ValidateTrialForm(), session, conversation, slot, Message(slots={slot: value}))

    assert said.slots[slot] == kept
    assert said.responses == ((response,) if response else ())


def test_days_left_are_told_until_the_trial_is_over(store: JourneyStore, conversation: Conversation) -> None:
    with store.transaction() as session:
        start_trial(session, conversation.contact_id, TrialRequest("hosting", 14, "hosting-m"), NOW)
        running = play(ActionCheckTrial(), session, conversation, Message(at=later(days=4)))
        over = play(ActionCheckTrial(), session, conversation, Message(at=later(days=30), language="en"))

    assert "còn 10 ngày, đến hết 16/03/2026" in running.text
    assert "ended on 16 March 2026" in over.text
    assert over.slots["pending_offer"] == "offer_order"


def test_trial_that_was_stopped_is_told_with_the_day_it_stopped(store: JourneyStore, conversation: Conversation) -> None:
    with store.transaction() as session:
        start_trial(session, conversation.contact_id, TrialRequest("hosting", 14), NOW)
        end_trial(session, conversation.contact_id, "hosting", later(days=3))

        assert "05/03/2026" in play(ActionCheckTrial(), session, conversation, Message(at=later(days=4))).text


def test_who_has_no_trial_is_offered_one(store: JourneyStore, conversation: Conversation) -> None:
    with store.transaction() as session:
        said = play(ActionCheckTrial(), session, conversation, Message(entities={"product": "vps"}))

    assert said.responses[0] == "utter_find_no_trial"
    assert said.slots["pending_offer"] == "offer_trial"


def _talk(session: Session) -> Conversation:
    return load_conversation(session, ensure_conversation(session, "website", "visitor-1", NOW))
