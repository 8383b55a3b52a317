"""Several channels, one person: the way to Telegram, and parting again."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from actions.handoffs import ActionRequestHandoff
from actions.helps import ActionShowHelp
from actions.identity_links import ActionContinueOnTelegram, ActionUndoLink
from actions.privacy import ActionRefuseConsent
from actions.referrals import ActionGiveReferral
from journey_state.consent import find_consent
from journey_state.contacts import find_linked_contacts
from journey_state.conversations import Conversation, ensure_conversation, load_conversation
from journey_state.identity_links import accept_offer, find_offer, hash_token, offer_link, save_account
from journey_state.store import JourneyStore
from journey_state.tables import link_offers
from tests.fixtures.journeys import NOW
from tests.fixtures.people import grant_consent, link_contacts, make_contact
from tests.fixtures.speaking import Message, play


def test_the_way_to_telegram_is_a_link_that_counts_once(sqlite_store: JourneyStore, lone_conversation: Conversation) -> None:
    with sqlite_store.transaction() as session:
        save_account(session, "telegram", "sen_bot")
        said = play(ActionContinueOnTelegram(), session, lone_conversation, Message())
        [card] = said.cards
        address, _, payload = card["url"].partition("?start=")
        offer = find_offer(session, hash_token(payload.removeprefix("link_")), NOW)
    assert address == "https://t.me/sen_bot"
    assert len(payload) <= 64
    assert offer is not None and offer.contact_id == lone_conversation.contact_id


def test_without_telegram_nobody_is_sent_there(sqlite_store: JourneyStore, lone_conversation: Conversation) -> None:
    with sqlite_store.transaction() as session:
        said = play(ActionContinueOnTelegram(), session, lone_conversation, Message())
        actions = ActionShowHelp(), ActionRequestHandoff(), ActionGiveReferral()
        others = [play(action, session, lone_conversation, Message()) for action in actions]
        assert session.execute(sa.select(link_offers)).all() == []
    assert said.responses == ("utter_stay_here",)
    assert not any("Telegram" in each.text for each in others)


@pytest.mark.parametrize("action, sign", [
    (ActionShowHelp, "/continue_on_telegram"), (ActionRequestHandoff, "/continue_on_telegram"),
])
def test_telegram_is_offered_where_an_answer_may_take_a_while(
    sqlite_store: JourneyStore, lone_conversation: Conversation, action: type, sign: str,
) -> None:
    with sqlite_store.transaction() as session:
        save_account(session, "telegram", "sen_bot")
        assert sign in play(action(), session, lone_conversation, Message()).buttons.values()


def test_a_code_comes_with_a_link_for_friends(sqlite_store: JourneyStore, lone_conversation: Conversation) -> None:
    with sqlite_store.transaction() as session:
        save_account(session, "telegram", "sen_bot")
        said = play(ActionGiveReferral(), session, lone_conversation, Message())
    assert "https://t.me/sen_bot?start=ref_SEN-" in said.text


def test_parting_says_whether_there_was_anything_to_part(sqlite_store: JourneyStore, lone_conversation: Conversation) -> None:
    with sqlite_store.transaction() as session:
        chat = load_conversation(session, ensure_conversation(session, "telegram", "42", NOW))
        token = offer_link(session, lone_conversation.contact_id, lone_conversation.id, NOW)
        accept_offer(session, hash_token(token), chat, NOW)
        parted = [play(ActionUndoLink(), session, lone_conversation, Message()).responses for _ in range(2)]
        assert find_linked_contacts(session, lone_conversation.contact_id) == (lone_conversation.contact_id,)
    assert parted == [("utter_undo_link",), ("utter_find_no_link",)]


def test_a_refusal_counts_on_every_channel_of_the_person(sqlite_store: JourneyStore, lone_conversation: Conversation) -> None:
    with sqlite_store.transaction() as session:
        other = make_contact(session, "42", channel="telegram")
        link_contacts(session, lone_conversation.contact_id, other)
        grant_consent(session, other)
        play(ActionRefuseConsent(), session, lone_conversation, Message())
        found = [find_consent(session, each) for each in (lone_conversation.contact_id, other)]
    assert [consent is not None and consent.is_granted for consent in found] == [False, False]
