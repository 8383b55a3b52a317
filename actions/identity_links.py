"""Talks about one person's several channels: offers to go on elsewhere, confirms it, and parts them again."""

from __future__ import annotations

from typing import Any

from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.action import JourneyAction
from actions.buttons import make_card, utter_cards
from actions.turn import Turn
from journey_state.identity_links import BY_CONTACT, find_account, offer_link, undo_links

TELEGRAM = "telegram"


class ActionContinueOnTelegram(JourneyAction):
    """Gives a link, once and for half an hour, that brings this conversation to the contact's Telegram."""

    def answer(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
        account = find_account(turn.session, TELEGRAM)
        if account is None or turn.scope.channel == TELEGRAM:
            dispatcher.utter_message(response="utter_stay_here")
            return []
        token = offer_link(turn.session, turn.contact_id, turn.scope.conversation_id, turn.now)
        dispatcher.utter_message(response="utter_continue_on_telegram")
        utter_cards(dispatcher, [make_card(f"Telegram @{account}", [], url=f"https://t.me/{account}?start=link_{token}")])
        return []


class ActionResumeConversation(JourneyAction):
    """Runs once the two conversations are one person's; an open form asks its question again by itself."""

    def answer(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
        dispatcher.utter_message(response="utter_resume_conversation")
        return []


class ActionUndoLink(JourneyAction):
    """Parts this channel from the others; nothing is deleted."""

    def answer(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
        parted = undo_links(turn.session, turn.contact_id, BY_CONTACT, turn.now)
        dispatcher.utter_message(response="utter_undo_link" if parted else "utter_find_no_link")
        return []


def offer_telegram(turn: Turn, dispatcher: CollectingDispatcher) -> None:
    """Where the answer may take a while: offer to get it on the phone. Only on other channels, and while Telegram is on."""
    if turn.scope.channel != TELEGRAM and find_account(turn.session, TELEGRAM):
        dispatcher.utter_message(response="utter_offer_telegram")


def share_link(turn: Turn, code: str) -> dict[str, Any] | None:
    """The link by which friends bring a code to Telegram; None while Telegram is off."""
    account = find_account(turn.session, TELEGRAM)
    return {"link": f"https://t.me/{account}?start=ref_{code}"} if account else None
