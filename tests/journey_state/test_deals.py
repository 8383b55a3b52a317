"""Deals: one a person, lost ones with a reason, in the order in which they are to close."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from journey_state.deals import DealPlan, DealState, LostWithoutReasonError, find_deal, list_deals, save_deal
from journey_state.errors import UnknownContactError
from journey_state.store import JourneyStore
from tests.fixtures.journeys import NOW, later
from tests.fixtures.people import link_contacts, make_contact
from tests.fixtures.staff import add_member

PLAN = DealPlan(None, 12_000_000, "gửi báo giá", date(2026, 3, 20), competitor="nhà cung cấp khác")


def test_deal_is_kept_with_its_owner(store: JourneyStore, contact: str) -> None:
    lan = add_member(store, "Lan")
    with store.transaction() as session:
        saved = save_deal(session, contact, replace(PLAN, owner_id=lan.id), NOW)

        assert (saved.plan.value, saved.owner_name, saved.closed_at) == (12_000_000, "Lan", None)
        assert find_deal(session, contact) == saved


def test_person_has_one_deal_whatever_the_channel(store: JourneyStore, contact: str) -> None:
    with store.transaction() as session:
        telegram = make_contact(session, "42", channel="telegram")
        link_contacts(session, contact, telegram)
        save_deal(session, contact, PLAN, NOW)
        save_deal(session, telegram, replace(PLAN, value=9), later(days=1))

        assert [(deal.contact_id, deal.plan.value) for deal in list_deals(session)] == [(contact, 9)]


def test_end_keeps_its_first_moment_until_it_is_opened_again(store: JourneyStore, contact: str) -> None:
    with store.transaction() as session:
        lost = replace(PLAN, state=DealState.LOST, reason="giá cao")
        assert save_deal(session, contact, lost, NOW).closed_at == NOW
        assert save_deal(session, contact, replace(lost, reason="giá cao hơn 10%"), later(days=1)).closed_at == NOW
        assert save_deal(session, contact, replace(lost, state=DealState.WON), later(days=2)).closed_at == later(days=2)
        assert save_deal(session, contact, PLAN, later(days=3)).closed_at is None


def test_lost_needs_a_reason_and_a_person_must_exist(store: JourneyStore, contact: str) -> None:
    with store.transaction() as session:
        with pytest.raises(LostWithoutReasonError):
            save_deal(session, contact, replace(PLAN, state=DealState.LOST), NOW)
        with pytest.raises(UnknownContactError):
            save_deal(session, "nobody", PLAN, NOW)

        assert find_deal(session, contact) is None


def test_list_is_by_day_those_without_last(store: JourneyStore) -> None:
    days = {"a": None, "b": date(2026, 4, 1), "c": date(2026, 3, 1)}
    with store.transaction() as session:
        ids = {name: make_contact(session, name) for name in days}
        for name, day in days.items():
            save_deal(session, ids[name], replace(PLAN, expected_close=day), NOW)
        save_deal(session, make_contact(session, "won"), replace(PLAN, state=DealState.WON), NOW)
        opened = list_deals(session, DealState.OPEN)

    assert [deal.contact_id for deal in opened] == [ids["c"], ids["b"], ids["a"]]
    assert [deal.is_overdue(date(2026, 3, 2)) for deal in opened] == [True, False, False]
