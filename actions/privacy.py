"""Talks about the contact's own data: what is kept, consent, a copy, erasure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rasa_sdk.events import ActiveLoop, AllSlotsReset, EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.action import JourneyAction
from actions.lexicon import load_words
from actions.turn import Turn
from journey_state.consent import append_consent, find_consent
from journey_state.contacts import find_linked_contacts
from journey_state.messages import Choice, Reply
from journey_state.privacy import Receipt, erase_person, export_person


def consent_question(language: str) -> Reply:
    """Ask in plain words whether milestones may be kept; asked once, after the first answer."""
    spoken = "en" if language == "en" else "vi"
    words = load_words("consent")
    choices = (Choice(words["agree"][spoken], "grant_consent"), Choice(words["refuse"][spoken], "refuse_consent"))
    return Reply(words["question"][spoken], choices=choices, language=spoken)


class ActionAnswerPrivacy(JourneyAction):
    """Explains what is kept, or does what the contact asks for: a copy, no more notes, erasure (after a confirmation)."""

    def answer(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
        """Each request has its own answer; without one, the explanation."""
        request = turn.entities.get("privacy_request", "")
        {"erase": _confirm_erasure, "export": _show_copy, "withdraw": _withdraw}.get(request, _explain)(turn, dispatcher)
        return [SlotSet("pending_offer", "offer_erasure")] if request == "erase" else []


class ActionGrantConsent(JourneyAction):
    """Writes a yes down; it counts from the next message on."""

    def answer(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
        """Thank, and say how to take it back."""
        _decide(turn, is_granted=True)
        dispatcher.utter_message(response="utter_thank_consent")
        return []


class ActionRefuseConsent(JourneyAction):
    """Writes a no down, or takes an earlier yes back."""

    def answer(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
        """Say that nothing changes."""
        _withdraw(turn, dispatcher)
        return []


class ActionEraseData(JourneyAction):
    """Erases the person and tells the receipt in the emptied conversation."""

    def answer(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
        """The engine drops the tracker when it sees `is_erased`."""
        language, scope = turn.language, turn.scope
        receipt = erase_person(turn.session, turn.contact_id, "contact", turn.now, kept_conversation_id=scope.conversation_id)
        scope.is_erased, scope.is_consenting = True, False
        counts = describe_receipt(receipt, language)
        dispatcher.utter_message(response="utter_confirm_erased", receipt=receipt.id[:8].upper(), counts=counts)
        return [AllSlotsReset(), ActiveLoop(None), SlotSet("language", language)]


def describe_receipt(receipt: Receipt, language: str) -> str:
    """The counts of a receipt in the contact's words, a line each."""
    names = load_words("records")
    return "\n".join(f"• {names[f'table_{table}'][language]}: {count}" for table, count in receipt.counts.items())


def _decide(turn: Turn, *, is_granted: bool) -> None:
    # One person, one decision, on whichever of their channels it was made.
    for contact_id in find_linked_contacts(turn.session, turn.contact_id):
        append_consent(turn.session, contact_id, is_granted, channel=turn.scope.channel, now=turn.now, message_id=turn.scope.message_id)


def _withdraw(turn: Turn, dispatcher: CollectingDispatcher) -> None:
    earlier = find_consent(turn.session, turn.contact_id)
    _decide(turn, is_granted=False)
    was_granted = earlier is not None and earlier.is_granted
    dispatcher.utter_message(response="utter_withdraw_consent" if was_granted else "utter_accept_refusal")


def _confirm_erasure(turn: Turn, dispatcher: CollectingDispatcher) -> None:
    dispatcher.utter_message(response="utter_confirm_erasure")


def _explain(turn: Turn, dispatcher: CollectingDispatcher) -> None:
    texts = ((item.what, item.why, item.how_long) for item in turn.content.privacy.kept)
    lines = ("• {}: {} ({})".format(*(text.in_language(turn.language) for text in three)) for three in texts)
    dispatcher.utter_message(response="utter_explain_privacy", kept="\n".join(lines))
    consent = find_consent(turn.session, turn.contact_id)
    is_granted = consent is not None and consent.is_granted
    dispatcher.utter_message(response="utter_offer_privacy_choices" if is_granted else "utter_offer_privacy_choices_and_consent")


def _show_copy(turn: Turn, dispatcher: CollectingDispatcher) -> None:
    copy = export_person(turn.session, turn.contact_id)
    words = load_words("records")
    none = words["none"][turn.language]
    listed = {name: _list_values(copy, table, column) or none for name, (table, column) in _COPIED.items()}
    counted = {name: len(copy.get(name, ())) for name in ("messages", "touchpoints", "surveys")}
    dispatcher.utter_message(response="utter_show_copy", **listed, **counted, contact=_contact_fields(copy) or none)


_COPIED = {
    "trials": ("trials", "product"), "orders": ("orders", "number"), "tickets": ("tickets", "number"),
    "code": ("referral_codes", "code"), "channels": ("identities", "channel"),
}


def _list_values(copy: Mapping[str, Any], table: str, column: str) -> str:
    return ", ".join(dict.fromkeys(str(row[column]) for row in copy.get(table, ())))


def _contact_fields(copy: Mapping[str, Any]) -> str:
    fields = ((row.get(name) for name in ("name", "phone", "email")) for row in copy.get("contacts", ()))
    return ", ".join(dict.fromkeys(value for row in fields for value in row if value))
