"""Facts of the business in the turn's language: what the content states, word for word."""

from __future__ import annotations

from actions.lexicon import word
from actions.topics import Topic
from actions.turn import Turn

NOTHING = Topic()


def fact_text(turn: Turn, attribute: str, topic: Topic = NOTHING) -> str:
    """The sentence about an attribute that fits the topic best; empty when the content has none."""
    plan = topic.plan.id if topic.plan else None
    product = topic.product.id if topic.product else None
    fact = turn.content.find_fact(attribute, product=product, plan=plan, language=turn.language)
    return fact.text if fact else ""


def name_products(turn: Turn) -> str:
    """What there is to buy, in one breath: "Web hosting, Cloud VPS or Business e-mail"."""
    *others, last = [product.name.in_language(turn.language) for product in turn.content.products.values()]
    return word("one_or_other", turn.language, first=", ".join(others), last=last) if others else last


def join_facts(turn: Turn, *attributes: str, topic: Topic = NOTHING) -> str:
    """Several sentences after one another, each once, those that the content has."""
    return " ".join(filter(None, dict.fromkeys(fact_text(turn, attribute, topic) for attribute in attributes)))
