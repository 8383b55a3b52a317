"""Facts that a question names outright are told first, whatever else its intent leads to."""

from __future__ import annotations

from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.facts import fact_text
from actions.topics import find_topic
from actions.turn import Turn
from journey_state.questions import is_question, names_untold, wants_to_talk

FACTS_FIRST = 2
# Broad ones that no answer of an intent's own tells.
BESIDE = frozenset({"trial_days", "storage"})
# Trouble, displeasure and one's own data are answered by what is done about them, not by a sentence of the content.
NOT_FOR = frozenset(
    "report_outage make_complaint report_billing ask_privacy report_payment use_referral rate_csat rate_nps leave_review deny".split()
)


def tell_named_facts(turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
    """Put the facts that a question names before what was said."""
    if not _is_asking(turn):
        return []
    said = "\n".join(str(message.get("text") or "") for message in dispatcher.messages)
    missing = [fact for fact in _find_facts(turn) if fact not in said]
    first = CollectingDispatcher()
    for fact in missing[:FACTS_FIRST]:
        first.utter_message(text=fact)
    dispatcher.messages[:0] = first.messages
    return []


def is_untold(turn: Turn) -> bool:
    """True when a message asks for what the business does not tell here; whoever wants a person gets one all the same."""
    wants_person = turn.intent == "ask_human" and wants_to_talk(turn.text)
    return _is_asking(turn) and not wants_person and names_untold(turn.text, turn.content.untold_phrases)


def _is_asking(turn: Turn) -> bool:
    return not turn.form and turn.intent not in NOT_FOR and is_question(turn.text)


def _find_facts(turn: Turn) -> list[str]:
    """The sentences of the narrow attributes that the message names, each once."""
    asked = turn.content.find_attributes(turn.text, turn.language)
    narrow = [attribute for attribute in asked if attribute in BESIDE or not turn.content.attributes[attribute].broad]
    return list(dict.fromkeys(filter(None, (fact_text(turn, attribute, find_topic(turn)) for attribute in narrow))))
