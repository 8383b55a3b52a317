"""Questions about the business and its products: the fact, else an article, else an honest "I do not know"."""

from __future__ import annotations

from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.action import JourneyAction
from actions.buttons import known_button
from actions.facts import fact_text, join_facts
from actions.gaps import admit_gap
from actions.lexicon import find_listed, word
from actions.offers import ask_need, offer_order, offer_ticket, offer_trial, offer_upgrade
from actions.own_plans import find_next_plan, find_own_topic
from actions.topics import Topic, find_topic, mentioned_topic
from actions.turn import Turn
from journey_state.addresses import help_link

FACTS_SHOWN = 2
# "Hosting", "VPS 4": whoever says only a name wants to hear what it is; article search would find anything.
WORDS_OF_A_NAME = 2


class ActionAnswerQuestion(JourneyAction):
    """The fact, and where to go on."""

    touchpoint = "question_asked"

    def answer(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
        text = find_answer(turn, find_topic(turn))
        if not text:
            return admit_gap(turn, dispatcher)
        dispatcher.utter_message(text=text, buttons=[known_button(turn, "see_prices"), known_button(turn, "human")])
        return []


class ActionIntroduceProduct(JourneyAction):
    """For somebody new: the fact with what the product is in plain words, and the question what it is for."""

    touchpoint = "question_asked"

    def answer(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
        topic = find_topic(turn)
        parts = [_say_attributes(turn, topic), introduce(turn, topic)]
        said = list(dict.fromkeys(filter(None, parts))) or list(filter(None, [find_passage(turn)]))
        for part in said:
            dispatcher.utter_message(text=part)
        return ask_need(turn, dispatcher) if said else admit_gap(turn, dispatcher)


class ActionAnswerQuestionAndOfferTrial(JourneyAction):
    """For somebody who compares: the fact, and a trial to see it."""

    touchpoint = "question_asked"

    def answer(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
        topic = find_topic(turn)
        text = find_answer(turn, topic)
        if not text:
            return admit_gap(turn, dispatcher)
        dispatcher.utter_message(text=text)
        return offer_trial(turn, dispatcher, topic.product, topic.plan)


class ActionAnswerQuestionAndOfferOrder(JourneyAction):
    """For somebody about to order: the fact, the money-back window, and on with the order."""

    touchpoint = "question_asked"

    def answer(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
        topic = find_topic(turn)
        text = find_answer(turn, topic)
        if not text:
            return admit_gap(turn, dispatcher)
        dispatcher.utter_message(text=" ".join(dict.fromkeys([text, fact_text(turn, "refund_window", topic)])))
        return offer_order(turn, dispatcher, topic.plan)


class ActionAnswerOwnPlanQuestion(JourneyAction):
    """For a customer: the fact of the own plan or trial, and help with it."""

    touchpoint = "question_asked"

    def answer(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
        text = find_answer(turn, _own_topic(turn))
        if not text:
            return admit_gap(turn, dispatcher)
        dispatcher.utter_message(text=text)
        return offer_ticket(turn, dispatcher)


class ActionAnswerQuestionAndOfferUpgrade(JourneyAction):
    """For a customer who weighs staying: the fact of the own plan, and the same of the next bigger one."""

    touchpoint = "question_asked"

    def answer(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
        topic = _own_topic(turn)
        text = find_answer(turn, topic)
        if not text:
            return admit_gap(turn, dispatcher)
        bigger = find_next_plan(turn, topic.plan) if topic.plan else None
        if bigger is None:
            dispatcher.utter_message(text=text, buttons=[known_button(turn, "upgrade"), known_button(turn, "human")])
            return []
        more = find_answer(turn, Topic(topic.product, bigger))
        dispatcher.utter_message(text="\n".join(dict.fromkeys([text, more])))
        return offer_upgrade(turn, dispatcher, bigger)


class ActionAnswerBrand(JourneyAction):
    """Who we are."""

    touchpoint = "brand_asked"

    def answer(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
        text = _say_attributes(turn, Topic()) or join_facts(turn, "company", "offerings", "customers")
        dispatcher.utter_message(text=text, buttons=[known_button(turn, "recommend"), known_button(turn, "see_reviews")])
        return []


class ActionAnswerHours(JourneyAction):
    """When we answer, and who answers now."""

    def answer(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
        text = _say_attributes(turn, Topic()) or join_facts(turn, "support_hours", "office_hours")
        dispatcher.utter_message(text=text, buttons=[known_button(turn, "human")])
        return []


def find_answer(turn: Turn, topic: Topic) -> str:
    """The facts a message asks for, else the passage of an article, else what the plan or product is; empty for none."""
    introduction = introduce(turn, mentioned_topic(turn))
    if find_listed(turn.text, "meanings") == "definition" and introduction:
        return introduction
    is_asked_what = len(turn.text.split()) <= WORDS_OF_A_NAME
    return _say_attributes(turn, topic) or (introduction if is_asked_what else "") or find_passage(turn) or introduction


def find_passage(turn: Turn) -> str:
    """The best passage of the help articles under its title; empty when none fits well enough."""
    hits = turn.content.search_articles(turn.text, turn.language, limit=1)
    return f"{hits[0].title}: {hits[0].heading}\n{hits[0].passage}\n{read_more(turn, hits[0].slug)}" if hits else ""


def read_more(turn: Turn, slug: str) -> str:
    """Where the whole article stands."""
    return word("read_more", turn.language, link=help_link(slug, turn.language))


def introduce(turn: Turn, topic: Topic) -> str:
    """What a plan suits, or what a product is in plain words; empty without either."""
    if topic.plan is not None:
        return join_facts(turn, "suits", "price", topic=topic)
    if topic.product is None:
        return ""
    return f"{topic.product.plain_words.in_language(turn.language)} {topic.product.benefit.in_language(turn.language)}"


def find_named_answer(turn: Turn) -> str:
    """The facts of whatever the message names beyond doubt, whatever its intent seems to be; empty when it names nothing.

    A word as broad as "price" counts only beside a product of ours.
    """
    topic = mentioned_topic(turn)
    asked = turn.content.find_attributes(turn.text, turn.language)
    is_certain = topic.product is not None or any(not turn.content.attributes[attribute].broad for attribute in asked)
    return _say_attributes(turn, topic) if is_certain else ""


def answer_named(turn: Turn, dispatcher: CollectingDispatcher) -> bool:
    """Say what `find_named_answer` finds; False when that is nothing."""
    text = find_named_answer(turn)
    if text:
        dispatcher.utter_message(text=text, buttons=[known_button(turn, "see_prices"), known_button(turn, "human")])
    return bool(text)


def _say_attributes(turn: Turn, topic: Topic) -> str:
    asked = turn.content.find_attributes(turn.text, turn.language)
    # "Dung lượng bao nhiêu" names storage, and by "bao nhiêu" the price too: what is broad gives way.
    narrow = [attribute for attribute in asked if not turn.content.attributes[attribute].broad]
    texts = filter(None, (fact_text(turn, attribute, topic) for attribute in narrow or asked))
    return "\n".join(list(dict.fromkeys(texts))[:FACTS_SHOWN])


def _own_topic(turn: Turn) -> Topic:
    named = mentioned_topic(turn)
    return named if named.product else find_own_topic(turn) or find_topic(turn)
