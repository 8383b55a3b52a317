"""Intents of training conversations, ranked as they will be live: by a model that did not see the conversation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.nlu.examples import Example
from bot.nlu.intent_model import IntentModel
from bot.nlu.intent_training import RANKED, Chances, share_intents
from bot.nlu.stage_examples import LabelledConversation


def rank_unseen(examples: Sequence[Example], conversations: Sequence[LabelledConversation]) -> tuple[Chances, ...]:
    """Calibrated probabilities of the likeliest ten intents of every turn in a row, by models that did not see its conversation.

    The fits are those of the intent model itself, made once for both.
    """
    told = [turn for number, conversation in enumerate(conversations) for turn in list_examples(conversation, number)]
    return share_intents((*examples, *told)).unseen


def rank_turns(model: IntentModel, conversation: LabelledConversation) -> Iterator[Chances]:
    """Rank a conversation's turns one by one, each after the likeliest intent of the turn before, as live."""
    previous = None
    for turn in conversation.turns:
        ranking = model.rank(turn.text, previous)
        previous = ranking.best
        yield dict(ranking.intents[:RANKED])


def list_examples(conversation: LabelledConversation, number: int = 0) -> list[Example]:
    """A conversation's turns as examples of intents, each with the intent before it; number: of the conversation."""
    before = [None, *(turn.intent for turn in conversation.turns)]
    return [Example(turn.text, turn.intent, previous, number) for turn, previous in zip(conversation.turns, before, strict=False)]
