"""The stage-labelled conversations: complete, within the conventions, and apart from what the model is measured on."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from itertools import pairwise
from pathlib import Path

import pytest
import yaml

from bot.nlu.stage_examples import LabelledConversation, LabelledTurn, load_conversations, read_conversations
from journey_state.stage_model import KEEPING
from journey_state.stages import Stage
from journey_state.texts import fold

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "data" / "stages"
HELD_OUT = ROOT / "tests" / "conversations" / "held_out.jsonl"
CONVERSATIONS = load_conversations(FOLDER)
TURNS = [turn for conversation in CONVERSATIONS for turn in conversation.turns]
OPENING = {
    "newcomers": Stage.AWARENESS, "shoppers": Stage.CONSIDERATION, "buyers": Stage.DECISION, "support": Stage.SERVICE,
    "renewals": Stage.RETENTION, "advocates": Stage.ADVOCACY,
}
# A sentence of fewer words can be said by two people without one having read the other.
OWN_WORDS = 7
SHARED = 0.6


def word_pairs(text: str) -> frozenset[tuple[str, str]]:
    words = re.findall(r"\w+", fold(text))
    return frozenset(pairwise(words)) if len(words) >= OWN_WORDS else frozenset()


def find_near_copies(texts: list[str], others: list[str]) -> list[tuple[str, str]]:
    """Pairs of texts that share most of their pairs of words."""
    known = [(other, word_pairs(other)) for other in others]
    holders: dict[tuple[str, str], list[int]] = defaultdict(list)
    for place, (_, pairs) in enumerate(known):
        for pair in pairs:
            holders[pair].append(place)
    found = []
    for text in texts:
        own = word_pairs(text)
        shared = Counter(place for pair in own for place in holders[pair])
        found += [(text, known[place][0]) for place, count in shared.items() if count / len(own | known[place][1]) >= SHARED]
    return found


def test_there_are_enough_conversations_in_both_languages() -> None:
    rows = [json.loads(line) for path in FOLDER.glob("*.jsonl") for line in path.read_text(encoding="utf-8").splitlines()]
    languages = Counter(row["language"] for row in rows)
    assert len(rows) >= 200 and languages["vi"] >= 120 and languages["en"] >= 50 and set(languages) == {"vi", "en"}
    assert {row["channel"] for row in rows} == {"website", "telegram"}
    assert all(set(row) == {"id", "language", "channel", "turns"} for row in rows)


def test_ids_are_unique() -> None:
    assert [name for name, count in Counter(conversation.id for conversation in CONVERSATIONS).items() if count > 1] == []


def test_every_stage_and_every_intent_is_shown() -> None:
    stages, intents = Counter(turn.stage for turn in TURNS), Counter(turn.intent for turn in TURNS)
    taught = {path.stem for path in (ROOT / "data" / "nlu").rglob("*.yml")}
    assert min(stages[stage] for stage in Stage) >= 50
    assert set(intents) <= taught


@pytest.mark.parametrize("name, stage", OPENING.items())
def test_files_hold_the_conversations_that_open_there(name: str, stage: Stage) -> None:
    found = read_conversations(FOLDER / f"{name}.jsonl")
    assert found and all(conversation.turns[0].stage is stage for conversation in found)


def test_conversations_jump_go_back_and_stay() -> None:
    steps = [(a.stage, b.stage) for told in CONVERSATIONS for a, b in pairwise(told.turns)]
    order = list(Stage)
    jumps = sum(order.index(b) - order.index(a) > 1 for a, b in steps)
    backwards = sum(order.index(b) < order.index(a) for a, b in steps)
    stays = sum(a is b for a, b in steps)
    assert jumps >= 15 and backwards >= 30 and 0.6 < stays / len(steps) < 0.9


def test_small_talk_keeps_the_stage() -> None:
    kept = [(a, b) for told in CONVERSATIONS for a, b in pairwise(told.turns) if b.intent in KEEPING]
    moved = [b.text for a, b in kept if a.stage is not b.stage]
    assert len(moved) / len(kept) < 0.03, moved


@pytest.mark.parametrize("intent, stages", [
    ("report_outage", {Stage.SERVICE}), ("ask_setup", {Stage.SERVICE}), ("ask_how_to", {Stage.SERVICE}),
    ("report_billing", {Stage.SERVICE}), ("get_referral", {Stage.ADVOCACY}), ("leave_review", {Stage.ADVOCACY}),
    ("ask_reviews", {Stage.CONSIDERATION}), ("downgrade_plan", {Stage.RETENTION}), ("renew_plan", {Stage.RETENTION}),
])
def test_intents_of_one_stage_are_labelled_with_it(intent: str, stages: set[Stage]) -> None:
    told = [turn for turn in TURNS if turn.intent == intent]
    odd = [turn.text for turn in told if turn.stage not in stages]
    assert told and len(odd) / len(told) <= 0.1, odd


def test_no_conversation_is_a_near_copy_of_another() -> None:
    openings: dict[str, LabelledConversation] = {}
    for conversation in CONVERSATIONS:
        key = " | ".join(fold(turn.text) for turn in conversation.turns[:2])
        assert key not in openings, f"{conversation.id} begins like {openings[key].id}"
        openings[key] = conversation


def test_held_out_conversations_never_appear_in_the_training_data() -> None:
    held_out = [turn.text for conversation in read_conversations(HELD_OUT) for turn in conversation.turns]
    assert len(held_out) >= 300
    assert find_near_copies(held_out, [turn.text for turn in TURNS]) == []


def test_held_out_conversations_never_appear_in_the_examples() -> None:
    held_out = [turn.text for conversation in read_conversations(HELD_OUT) for turn in conversation.turns]
    assert find_near_copies(held_out, list(read_nlu_texts())) == []


def test_held_out_conversations_keep_the_shape_of_the_training_data() -> None:
    held_out = read_conversations(HELD_OUT)
    assert all(isinstance(turn, LabelledTurn) for conversation in held_out for turn in conversation.turns)


def read_nlu_texts() -> list[str]:
    files = sorted((ROOT / "data" / "nlu").rglob("*.yml"))
    items = [item for path in files for item in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]]
    return [line.removeprefix("- ") for item in items for line in item["examples"].splitlines()]
