"""Rasa component: what a message means next to what is going on (an open form, an offer, what the person has)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Dict, List, Mapping, Optional, Set

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.concepts import find_concepts
from bot.nlu.context_words import covers, has_phrase
from bot.nlu.corrections import Said, choose_values, is_answer, is_question
from bot.nlu.language_guess import is_known
from bot.nlu.normaliser import NormalText, normalise
from bot.nlu.plan_names import PlanNames
from bot.nlu.syllables import is_syllable
from journey_state.content import get_content

CERTAIN, CLEAR = 0.9, 0.7
# Which entities answer a form, and what its own intent is: a question that names nothing is about that.
ANSWERS_OF_FORM = {
    "order_form": ("plan", "product", "billing_period", "users", "units"), "trial_form": ("product", "plan"),
    "referral_form": ("referral_code",), "ticket_form": (),
}
INTENT_OF_FORM = {"order_form": "buy_plan", "trial_form": "start_trial", "referral_form": "use_referral", "ticket_form": "check_ticket"}
INTENT_OF_OFFER = {
    "offer_trial": "start_trial", "offer_referral": "get_referral", "offer_upgrade": "upgrade_plan", "offer_renewal": "renew_plan",
    "offer_demo": "book_demo",
}
# Nobody who says one of these is asking about the form.
DECIDED = frozenset({"ask_human", "cancel_plan", "make_complaint", "request_refund", "goodbye", "ask_privacy", "switch_language"})
WANTING = frozenset({"start_trial", "buy_plan", "ask_price", "compare_plans"})
VAGUE = frozenset({"nlu_fallback", "out_of_scope", "chitchat", "ask_brand"})
# Of somebody who has a plan, not of an order that is being corrected.
CUSTOMER_WISHES = frozenset({"renew_plan", "ask_price", "compare_plans", "ask_product", "report_billing", "report_payment", "ask_payment"})
FALLBACK, NOISE = "nlu_fallback", "noise"


@dataclass(frozen=True)
class Situation:
    """What stands open: the form and the slot it asks for, the offer, slots, and facts of the person."""

    form: Optional[str]
    requested: Optional[str]
    offer: Optional[str]
    slots: Mapping[str, Any]
    facts: Mapping[str, Any]


@DefaultV1Recipe.register([DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER], is_trainable=False)
class ContextReader(GraphComponent):
    """Puts another intent first where the situation settles what the words leave open; a pressed button stays as it is.

    Inside a form: corrections of its answers, and questions that name nothing. Anywhere: noise (entity `noise`), names of
    other providers, a thumb up for an offer, and somebody who only presses for an answer to an open ticket.
    """

    def __init__(self, names: PlanNames) -> None:
        self._names = names

    @classmethod
    def create(
        cls, config: Dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext
    ) -> ContextReader:
        """Make the component from the business's content; raises ContentError when that is broken."""
        return cls(PlanNames({plan.id: plan.name for plan in get_content().plans.values()}))

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Nothing to learn."""
        return training_data

    def process(self, messages: List[Message], tracker: Optional[DialogueStateTracker] = None) -> List[Message]:
        """Read every message that has a text and is no pressed button."""
        for message in messages:
            metadata = message.get("metadata") or {}
            if message.get("text") and not metadata.get("choice"):
                self._read(message, _look_around(metadata, tracker))
        return messages

    def _read(self, message: Message, situation: Situation) -> None:
        said = normalise(message.get("text"))
        if situation.form == "order_form":
            self._add_bare_plans(message, said)
            _add_bare_number(message, said)
        _add_bare_email(message, said)
        intent = _answer_in_form(message, said, situation) or _find_meaning(message, said, situation)
        if intent is not None and intent != (message.get("intent") or {}).get("name"):
            put_first(message, intent)

    def _add_bare_plans(self, message: Message, said: NormalText) -> None:
        """Inside the order form a letter alone names a plan: "wait, L"."""
        entities = message.get("entities") or []
        if any(item["entity"] == "plan" for item in entities):
            return
        for phrase in self._names.find_bare(said.tokens):
            token = said.tokens[phrase.first]
            found = {"entity": "plan", "value": phrase.value, "start": token.start, "end": token.end, "confidence": 1.0,
                     "extractor": "ContextReader"}
            entities = [*entities, found]
        message.set("entities", entities, add_to_output=True)


def _add_bare_number(message: Message, said: NormalText) -> None:
    """Inside the order form "make it 2" counts units."""
    numbers = [token for token in said.tokens if token.kind == "number" and token.text.isdigit()]
    is_free = not _values(message) & {"users", "units", "billing_period", "money", "plan", "date"}
    if len(numbers) == 1 and is_free and has_phrase(_words(said), "changing"):
        _add(message, said, "units", numbers[0].text)


def _add_bare_email(message: Message, said: NormalText) -> None:
    """"Email" alone is an address to some and a product to others: who wants to try, buy or price it means the product."""
    is_wanted = (message.get("intent") or {}).get("name") in WANTING and not _values(message) & {"product", "plan", "email"}
    if is_wanted and set(_words(said)) & {"email", "mail", "emails"}:
        _add(message, said, "product", "email")


def put_first(message: Message, intent: str) -> None:
    """Make an intent the likeliest; the others keep their order and share what is left."""
    ranking = [row for row in message.get("intent_ranking") or [] if row["name"] not in (intent, FALLBACK)]
    left = sum(row["confidence"] for row in ranking) or 1.0
    others = [{**row, "confidence": row["confidence"] / left * (1 - CERTAIN)} for row in ranking]
    first = {"name": intent, "confidence": CERTAIN}
    message.set("intent", dict(first), add_to_output=True)
    message.set("intent_ranking", [first, *others], add_to_output=True)
    # What the situation settles is one request, whatever the words alone looked like.
    message.set("further", None, add_to_output=True)


def _look_around(metadata: Mapping[str, Any], tracker: Optional[DialogueStateTracker]) -> Situation:
    if tracker is None:
        return Situation(None, None, None, {}, metadata.get("facts") or {})
    slots = tracker.current_slot_values()
    return Situation(
        tracker.active_loop_name, slots.get("requested_slot"), slots.get("pending_offer"), slots,
        metadata.get("facts") or slots.get("facts") or {},
    )


def _answer_in_form(message: Message, said: NormalText, situation: Situation) -> Optional[str]:
    """The form's own intent when the message answers it; values that are not meant leave the message."""
    wanted = ANSWERS_OF_FORM.get(situation.form or "", ())
    intent = message.get("intent") or {}
    if not wanted or _has_decided(intent):
        return None
    entities = message.get("entities") or []
    values = choose_values(said, [item for item in entities if item["entity"] in wanted])
    known = {name: str(situation.slots.get("quantity" if name in ("users", "units") else name) or "") for name in wanted}
    is_number = situation.requested == "quantity" and any(token.kind == "number" for token in said.tokens) and not is_question(said.tokens)
    if not is_number and not is_answer(Said(said, str(intent.get("name")), float(intent.get("confidence") or 0), values), known):
        return None
    kept = [item for item in entities if item["entity"] not in wanted or item in values]
    message.set("entities", kept, add_to_output=True)
    return INTENT_OF_FORM[situation.form or ""]


