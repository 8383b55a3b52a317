"""The queue: the most urgent first, with clock, mood, unread messages and who is to take it."""

from __future__ import annotations

import pytest

from journey_state.handoffs import claim_conversation, find_open_handoff, release_conversation
from journey_state.orders import OrderRequest, confirm_payment, place_order
from journey_state.queue import (
    NoOpenHandoffError,
    QueuedCard,
    QueueFilter,
    assign_handoff,
    find_assignment,
    find_place,
    find_read_mark,
    mark_read,
    read_queue,
    tier_of,
)
from journey_state.store import JourneyStore
from tests.fixtures.journeys import NOW, later
from tests.fixtures.people import link_contacts, make_contact
from tests.fixtures.staff import Customer, add_member, make_understanding


def waiting_customer(store: JourneyStore, address: str, stage: str = "service", minute: float = 5, mood: float | None = None) -> Customer:
    customer = Customer(store, address)
    understanding = {**make_understanding(), "emotion": mood}
    customer.say("chào", "Chào bạn", understanding=understanding)
    customer.ask_for_human(minute=minute, stage=stage)
    return customer


def queue(store: JourneyStore, reader: str = "s-1") -> list[QueuedCard]:
    with store.reading() as session:
        return read_queue(session, reader, later(minutes=10))


def addresses(store: JourneyStore) -> list[str]:
    return [item.card.conversation.address for item in queue(store)]


def test_order_is_time_left_times_risk_times_mood(store: JourneyStore) -> None:
    for address, stage, minute, mood in (
        ("calm", "service", 5, None), ("angry", "service", 5, -0.9), ("glad", "service", 5, 0.9), ("leaving", "retention", 5, None),
        ("late", "service", -120, None),
    ):
        waiting_customer(store, address, stage, minute, mood)

    assert addresses(store) == ["late", "leaving", "angry", "calm", "glad"]
    assert [item.place for item in queue(store)] == [1, 2, 3, 4, 5]
    assert [item.mood for item in queue(store)] == [None, None, -0.9, None, 0.9]


def test_paid_plan_of_a_linked_contact_shortens_the_promise(store: JourneyStore) -> None:
    customer = waiting_customer(store, "web")
    with store.transaction() as session:
        other = make_contact(session, "42", channel="telegram")
        link_contacts(session, customer.contact_id, other)
        order = place_order(session, other, OrderRequest("vps-8", "month", 1_000_000, "m-1"), NOW)
        confirm_payment(session, order.number, 1_000_000, NOW)
    [item] = queue(store)

    assert (item.tier, item.service.due_at) == ("priority", later(minutes=20))


@pytest.mark.parametrize(("plans", "tier"), [((), "none"), (("hosting-m",), "paid"), (("hosting-m", "vps-8"), "priority")])
def test_tier_is_the_best_of_the_plans(plans: tuple[str, ...], tier: str) -> None:
    assert tier_of(plans) == tier


def test_unread_counts_what_the_reader_has_not_opened(store: JourneyStore) -> None:
    customer = waiting_customer(store, "web")
    customer.write("còn đó không", minute=6)
    with store.transaction() as session:
        mark_read(session, "s-1", customer.conversation_id, 2)
        mark_read(session, "s-1", customer.conversation_id, 1)
        assert [find_read_mark(session, reader, customer.conversation_id) for reader in ("s-1", "s-2")] == [2, 0]

    assert [queue(store, reader)[0].unread for reader in ("s-1", "s-2")] == [1, 2]


def test_assignment_names_team_and_person_and_leaves_everybody_free_to_claim(store: JourneyStore) -> None:
    lan, minh = add_member(store, "Lan"), add_member(store, "Minh")
    customer = waiting_customer(store, "web")
    with store.transaction() as session:
        handoff = find_open_handoff(session, customer.conversation_id)
        assert handoff is not None and find_assignment(session, handoff.id) == ("", "", "")
        assign_handoff(session, customer.conversation_id, ("sales", ""), minh.id, NOW)
        assign_handoff(session, customer.conversation_id, ("billing", lan.id), minh.id, NOW)
        assert find_assignment(session, handoff.id) == ("billing", lan.id, "Lan")
    [item] = queue(store)
    assert (item.service.team.id, item.assignee) == ("billing", "Lan")

    with store.transaction() as session:
        assert claim_conversation(session, customer.conversation_id, minh.id, NOW).claimed_by == minh.id


def test_nothing_is_assigned_without_an_open_handoff(store: JourneyStore) -> None:
    customer = waiting_customer(store, "web")
    with store.transaction() as session:
        claim_conversation(session, customer.conversation_id, "s-1", NOW)
        release_conversation(session, customer.conversation_id, "s-1", NOW)
        with pytest.raises(NoOpenHandoffError):
            assign_handoff(session, customer.conversation_id, ("sales", ""), "s-1", NOW)


@pytest.mark.parametrize(("chosen", "shown"), [
    (QueueFilter(), {"sales", "support"}), (QueueFilter(team="sales"), {"sales"}), (QueueFilter(stage="service"), {"support"}),
    (QueueFilter(channel="telegram"), set()), (QueueFilter(mine="s-1"), {"support"}), (QueueFilter(team="sales", mine="s-1"), set()),
])
def test_filters_show_a_part(store: JourneyStore, chosen: QueueFilter, shown: set[str]) -> None:
    waiting_customer(store, "sales", "decision")
    support = waiting_customer(store, "support")
    with store.transaction() as session:
        claim_conversation(session, support.conversation_id, "s-1", NOW)

    assert {item.card.conversation.address for item in queue(store) if chosen.lets_in(item)} == shown


def test_place_is_counted_among_those_who_wait(store: JourneyStore) -> None:
    first, second = waiting_customer(store, "first", minute=-60), waiting_customer(store, "second")
    with store.transaction() as session:
        handoff = find_open_handoff(session, second.conversation_id)
        assert handoff is not None and find_place(session, handoff, later(minutes=10)) == 2
        claim_conversation(session, first.conversation_id, "s-1", NOW)
        assert find_place(session, handoff, later(minutes=10)) == 1
        release_conversation(session, first.conversation_id, "s-1", NOW)
        claim_conversation(session, second.conversation_id, "s-1", NOW)
        assert find_place(session, handoff, later(minutes=10)) is None
