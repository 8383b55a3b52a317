"""Intents of training conversations, ranked as they will be live: by a model that did not see the conversation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from bot.nlu.examples import Example
from bot.nlu.intent_model import IntentModel
from bot.nlu.intent_training import train_intent_model
from bot.nlu.stage_examples import LabelledConversation

FOLDS, RANKED = 2, 10
Chances = Mapping[str, float]


def rank_unseen(examples: Sequence[Example], conversations: Sequence[LabelledConversation]) -> list[Chances]:
    """Calibrated probabilities of the likeliest ten intents of every turn in a row.

    Every other conversation is ranked by a model that learned the NLU examples and the conversations in between.
    """
    ranked: dict[int, list[Chances]] = {}
    for left in range(FOLDS):
        learned = [turn for number, told in enumerate(conversations) if number % FOLDS != left for turn in list_examples(told)]
        model = train_intent_model([*examples, *learned])
        ranked |= {number: list(rank_turns(model, told)) for number, told in enumerate(conversations) if number % FOLDS == left}
    return [chances for number in range(len(conversations)) for chances in ranked[number]]


def rank_turns(model: IntentModel, conversation: LabelledConversation) -> Iterator[Chances]:
    """Rank a conversation's turns one by one, each after the likeliest intent of the turn before, as live."""
    previous = None
    for turn in conversation.turns:
        ranking = model.rank(turn.text, previous)
        previous = ranking.best
        yield dict(ranking.intents[:RANKED])


def list_examples(conversation: LabelledConversation) -> list[Example]:
    """A conversation's turns as examples of intents, each with the intent before it."""
    before = [None, *(turn.intent for turn in conversation.turns)]
    return [Example(turn.text, turn.intent, previous) for turn, previous in zip(conversation.turns, before, strict=False)]
