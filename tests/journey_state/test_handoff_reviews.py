"""Reviews, and containment with and without what could have been avoided."""

from __future__ import annotations

import pytest

from journey_state.handoff_reviews import (
    Cause,
    Containment,
    Review,
    UnreviewableError,
    Verdict,
    list_review_cards,
    measure_containment,
    review_handoff,
)
from journey_state.handoffs import Handoff, claim_conversation, release_conversation
from journey_state.store import JourneyStore
from tests.fixtures.journeys import NOW, later
from tests.fixtures.staff import Customer, add_member

AVOIDABLE = Review(Verdict.AVOIDABLE, Cause.NO_CONTENT, "viết bài về Plesk")
NECESSARY = Review(Verdict.NECESSARY, Cause.NEEDS_AUTHORITY)


def closed_handoff(store: JourneyStore, address: str, staff_id: str, minute: int = 5) -> Handoff:
    customer = Customer(store, address)
    customer.write("alo")
    handoff = customer.ask_for_human(minute=minute)
    with store.transaction() as session:
        claim_conversation(session, customer.conversation_id, staff_id, later(minutes=minute))
        release_conversation(session, customer.conversation_id, staff_id, later(minutes=minute + 5))
    return handoff


def test_closed_handoff_is_reviewed_and_may_be_reviewed_again(store: JourneyStore) -> None:
    lan = add_member(store)
    handoff = closed_handoff(store, "v-1", lan.id)
    with store.transaction() as session:
        [card] = list_review_cards(session, is_reviewed=False)
        assert (card.handoff.id, card.staff_name, card.review) == (handoff.id, "Lan", None)
        for review in (NECESSARY, AVOIDABLE):
            review_handoff(session, handoff.id, review, lan.id, NOW)
        [done] = list_review_cards(session, is_reviewed=True)

        assert list_review_cards(session, is_reviewed=False) == [] and (done.review, done.reviewer) == (AVOIDABLE, "Lan")


def test_open_handoff_is_not_reviewed(store: JourneyStore) -> None:
    customer = Customer(store)
    customer.write("alo")
    handoff = customer.ask_for_human()
    with store.transaction() as session:
        for unknown in (handoff.id, "nothing"):
            with pytest.raises(UnreviewableError):
                review_handoff(session, unknown, AVOIDABLE, "s-1", NOW)


def test_containment_is_told_with_and_without_the_avoidable_ones(store: JourneyStore) -> None:
    for number in range(6):
        Customer(store, f"calm-{number}").write("alo")
    first, second, _ = (closed_handoff(store, f"v-{number}", "s-1") for number in range(3))
    again = closed_handoff(store, "v-1", "s-1", minute=30)
    with store.transaction() as session:
        for handoff, review in ((first, AVOIDABLE), (second, AVOIDABLE), (again, NECESSARY)):
            review_handoff(session, handoff.id, review, "s-1", NOW)
        found = measure_containment(session, later(days=-1), later(days=1))
        before = measure_containment(session, later(days=-9), later(days=-8))

    assert found == Containment(9, 3, 1)
    assert (round(found.ratio or 0, 3), round(found.without_avoidable or 0, 3)) == (0.667, 0.778)
    assert (before.ratio, before.without_avoidable) == (None, None)
