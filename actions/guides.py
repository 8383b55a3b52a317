"""Getting a new thing to work, and using what works."""

from __future__ import annotations

from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.action import JourneyAction
from actions.answers import find_answer, read_more
from actions.facts import fact_text, join_facts
from actions.gaps import admit_gap
from actions.lexicon import word
from actions.offers import offer_demo, offer_order, offer_ticket, offer_trial
from actions.topics import find_topic
from actions.turn import Turn


class ActionAnswerSetup(JourneyAction):
    """For a customer: the steps, and a technician who does it with them."""

    touchpoint = "setup_asked"

    def answer(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
        text = find_guide(turn) or find_steps(turn) or join_facts(turn, "setup_help", "customer_area")
        dispatcher.utter_message(text=text)
        return offer_ticket(turn, dispatcher)


class ActionExplainSetup(JourneyAction):
    """Before buying: how little there is to do, and a trial to see it."""

    touchpoint = "setup_asked"

    def answer(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
        topic = find_topic(turn)
        dispatcher.utter_message(text=join_facts(turn, "setup_help", "migration", topic=topic))
        return offer_trial(turn, dispatcher, topic.product)


class ActionExplainActivation(JourneyAction):
    """About to order: when the service runs after paying, and who helps then."""

    touchpoint = "setup_asked"

    def answer(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
        topic = find_topic(turn)
        dispatcher.utter_message(text=join_facts(turn, "activation_time", "setup_help", topic=topic))
        return offer_order(turn, dispatcher, topic.plan)


class ActionAnswerHowTo(JourneyAction):
    """For a customer: the steps, and a ticket when they do not help."""

    touchpoint = "help_asked"

    def answer(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
        text = find_guide(turn) or find_steps(turn) or find_answer(turn, find_topic(turn))
        if not text:
            return admit_gap(turn, dispatcher)
        dispatcher.utter_message(text=text)
        return offer_ticket(turn, dispatcher)


class ActionShowFeature(JourneyAction):
    """Before buying: it can be done, this is how, and somebody shows it live."""

    touchpoint = "help_asked"

    def answer(self, turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
        text = find_answer(turn, find_topic(turn)) or find_steps(turn)
        if not text:
            return admit_gap(turn, dispatcher)
        dispatcher.utter_message(text=text)
        dispatcher.utter_message(text=fact_text(turn, "demo"))
        return offer_demo(turn, dispatcher)


def find_guide(turn: Turn) -> str:
    """How the best article begins, and its passage that fits best; empty when no article fits well enough."""
    hits = turn.content.search_articles(turn.text, turn.language, limit=1)
    if not hits:
        return ""
    opening = turn.content.articles[hits[0].slug].passages[0].text.in_language(turn.language)
    rest = [] if hits[0].passage == opening else [f"{hits[0].heading}: {hits[0].passage}"]
    return "\n".join([hits[0].title, opening, *rest, read_more(turn, hits[0].slug)])


def find_steps(turn: Turn) -> str:
    """The steps for the problem a message describes, numbered under its name; empty when it describes none."""
    problem = turn.content.find_problem(turn.text, turn.language)
    if problem is None:
        return ""
    more = [read_more(turn, problem.article)] if problem.article else []
    steps = [f"{number}. {step.in_language(turn.language)}" for number, step in enumerate(problem.steps, 1)]
    return "\n".join([word("first_checks", turn.language, problem=problem.title.in_language(turn.language)), *steps, *more])
