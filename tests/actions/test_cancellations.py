"""What is said to somebody who leaves: what it means, an offer from the rules, and the cancellation when it is wanted."""

from __future__ import annotations

import json

import pytest

from actions.cancellations import ActionAnswerCancellation, ActionConfirmCancellation
from journey_state.content import get_content
from journey_state.conversations import Conversation
from journey_state.orders import load_order
from journey_state.store import JourneyStore
from journey_state.tickets import list_tickets
from journey_state.touchpoints import read_touchpoints
from journey_state.trials import TrialRequest, find_trial, start_trial
from tests.fixtures.customers import buy_plan, order_plan
from tests.fixtures.journeys import NOW, later
from tests.fixtures.people import grant_consent
from tests.fixtures.speaking import Message, play


@pytest.mark.parametrize("language, date", [("vi", "02/04/2026"), ("en", "2 April 2026")])
def test_leaving_customer_hears_the_end_and_is_asked_why(
    store: JourneyStore, conversation: Conversation, language: str, date: str,
) -> None:
    with store.transaction() as session:
        order = buy_plan(session, conversation.contact_id)
        said = play(ActionAnswerCancellation(), session, conversation, Message(language=language))

    assert date in said.text and order.number in said.text
    payloads = list(said.buttons.values())
    slots = [json.loads(payload.removeprefix("/cancel_plan")) for payload in payloads if payload.startswith("/cancel_plan")]
    reasons = [chosen["leaving_reason"] for chosen in slots]
    assert reasons == [offer.reason for offer in get_content().leaving_offers]
    assert payloads[len(reasons):] == ["/confirm_cancellation", "/deny", "/ask_human"]


@pytest.mark.parametrize("reason", [offer.reason for offer in get_content().leaving_offers])
def test_offer_is_word_for_word_from_the_rules(store: JourneyStore, conversation: Conversation, reason: str) -> None:
    (offer,) = (known for known in get_content().leaving_offers if known.reason == reason)
    with store.transaction() as session:
        buy_plan(session, conversation.contact_id)
        said = play(ActionAnswerCancellation(), session, conversation, Message(entities={"leaving_reason": reason}))

    assert said.texts == (offer.offer.vi,)
    assert list(said.buttons.values()) == ["/confirm_cancellation", "/deny", "/ask_human"]


def test_confirmed_cancellation_ends_at_the_period_and_tells_staff(store: JourneyStore, conversation: Conversation) -> None:
    with store.transaction() as session:
        grant_consent(session, conversation.contact_id)
        order = buy_plan(session, conversation.contact_id)
        said = play(ActionConfirmCancellation(), session, conversation, Message(at=later(days=3)))
        after = load_order(session, conversation.contact_id, order.number)
        kinds = [ticket.kind for ticket in list_tickets(session, conversation.contact_id)]
        types = [row["type"] for row in read_touchpoints(session, [conversation.contact_id])]

    assert (after.state, after.cancelled_at) == ("cancelled", later(days=3))
    assert after.is_running(later(days=4))
    assert "02/04/2026" in said.text
    assert kinds == ["cancellation", "onboarding"]
    assert {"payment_confirmed", "plan_cancelled"} <= set(types)


def test_trial_ends_by_itself_or_at_once(store: JourneyStore, conversation: Conversation) -> None:
    with store.transaction() as session:
        start_trial(session, conversation.contact_id, TrialRequest("vps", 7), NOW)
        asked = play(ActionAnswerCancellation(), session, conversation, Message(at=later(days=1)))
        assert asked.responses == ("utter_answer_trial_cancellation",) and "09/03/2026" in asked.text
        trial = find_trial(session, conversation.contact_id, "vps")
        assert trial is not None and trial.ended_at is None

        ended = play(ActionConfirmCancellation(), session, conversation, Message(at=later(days=1), language="en"))
        trial = find_trial(session, conversation.contact_id, "vps")

    assert ended.responses == ("utter_confirm_trial_cancellation",)
    assert trial is not None and trial.ended_at == later(days=1)


def test_unpaid_order_is_cancelled_at_once(store: JourneyStore, conversation: Conversation) -> None:
    with store.transaction() as session:
        order = order_plan(session, conversation.contact_id)
        asked = play(ActionAnswerCancellation(), session, conversation, Message())
        assert asked.responses == ("utter_answer_order_cancellation",) and asked.slots["pending_offer"] == "offer_cancellation"
        assert load_order(session, conversation.contact_id, order.number).is_placed

        done = play(ActionConfirmCancellation(), session, conversation, Message(language="en"))
        assert done.responses == ("utter_confirm_order_cancellation",) and order.number in done.text
        assert load_order(session, conversation.contact_id, order.number).state == "cancelled"


def test_named_unpaid_order_goes_before_the_running_plan(store: JourneyStore, conversation: Conversation) -> None:
    with store.transaction() as session:
        plan, order = buy_plan(session, conversation.contact_id), order_plan(session, conversation.contact_id, "vps-2")
        said = play(ActionConfirmCancellation(), session, conversation, Message(entities={"order_number": order.number}))

        assert said.responses == ("utter_confirm_order_cancellation",)
        assert load_order(session, conversation.contact_id, plan.number).state == "paid"


@pytest.mark.parametrize("action", [ActionAnswerCancellation(), ActionConfirmCancellation()])
def test_who_has_nothing_here_hears_the_rule_and_is_offered_a_person(
    store: JourneyStore, conversation: Conversation, action: ActionAnswerCancellation,
) -> None:
    with store.transaction() as session:
        said = play(action, session, conversation, Message())

    assert "3 ngày" in said.text and "30 ngày" in said.text
    assert "utter_say_account_unknown" in said.responses
    assert said.slots["pending_offer"] == "offer_human"


def test_plan_that_was_cancelled_is_not_cancelled_again(store: JourneyStore, conversation: Conversation) -> None:
    with store.transaction() as session:
        buy_plan(session, conversation.contact_id)
        play(ActionConfirmCancellation(), session, conversation, Message())
        again = play(ActionConfirmCancellation(), session, conversation, Message())

    assert "utter_confirm_cancellation" not in again.responses