def _find_meaning(message: Message, said: NormalText, situation: Situation) -> Optional[str]:
    intent = message.get("intent") or {}
    name, words = str(intent.get("name")), _words(said)
    noise = _find_noise(said, intent)
    if noise is not None:
        return _read_noise(message, said, noise, situation)
    if words and has_phrase(words, "urging") and covers(words, "urging", "filler"):
        return _read_urge(message, said, situation)
    if words and has_phrase(words, "progress") and covers(words, "progress", "filler"):
        return _find_running(situation)
    if "privacy_request" in _values(message) and name in (*VAGUE, "cancel_plan", "deny"):
        return "ask_privacy"
    if name != "cancel_plan" and _has_decided(intent):
        return None
    return _read_in_form(message, said, situation) if situation.form else _read_freely(message, said, situation)


def _find_running(situation: Situation) -> Optional[str]:
    """What somebody waits for."""
    waits = (("open_ticket", "check_ticket"), ("open_order", "check_order"), ("active_trial", "check_trial"))
    return next((intent for fact, intent in waits if situation.facts.get(fact)), None)


def _read_in_form(message: Message, said: NormalText, situation: Situation) -> Optional[str]:
    """A question that names nothing is about the form; one about leaving does not leave it."""
    intent, words = message.get("intent") or {}, _words(said)
    asks = is_question(said.tokens)
    if "cancel" in find_concepts(words) and (asks or has_phrase(words, "supposing")):
        _add(message, said, "question", "yes")
        return "cancel_plan"
    is_empty = covers(words, "empty") and (intent.get("confidence", 0) < CERTAIN or has_phrase(words, "time"))
    return INTENT_OF_FORM.get(situation.form or "") if asks and (is_empty or intent.get("name") == FALLBACK) else None


