"""Trials: one a product and person, with an end."""

from __future__ import annotations

from datetime import timedelta

import pytest

from journey_state.errors import TrialAlreadyUsedError, UnknownContactError, UnknownTrialError
from journey_state.store import JourneyStore
from journey_state.trials import TrialRequest, end_trial, find_active_trials, find_trial, list_trials, start_trial
from tests.fixtures.journeys import NOW, later
from tests.fixtures.people import link_contacts, make_contact
from tests.fixtures.threads import run_together

HOSTING = TrialRequest("hosting", days=14, plan="hosting-m", email="lan@example.com", message_id="m-1")
VPS = TrialRequest("vps", days=7, message_id="m-2")


def test_trial_runs_for_its_days(store: JourneyStore, contact: str) -> None:
    with store.transaction() as session:
        trial = start_trial(session, contact, HOSTING, NOW)

    assert (trial.product, trial.plan, trial.started_at, trial.ends_at) == ("hosting", "hosting-m", NOW, later(days=14))
    assert trial.is_active(NOW)
    assert trial.is_active(later(days=14) - timedelta(microseconds=1))
    assert not trial.is_active(later(days=14))


@pytest.mark.parametrize("passed, left", [
    ({}, 14), ({"seconds": 1}, 14), ({"days": 1}, 13), ({"days": 13, "hours": 23}, 1), ({"days": 14}, 0), ({"days": 90}, 0),
])
def test_last_day_counts_whole(sqlite_store: JourneyStore, passed: dict[str, float], left: int) -> None:
    with sqlite_store.transaction() as session:
        trial = start_trial(session, make_contact(session, "visitor-1"), HOSTING, NOW)

    assert trial.days_left(later(**passed)) == left


def test_second_trial_of_a_product_is_refused_even_when_the_first_is_over(store: JourneyStore, contact: str) -> None:
    with store.transaction() as session:
        start_trial(session, contact, HOSTING, NOW)
        with pytest.raises(TrialAlreadyUsedError, match="offer a paid plan"):
            start_trial(session, contact, TrialRequest("hosting", days=14, message_id="m-9"), later(days=400))

        assert len(list_trials(session, contact)) == 1


def test_every_product_may_be_tried_once(store: JourneyStore, contact: str) -> None:
    with store.transaction() as session:
        start_trial(session, contact, HOSTING, NOW)
        start_trial(session, contact, VPS, later(days=1))

        assert [trial.product for trial in list_trials(session, contact)] == ["vps", "hosting"]
        assert [trial.product for trial in find_active_trials(session, contact, later(days=2))] == ["vps", "hosting"]
        assert [trial.product for trial in find_active_trials(session, contact, later(days=9))] == ["hosting"]


def test_same_message_twice_starts_one_trial(store: JourneyStore, contact: str) -> None:
    with store.transaction() as session:
        assert start_trial(session, contact, HOSTING, NOW) == start_trial(session, contact, HOSTING, later(seconds=1))


def test_trial_belongs_to_the_person_not_to_one_of_their_addresses(store: JourneyStore, contact: str) -> None:
    with store.transaction() as session:
        telegram = make_contact(session, "42", channel="telegram")
        link_contacts(session, contact, telegram)
        start_trial(session, contact, HOSTING, NOW)

        assert find_trial(session, telegram, "hosting") is not None
        with pytest.raises(TrialAlreadyUsedError):
            start_trial(session, telegram, TrialRequest("hosting", days=14), NOW)


def test_somebody_else_has_a_trial_of_their_own(store: JourneyStore, contact: str) -> None:
    with store.transaction() as session:
        start_trial(session, contact, HOSTING, NOW)
        other = make_contact(session, "visitor-2")
        start_trial(session, other, TrialRequest("hosting", days=14), NOW)
        assert find_trial(session, other, "hosting") != find_trial(session, contact, "hosting")


def test_unknown_contact_gets_no_trial(store: JourneyStore) -> None:
    with store.transaction() as session, pytest.raises(UnknownContactError):
        start_trial(session, "nobody", HOSTING, NOW)


def test_trial_stops_before_its_time_once(store: JourneyStore, contact: str) -> None:
    with store.transaction() as session:
        start_trial(session, contact, HOSTING, NOW)
        ended = end_trial(session, contact, "hosting", later(days=3))

        assert ended == find_trial(session, contact, "hosting")
        assert ended.ended_at == later(days=3)
        assert not ended.is_active(later(days=3))
        with pytest.raises(UnknownTrialError):
            end_trial(session, contact, "hosting", later(days=4))
        with pytest.raises(UnknownTrialError):
            end_trial(session, contact, "vps", later(days=4))


def test_thirty_requests_by_two_linked_addresses_start_one_trial(store: JourneyStore, contact: str) -> None:
    with store.transaction() as session:
        telegram = make_contact(session, "42", channel="telegram")
        link_contacts(session, contact, telegram)

    def request(number: int) -> bool:
        try:
            with store.transaction() as session:
                start_trial(session, (contact, telegram)[number % 2], TrialRequest("hosting", days=14, message_id=f"r-{number}"), NOW)
        except TrialAlreadyUsedError:
            return False
        return True

    assert run_together(30, request).count(True) == 1
    with store.reading() as session:
        assert len(list_trials(session, contact)) == 1
