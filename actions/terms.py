"""Terms, for people who have nothing with us yet: how renewing, growing, leaving and recommending work."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import ClassVar

from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.action import JourneyAction
from actions.buttons import known_button
from actions.cancellations import offer_to_cancel
from actions.facts import fact_text, join_facts
from actions.offers import offer_order, offer_referral, offer_trial
from actions.orders import find_waiting
from actions.topics import find_topic
from actions.turn import Turn


class ExplainTerms(JourneyAction, ABC):
    """States the facts that were asked for, else the main ones, then the next step.

    main: said when the message asks for nothing in particular; subject: what else may be asked here.
    """

    main: ClassVar[tuple[str, ...]]
    subject: ClassVar[tuple[str, ...]] = ()

    def answer(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
        asked = [attribute for attribute in turn.content.find_attributes(turn.text, turn.language) if attribute in self.subject]
        dispatcher.utter_message(text=join_facts(turn, *(asked or self.main), topic=find_topic(turn)))
        return self.offer(turn, dispatcher)

    @abstractmethod
    def offer(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
        """The next step after the terms."""


class ActionExplainRenewal(ExplainTerms):
    """Before buying: renewals cost the list price, and nothing renews by itself."""

    touchpoint = "renewal_asked"
    main = ("renewal", "renewal_price")
    subject = ("auto_renew", "grace_period", "yearly_saving", "data_after_cancel")

    def offer(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
        return offer_trial(turn, dispatcher, find_topic(turn).product)


class ActionExplainUpgrade(ExplainTerms):
    """Before buying: start small, grow at any time."""

    touchpoint = "upgrade_asked"
    main = ("upgrade_rule", "upgrade_time")
    subject = ("extra_storage", "resize", "downgrade_rule")

    def offer(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
        return offer_order(turn, dispatcher, find_topic(turn).plan)


class ActionExplainCancellation(ExplainTerms):
    """Before buying: nobody is bound; an order that waits for its money is offered to be called off."""

    touchpoint = "cancellation_asked"
    main = ("contract", "cancel_notice", "refund_window")
    subject = ("data_after_cancel", "data_export", "trial_end", "domain_transfer")

    def answer(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
        return offer_to_cancel(turn, dispatcher) if find_waiting(turn) else super().answer(turn, dispatcher)

    def offer(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
        buttons = [known_button(turn, "check_order"), known_button(turn, "human")]
        dispatcher.utter_message(response="utter_ask_anything_else", buttons=buttons)
        return []


class ActionExplainReferral(ExplainTerms):
    """How referring works, then the code for whoever wants one."""

    touchpoint = "referral_asked"
    main = ("referral_reward", "referral_terms")
    subject = ("referral_payout", "referral_when", "affiliate")

    def offer(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
        return offer_referral(turn, dispatcher)


class ActionExplainFriendDiscount(JourneyAction):
    """About to order: a friend's code makes this very order cheaper; an own code is to be had, too."""

    touchpoint = "referral_asked"

    def answer(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
        buttons = [known_button(turn, "use_referral"), known_button(turn, "give_referral")]
        values = {"percent": turn.content.referral.friend_percent_off, "terms": fact_text(turn, "referral_reward")}
        dispatcher.utter_message(response="utter_explain_friend_discount", buttons=buttons, **values)
        return []
