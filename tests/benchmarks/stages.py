"""What each part of the stage model is worth: `.venv/bin/python -m tests.benchmarks.stages`.

Trains from data/ (a few minutes) and prints accuracy, macro-F1, accuracy where the stage changes, false changes a
hundred turns and calibration error, once on the training conversations (cross-validated: every turn judged by
intents, words and tables that did not see its conversation) and once on tests/conversations/held_out.jsonl.
Facts are drawn for the training conversations as the training does; the held-out ones have none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from bot.nlu.examples import Example, load_nlu_examples
from bot.nlu.intent_training import Chances, train_intent_model
from bot.nlu.stage_examples import LabelledConversation, load_conversations, read_conversations
from bot.nlu.stage_intents import list_examples, rank_turns, rank_unseen
from bot.nlu.stage_scores import StageScores
from bot.nlu.stage_training import (
    StageSettings,
    TrainedStages,
    choose_smoothing,
    fit_weights,
    gather_material,
    learn_words,
    train_stages,
)
from bot.nlu.stage_turns import Turns, lay_out_turns, run_filter
from bot.settings import PROJECT
from journey_state.stage_model import N_STAGES
from journey_state.stages import STAGES, Stage

Columns = Mapping[str, StageScores]
KNOWN_NOTHING = STAGES.index(Stage.AWARENESS)


def main() -> None:
    """Train, then print both tables."""
    conversations = load_conversations(PROJECT / "data" / "stages")
    examples = load_nlu_examples(PROJECT / "data" / "nlu")
    chances = rank_unseen(examples, conversations)
    print_table("training conversations, cross-validated", ablate_training(conversations, chances))
    trained = train_stages(conversations, chances, StageSettings())
    print(f"\nweights {trained.model.weights}\nsure from {trained.model.sure_from}, smoothing {trained.smoothing}")
    print_table("held-out conversations", ablate_held_out(conversations, examples, trained))


def ablate_training(conversations: Sequence[LabelledConversation], chances: Sequence[Chances]) -> Columns:
    """Scores of every variant on the training conversations, its weights fitted for it."""
    material = gather_material(conversations, chances, StageSettings(), learn_words(conversations, StageSettings()))
    by_fold = material.build_by_fold(choose_smoothing(material))
    return {
        **score_simple(material.turns),
        **{name: material.turns.score(run_filter(turns, by_fold, fit_weights(turns, by_fold)))
           for name, turns in list_variants(material.turns, conversations, material.intents).items()},
    }


def ablate_held_out(conversations: Sequence[LabelledConversation], examples: Sequence[Example], trained: TrainedStages) -> Columns:
    """Scores of every variant on the held-out conversations, with the trained weights."""
    intents = train_intent_model([*examples, *(item for number, told in enumerate(conversations) for item in list_examples(told, number))])
    held_out = read_conversations(PROJECT / "tests" / "conversations" / "held_out.jsonl")
    chances = [row for told in held_out for row in rank_turns(intents, told)]
    texts = [pair for told in held_out for pair in zip(told.turns, [None, *told.turns], strict=False)]
    words = np.array([trained.words.weigh(turn.text, before.text if before else "") for turn, before in texts])
    laid_out = lay_out_turns(held_out, chances, trained.model.intents, np.zeros(len(held_out), dtype=np.int64))
    turns = without_facts(laid_out).with_words(words, trained.model.intents)
    variants = list_variants(turns, held_out, trained.model.intents)
    tables, weights = [trained.model.tables], trained.model.weights
    return {**score_simple(turns), **{name: turns.score(run_filter(item, tables, weights)) for name, item in variants.items()}}


def score_simple(turns: Turns) -> Columns:
    """What needs no filter: one stage for all, the true stage before, the words alone."""
    majority = np.eye(N_STAGES)[np.full(len(turns.truth), np.bincount(turns.truth).argmax())]
    before = np.eye(N_STAGES)[np.where(turns.is_first, KNOWN_NOTHING, np.roll(turns.truth, 1))]
    share = np.bincount(turns.truth, minlength=N_STAGES) / len(turns.truth)
    alone = np.exp(turns.words) * share
    return {"majority": turns.score(majority), "true stage before": turns.score(before),
            "words alone": turns.score(alone / alone.sum(axis=1, keepdims=True))}


def list_variants(turns: Turns, conversations: Sequence[LabelledConversation], intents: tuple[str, ...]) -> dict[str, Turns]:
    """The filter without each of its sources, whole, and with true intents."""
    told = [{turn.intent: 1.0} for conversation in conversations for turn in conversation.turns]
    true = lay_out_turns(conversations, told, intents, np.zeros(len(conversations), dtype=np.int64))
    uniform = np.full_like(turns.asked, 1 / turns.asked.shape[1])
    nothing = np.zeros_like(turns.earlier)
    return {
        "filter without intents": replace(turns, asked=uniform, earlier=nothing),
        "filter without words": replace(turns, words=np.zeros_like(turns.words)),
        "filter without the intent before": replace(turns, earlier=nothing),
        "filter without facts": without_facts(turns),
        "full": turns,
        "full, true intents": replace(turns, asked=true.asked, earlier=true.earlier),
    }


def without_facts(turns: Turns) -> Turns:
    """The same turns of people the store does not know."""
    return replace(turns, facts=np.zeros_like(turns.facts))


def print_table(title: str, columns: Columns) -> None:
    """One line a variant."""
    print(f"\n{title} ({next(iter(columns.values())).turns} turns)")
    print(f"{'':34}accuracy  macro-F1  changes  false/100    ECE")
    for name, s in columns.items():
        print(f"{name:34}{s.accuracy:8.3f}{s.macro_f1:10.3f}{s.change_accuracy:9.3f}{s.false_changes_per_100:11.1f}{s.ece:7.3f}")


if __name__ == "__main__":
    main()
