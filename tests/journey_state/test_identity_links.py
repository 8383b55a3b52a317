"""Identity links: proven, agreed to, used once, undone at will; what follows the person, and what is not shown."""

from __future__ import annotations

from datetime import datetime

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from journey_state.consent import append_consent, find_consent
from journey_state.contacts import find_linked_contacts, find_shown_contacts, update_contact
from journey_state.conversations import BOT, Conversation, ensure_conversation, load_conversation, set_conversation_language
from journey_state.desk_cards import find_desk_conversation, settle_card, take_cards
from journey_state.handoffs import HandoffRequest, claim_conversation, find_open_handoff, request_handoff
from journey_state.identity_links import (
    OFFER_LASTS,
    OfferLapsedError,
    TwoIdentifiedError,
    accept_offer,
    find_account,
    forget_account,
    hash_token,
    offer_link,
    save_account,
    undo_links,
)
from journey_state.merges import merge_contacts
from journey_state.orders import OrderRequest, list_orders, place_order
from journey_state.privacy import erase_person, export_person
from journey_state.profiles import load_profile
from journey_state.store import JourneyStore
from journey_state.tables import identities, identity_links, trackers
from journey_state.tickets import TicketKind, TicketRequest, list_tickets, open_ticket
from tests.fixtures.journeys import NOW, later
from tests.fixtures.staff import add_member
from tests.fixtures.threads import run_together


def room(session: Session, channel: str, address: str = "1") -> Conversation:
    return load_conversation(session, ensure_conversation(session, channel, address, NOW))


def offer(session: Session, conversation: Conversation) -> str:
    return hash_token(offer_link(session, conversation.contact_id, conversation.id, NOW))


def join(session: Session, web: Conversation, chat: Conversation, at: datetime = NOW) -> Conversation:
    return accept_offer(session, offer(session, web), chat, at)


def buy(session: Session, conversation: Conversation) -> str:
    return place_order(session, conversation.contact_id, OrderRequest("vps-2", "month", 322_920), NOW).number


def test_an_accepted_offer_makes_one_person_and_says_where_it_was_made(store: JourneyStore) -> None:
    with store.transaction() as session:
        web, chat = room(session, "website"), room(session, "telegram")
        assert join(session, web, chat).id == web.id
        assert set(find_linked_contacts(session, chat.contact_id)) == {web.contact_id, chat.contact_id}
        verified = session.execute(sa.select(identities.c.channel).where(identities.c.verified_at.is_not(None))).scalars().all()
    assert verified == ["telegram"]


@pytest.mark.parametrize("case", ["used", "old", "forged"])
def test_an_offer_counts_once_and_soon(store: JourneyStore, case: str) -> None:
    with store.transaction() as session:
        web, first, second = room(session, "website"), room(session, "telegram"), room(session, "telegram", "2")
        token = offer(session, web)
        if case == "used":
            accept_offer(session, token, first, NOW)
    with pytest.raises(OfferLapsedError), store.transaction() as session:
        accept_offer(session, "0" * 64 if case == "forged" else token, second, NOW + OFFER_LASTS if case == "old" else NOW)
    with store.reading() as session:
        assert find_linked_contacts(session, second.contact_id) == (second.contact_id,)


def test_a_button_pressed_twice_is_no_trouble(store: JourneyStore) -> None:
    with store.transaction() as session:
        web, chat = room(session, "website"), room(session, "telegram")
        token = offer(session, web)
        assert [accept_offer(session, token, chat, NOW).id for _ in range(2)] == [web.id] * 2
        assert session.execute(sa.select(sa.func.count()).select_from(identity_links)).scalar_one() == 1


def test_of_many_who_open_one_link_at_once_one_is_joined(store: JourneyStore) -> None:
    with store.transaction() as session:
        chats = [room(session, "telegram", str(number)) for number in range(6)]
        token = offer(session, room(session, "website"))

    def accept(number: int) -> bool:
        try:
            with store.transaction() as session:
                accept_offer(session, token, chats[number], NOW)
        except OfferLapsedError:
            return False
        return True

    assert sum(run_together(6, accept)) == 1


def test_two_known_persons_are_joined_by_staff_only(store: JourneyStore) -> None:
    with store.transaction() as session:
        web, other, chat = room(session, "website"), room(session, "website", "2"), room(session, "telegram")
        join(session, web, chat)
        session.execute(identities.update().where(identities.c.contact_id == other.contact_id).values(verified_at=NOW))
    with pytest.raises(TwoIdentifiedError), store.transaction() as session:
        join(session, other, chat)
    with store.transaction() as session:
        merge_contacts(session, other.contact_id, chat.contact_id, "s-1", NOW)
        assert len(find_linked_contacts(session, web.contact_id)) == 3
        assert set(find_shown_contacts(session, chat.contact_id)) == {web.contact_id, chat.contact_id}
        assert find_shown_contacts(session, other.contact_id) == (other.contact_id,)


def test_a_known_person_takes_in_another_unknown_browser(store: JourneyStore) -> None:
    with store.transaction() as session:
        home, work, chat = room(session, "website"), room(session, "website", "2"), room(session, "telegram")
        join(session, home, chat)
        join(session, work, chat)
        assert len(find_linked_contacts(session, home.contact_id)) == 3