def _read_freely(message: Message, said: NormalText, situation: Situation) -> Optional[str]:
    intent, words = message.get("intent") or {}, _words(said)
    name, values = str(intent.get("name")), _values(message)
    if name in VAGUE and "provider" in values:
        return "compare_plans"
    if "plan" in values and _is_turn_to_plan(message, said, name):
        return "buy_plan"
    if situation.facts.get("open_order") and _corrects_order(message, said, intent):
        _add(message, said, "correction", "order")
        return "buy_plan"
    if name == FALLBACK and values & {"attribute"} and is_question(said.tokens):
        return "ask_product"
    if name in VAGUE and "users" in values and situation.slots.get("product") == "email":
        return "ask_price"
    topic = INTENT_OF_OFFER.get(situation.offer or "")
    is_empty = covers(words, "empty") and is_question(said.tokens)
    return topic if words and is_empty and (intent.get("confidence", 0) < CERTAIN or has_phrase(words, "time")) else None


def _is_turn_to_plan(message: Message, said: NormalText, name: str) -> bool:
    """A no to what was offered that names a plan instead: "thôi khỏi, hosting S đi"."""
    plans = choose_values(said, [item for item in message.get("entities") or [] if item["entity"] == "plan"])
    words = _words(said)
    is_wish = has_phrase(words[-1:], "ending") or has_phrase(words, "changing")
    return name == "deny" and bool(plans) and is_wish and not is_question(said.tokens)


def _corrects_order(message: Message, said: NormalText, intent: Mapping[str, Any]) -> bool:
    """A change of mind right after an order was placed: "khoan, trả tháng trước đã"."""
    words = _words(said)
    values = choose_values(said, [item for item in message.get("entities") or [] if item["entity"] in ANSWERS_OF_FORM["order_form"]])
    is_change = has_phrase(words, "changing") or has_phrase(words[:2], "hesitating")
    is_other = intent.get("name") in CUSTOMER_WISHES and intent.get("confidence", 0) >= CERTAIN
    return bool(values) and is_change and not is_other and is_answer(
        Said(said, str(intent.get("name")), float(intent.get("confidence") or 0), values), {},
    )


def _has_decided(intent: Mapping[str, Any]) -> bool:
    return intent.get("name") in DECIDED and float(intent.get("confidence") or 0) >= CLEAR


def _words(said: NormalText) -> List[str]:
    return [token.folded for token in said.tokens if token.kind != "mark"]


def _values(message: Message) -> Set[str]:
    return {item["entity"] for item in message.get("entities") or []}


def _read_noise(message: Message, said: NormalText, noise: str, situation: Situation) -> str:
    if situation.offer and noise == "emoji" and has_phrase([token.folded for token in said.tokens], "thumbs"):
        return "affirm"
    _mark_noise(message, said, noise)
    return "out_of_scope"


def _read_urge(message: Message, said: NormalText, situation: Situation) -> Optional[str]:
    """Pressing says nothing new: the open ticket answers it, and no form takes it for a description."""
    if situation.facts.get("open_ticket"):
        return "check_ticket"
    if situation.form != "ticket_form":
        return None
    _mark_noise(message, said, "urge")
    return FALLBACK


def _mark_noise(message: Message, said: NormalText, noise: str) -> None:
    _add(message, said, NOISE, noise)


def _add(message: Message, said: NormalText, name: str, value: str) -> None:
    found = {"entity": name, "value": value, "start": 0, "end": len(said.original), "confidence": 1.0, "extractor": "ContextReader"}
    message.set("entities", [*(message.get("entities") or []), found], add_to_output=True)


def _find_noise(said: NormalText, intent: Mapping[str, Any]) -> Optional[str]:
    """What kind of noise a message is: "marks", "emoji", "letters" that are no words; None when it says something."""
    if not any(token.kind not in ("mark", "emoji") for token in said.tokens):
        return "emoji" if any(token.kind == "emoji" for token in said.tokens) else "marks"
    words = [token for token in said.tokens if token.kind not in ("mark", "emoji")]
    is_doubtful = intent.get("name") in (FALLBACK, "out_of_scope") or intent.get("confidence", 0) < CLEAR
    is_unread = is_doubtful and all(token.kind == "word" for token in words)
    return "letters" if is_unread and not any(is_known(token.folded) or is_syllable(token.folded) for token in words) else None
