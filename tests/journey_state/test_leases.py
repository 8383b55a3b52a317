"""Leases: one holder at a time, on both databases."""

from __future__ import annotations

from datetime import timedelta

from journey_state.leases import hold_lease, release_lease
from journey_state.store import JourneyStore
from tests.fixtures.journeys import NOW, later
from tests.fixtures.threads import run_together

SPAN = timedelta(minutes=2)


def test_a_lease_is_held_renewed_and_taken_over_when_its_holder_died(store: JourneyStore) -> None:
    with store.transaction() as session:
        assert hold_lease(session, "ticker", "a", NOW, SPAN)
        assert not hold_lease(session, "ticker", "b", later(seconds=60), SPAN)
        assert hold_lease(session, "ticker", "a", later(seconds=60), SPAN)
        assert not hold_lease(session, "ticker", "b", later(seconds=179), SPAN)
        assert hold_lease(session, "ticker", "b", later(seconds=180), SPAN)
        assert not hold_lease(session, "ticker", "a", later(seconds=181), SPAN)


def test_a_released_lease_is_free_at_once_but_only_its_holder_lets_go(store: JourneyStore) -> None:
    with store.transaction() as session:
        hold_lease(session, "ticker", "a", NOW, SPAN)
        release_lease(session, "ticker", "b")
        assert not hold_lease(session, "ticker", "b", NOW, SPAN)
        release_lease(session, "ticker", "a")
        assert hold_lease(session, "ticker", "b", NOW, SPAN)


def test_of_many_at_once_one_wins(store: JourneyStore) -> None:
    def take(number: int) -> bool:
        with store.transaction() as session:
            return hold_lease(session, "ticker", f"holder-{number}", NOW, SPAN)

    assert sum(run_together(8, take)) == 1