def test_what_was_private_in_telegram_before_is_not_shown_on_an_unproven_website(store: JourneyStore) -> None:
    with store.transaction() as session:
        web, chat = room(session, "website"), room(session, "telegram")
        update_contact(session, chat.contact_id, phone="+84912345678")
        mine, theirs = buy(session, web), buy(session, chat)
        open_ticket(session, chat.contact_id, TicketRequest(TicketKind.OUTAGE, "web hỏng", message_id="m"), NOW)
        join(session, web, chat)
        assert {order.number for order in list_orders(session, chat.contact_id)} == {mine, theirs}
        assert {order.number for order in list_orders(session, web.contact_id)} == {mine}
        assert list_tickets(session, web.contact_id) == []
        assert "+84912345678" not in str(export_person(session, web.contact_id))
        profile = load_profile(session, web.contact_id, NOW)
        assert (len(profile.orders), len(profile.tickets)) == (2, 1)
        erase_person(session, web.contact_id, "contact", NOW)
        assert {order.number for order in list_orders(session, chat.contact_id)} == {theirs}
        assert "+84912345678" in str(export_person(session, chat.contact_id))


def test_what_comes_after_a_link_with_a_fresh_chat_is_seen_on_both_sides(store: JourneyStore) -> None:
    with store.transaction() as session:
        web, chat = room(session, "website"), room(session, "telegram")
        first = buy(session, web)
        join(session, web, chat)
        second = buy(session, chat)
        for each in (web, chat):
            assert {order.number for order in list_orders(session, each.contact_id)} == {first, second}


@pytest.mark.parametrize("here, carried", [(None, "order_form"), ({"slots": {}, "loop": None, "tail": []}, "order_form"),
                                           ({"slots": {}, "loop": "ticket_form", "tail": []}, "ticket_form")])
def test_an_open_form_and_the_language_come_along(store: JourneyStore, here: dict[str, object] | None, carried: str) -> None:
    with store.transaction() as session:
        web, chat = room(session, "website"), room(session, "telegram")
        set_conversation_language(session, web.id, "en")
        states = {web.id: {"slots": {"plan": "vps-2"}, "loop": "order_form", "tail": []}, chat.id: here}
        for conversation_id, state in states.items():
            if state:
                session.execute(trackers.insert().values(conversation_id=conversation_id, state=state, saved_at=NOW))
        join(session, load_conversation(session, web.id), chat)
        found = session.execute(sa.select(trackers.c.state).where(trackers.c.conversation_id == chat.id)).scalar_one()
        assert load_conversation(session, chat.id).language == "en"
    assert found["loop"] == carried


@pytest.mark.parametrize("there, here, both", [
    (True, None, True), (None, True, True), (True, False, False), (False, True, False), (None, None, None), (False, None, False),
])
def test_one_person_has_one_decision_on_consent(store: JourneyStore, there: bool | None, here: bool | None, both: bool | None) -> None:
    with store.transaction() as session:
        web, chat = room(session, "website"), room(session, "telegram")
        for each, decision in ((web, there), (chat, here)):
            if decision is not None:
                append_consent(session, each.contact_id, decision, channel=each.channel, now=later(minutes=-5))
        join(session, web, chat)
        found = [find_consent(session, each.contact_id) for each in (web, chat)]
    assert [consent.is_granted if consent else None for consent in found] == [both, both]


@pytest.mark.parametrize("is_claimed", [True, False])
def test_whoever_waits_or_is_served_is_followed(store: JourneyStore, is_claimed: bool) -> None:
    member = add_member(store)
    with store.transaction() as session:
        web, chat = room(session, "website"), room(session, "telegram")
        handoff, _ = request_handoff(session, web.id, web.contact_id, HandoffRequest("asked", NOW))
        [card] = take_cards(session, "-1", NOW)
        settle_card(session, card, "7", NOW)
        if is_claimed:
            claim_conversation(session, web.id, member.id, NOW)
        join(session, load_conversation(session, web.id), chat)
        found = find_open_handoff(session, chat.id)
        answered_by = [load_conversation(session, each.id).responder for each in (web, chat)]
        replied_to = find_desk_conversation(session, "-1", "7")
    assert found is not None and (found.id, found.contact_id) == (handoff.id, chat.contact_id)
    assert answered_by == [BOT, member.id if is_claimed else BOT]
    assert replied_to is not None and replied_to.id == chat.id


def test_two_handoffs_stay_where_they_are(store: JourneyStore) -> None:
    with store.transaction() as session:
        web, chat = room(session, "website"), room(session, "telegram")
        asked = [request_handoff(session, each.id, each.contact_id, HandoffRequest("asked", NOW))[0].id for each in (web, chat)]
        join(session, web, chat)
        found = [find_open_handoff(session, each.id) for each in (web, chat)]
    assert [handoff.id for handoff in found if handoff] == asked


def test_undoing_adds_a_row_and_moves_none(store: JourneyStore) -> None:
    with store.transaction() as session:
        web, chat = room(session, "website"), room(session, "telegram")
        number = buy(session, web)
        join(session, web, chat)
        assert undo_links(session, web.contact_id, "contact", later(minutes=1)) == 1
        assert undo_links(session, chat.contact_id, "contact", later(minutes=2)) == 0
        assert find_linked_contacts(session, chat.contact_id) == (chat.contact_id,)
        assert [order.number for order in list_orders(session, web.contact_id)] == [number]
        assert list_orders(session, chat.contact_id) == []
        assert session.execute(sa.select(sa.func.count()).select_from(identity_links)).scalar_one() == 2
        join(session, web, chat, later(minutes=3))
        assert len(find_linked_contacts(session, chat.contact_id)) == 2


def test_an_account_is_known_while_its_channel_is_on(store: JourneyStore) -> None:
    with store.transaction() as session:
        assert find_account(session, "telegram") is None
        save_account(session, "telegram", "sen_bot")
        save_account(session, "telegram", "sen_cloud_bot")
        assert find_account(session, "telegram") == "sen_cloud_bot"
        forget_account(session, "telegram")
        assert find_account(session, "telegram") is None
