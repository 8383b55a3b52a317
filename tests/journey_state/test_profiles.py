"""Profiles: one person, whichever channel they come by, and nothing that consent does not cover."""

from __future__ import annotations

from datetime import timedelta

import pytest

from journey_state.consent import append_consent
from journey_state.contacts import update_contact
from journey_state.errors import UnknownContactError
from journey_state.handoffs import claim_conversation, release_conversation
from journey_state.orders import OrderRequest, place_order
from journey_state.profiles import load_profile
from journey_state.stage_history import EstimateOrigin, save_estimate
from journey_state.stages import Stage
from journey_state.store import JourneyStore
from journey_state.tickets import TicketKind, TicketRequest, open_ticket
from journey_state.trials import TrialRequest, start_trial
from tests.fixtures.journeys import NOW, later
from tests.fixtures.people import grant_consent, link_contacts
from tests.fixtures.staff import Customer, add_member, make_estimate


def test_profile_of_a_newcomer_is_empty(store: JourneyStore) -> None:
    customer = Customer(store)
    customer.write("xin chào")
    with store.reading() as session:
        profile = load_profile(session, customer.contact_id, NOW)

    assert (profile.name, profile.phone, profile.email, profile.consent, profile.stage, profile.referral) == ("", "", "", None, None, None)
    assert (profile.trials, profile.orders, profile.tickets, profile.handoffs, profile.stage_changes) == ([], [], [], [], [])
    assert [meeting.conversation_id for meeting in profile.meetings] == [customer.conversation_id]


def test_profile_gathers_what_linked_contacts_did_on_every_channel(store: JourneyStore) -> None:
    web, phone = Customer(store), Customer(store, "42", "telegram")
    web.write("chào", minute=1)
    phone.write("chào", minute=2)
    with store.transaction() as session:
        link_contacts(session, web.contact_id, phone.contact_id)
        update_contact(session, web.contact_id, name="Anh Tuấn")
        update_contact(session, phone.contact_id, phone="+84912345678")
        trial = start_trial(session, phone.contact_id, TrialRequest("hosting", 14, "hosting-m"), NOW)
        order = place_order(session, web.contact_id, OrderRequest("hosting-m", "year", 1_285_200), NOW)
        ticket = open_ticket(session, phone.contact_id, TicketRequest(TicketKind.SETUP, "trỏ tên miền"), NOW)
        profile = load_profile(session, web.contact_id, NOW)

    assert (profile.name, profile.phone) == ("Anh Tuấn", "+84912345678")
    assert (list(profile.trials), list(profile.orders), list(profile.tickets)) == ([trial], [order], [ticket])
    met = [(meeting.channel, meeting.last_at) for meeting in profile.meetings]
    assert met == [("telegram", later(minutes=2)), ("website", later(minutes=1))]


def test_profile_tells_stage_its_changes_and_why(store: JourneyStore) -> None:
    customer, first, second = Customer(store), make_estimate(Stage.AWARENESS, 0.6), make_estimate(Stage.DECISION, 0.8)
    customer.write("chào")
    with store.transaction() as session:
        grant_consent(session, customer.contact_id)
        for minute, estimate in ((1, first), (2, second)):
            save_estimate(session, estimate, EstimateOrigin(customer.contact_id, later(minutes=minute)))
        profile = load_profile(session, customer.contact_id, later(minutes=3))

    assert profile.stage is not None and profile.stage.estimate.chosen is Stage.DECISION
    assert [(change.from_stage, change.to_stage) for change in profile.stage_changes] == [("awareness", "decision"), (None, "awareness")]
    assert profile.stage_changes[0].evidence == second.evidence


@pytest.mark.parametrize("is_granted", [True, False])
def test_profile_tells_the_latest_consent(store: JourneyStore, is_granted: bool) -> None:
    customer = Customer(store)
    customer.write("chào")
    with store.transaction() as session:
        append_consent(session, customer.contact_id, not is_granted, channel="website", now=NOW)
        append_consent(session, customer.contact_id, is_granted, channel="website", now=NOW + timedelta(seconds=1))

        consent = load_profile(session, customer.contact_id, NOW).consent
    assert consent is not None and consent.is_granted is is_granted


def test_profile_lists_earlier_handoffs_but_not_the_open_one(store: JourneyStore) -> None:
    lan, customer = add_member(store), Customer(store)
    customer.write("chào")
    customer.ask_for_human(minute=1, reason="asked")
    with store.transaction() as session:
        claim_conversation(session, customer.conversation_id, lan.id, later(minutes=2))
        release_conversation(session, customer.conversation_id, lan.id, later(minutes=9))
    customer.ask_for_human(minute=20)
    with store.reading() as session:
        [past] = load_profile(session, customer.contact_id, NOW).handoffs

    assert (past.reason, past.staff_name, past.requested_at, past.released_at) == ("asked", "Lan", later(minutes=1), later(minutes=9))


def test_profile_of_nobody_is_refused(store: JourneyStore) -> None:
    with pytest.raises(UnknownContactError, match="may have been erased"), store.reading() as session:
        load_profile(session, "0" * 32, NOW)
