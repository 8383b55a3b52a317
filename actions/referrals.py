"""Talks about friends' codes: gives one, takes one, says what one has brought."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.action import JourneyAction, open_turn
from actions.buttons import known_button
from actions.facts import fact_text
from actions.form_answers import FormAnswers, read_one, refuse_input
from actions.identity_links import share_link
from actions.lexicon import find_listed
from actions.offers import offer_referral
from actions.plan_cards import money
from actions.turn import Turn
from journey_state.errors import (
    JourneyError,
    NotNewCustomerError,
    ReferralAlreadyUsedError,
    ReferralExhaustedError,
    SelfReferralError,
    UnknownReferralCodeError,
)
from journey_state.periods import format_date
from journey_state.referrals import ReferralTerms, find_code, find_status, issue_code, redeem_code

REFUSAL_OF_ERROR: dict[type[JourneyError], str] = {
    UnknownReferralCodeError: "utter_refuse_unknown_code",
    SelfReferralError: "utter_refuse_own_code",
    ReferralAlreadyUsedError: "utter_refuse_second_code",
    NotNewCustomerError: "utter_refuse_code_of_customer",
    ReferralExhaustedError: "utter_refuse_exhausted_code",
}


class ValidateReferralForm(FormAnswers):
    """Checks the answer of the form that takes a friend's code."""

    def name(self) -> str:
        return "validate_referral_form"

    def validate_referral_code(self, value: object, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> dict[str, Any]:
        """Only the spelling; whether it may be used is decided when it is redeemed."""
        code = read_one(value).strip().upper()
        with open_turn(tracker) as turn:
            if code.startswith(turn.content.referral.code_prefix):
                return {"referral_code": code}
            return refuse_input(turn, dispatcher, "referral_code", "utter_refuse_code_spelling", prefix=turn.content.referral.code_prefix)


class ActionGiveReferral(JourneyAction):
    """Shows both rewards and the terms, then the person's code."""

    def answer(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
        """Whoever has a code gets the same one again."""
        is_new = find_code(turn.session, turn.contact_id) is None
        code = issue_code(turn.session, turn.contact_id, _terms(turn), turn.now)
        turn.record_touchpoint("referral_issued" if is_new else "referral_asked", goal="referral")
        _say_terms(turn, dispatcher, is_whole=is_new or find_listed(turn.text, "meanings") == "small_print")
        dispatcher.utter_message(
            response="utter_give_referral", code=code.code, expires=format_date(code.expires_at, turn.language), left=code.cap - code.used,
        )
        link = share_link(turn, code.code)
        if link:
            dispatcher.utter_message(response="utter_share_referral_link", **link)
        return []


class ActionRedeemReferral(JourneyAction):
    """Redeems a friend's code; a broken rule is told in plain words."""

    def answer(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
        """The discount waits for the first order."""
        code = str(turn.slots.get("referral_code") or turn.entities.get("referral_code") or "")
        try:
            redeem_code(turn.session, turn.contact_id, code, turn.now, message_id=turn.scope.message_id)
        except tuple(REFUSAL_OF_ERROR) as error:
            dispatcher.utter_message(response=REFUSAL_OF_ERROR[type(error)], code=code, buttons=[known_button(turn, "human")])
            return [SlotSet("referral_code", None)]
        turn.record_touchpoint("referral_redeemed", goal="order")
        buttons, percent = [known_button(turn, "order"), known_button(turn, "see_prices")], turn.content.referral.friend_percent_off
        dispatcher.utter_message(response="utter_redeem_referral", code=code, percent=percent, buttons=buttons)
        return [SlotSet("referral_code", None)]


class ActionCheckReferral(JourneyAction):
    """Says how many friends came, and what the code has earned."""

    touchpoint = "referral_checked"

    def answer(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
        """Rewards count when friends have paid."""
        if find_listed(turn.text, "meanings") == "small_print":
            _say_terms(turn, dispatcher, is_whole=True)
            return []
        status = find_status(turn.session, turn.contact_id)
        if status is None:
            dispatcher.utter_message(response="utter_find_no_referral_code")
            return offer_referral(turn, dispatcher)
        dispatcher.utter_message(
            response="utter_check_referral", code=status.code.code, waiting=status.waiting, rewarded=status.rewarded,
            earned=money(turn, status.rewarded * turn.content.referral.reward_vnd), left=status.code.cap - status.code.used,
            expires=format_date(status.code.expires_at, turn.language), when=fact_text(turn, "referral_when"),
        )
        return []


def _say_terms(turn: Turn, dispatcher: CollectingDispatcher, *, is_whole: bool) -> None:
    """What both sides get; the whole small print before the first code, and whenever it is asked for."""
    if "affiliate" in turn.find_mentions("attribute"):
        dispatcher.utter_message(text=fact_text(turn, "affiliate"))
    if not is_whole:
        dispatcher.utter_message(text=fact_text(turn, "referral_reward"))
        return
    terms = "\n".join(f"• {term.in_language(turn.language)}" for term in turn.content.referral.terms)
    dispatcher.utter_message(response="utter_explain_referral_terms", reward=fact_text(turn, "referral_reward"), terms=terms)


def _terms(turn: Turn) -> ReferralTerms:
    content = turn.content.referral
    return ReferralTerms(content.code_prefix, cap=content.max_uses, valid_months=content.valid_months)
