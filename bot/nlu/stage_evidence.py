"""Why the stage model believes what it believes, in words a staff member understands."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from bot.nlu.stage_words import WordsModel
from journey_state.facts import Facts, describe_facts
from journey_state.stage_model import Belief, Observation, StageModel
from journey_state.stages import STAGES, Evidence, StageEstimate

SHOWN, TELLING_INTENT, TELLING_WEIGHT = 4, 0.15, 0.1
Phrases = Mapping[str, Mapping[str, Mapping[str, str]]]


@dataclass(frozen=True)
class Case:
    """One message as the model saw it. text: what the customer typed, empty for a button."""

    before: Belief
    seen: Observation
    facts: Facts
    text: str


@dataclass(frozen=True)
class EvidenceWriter:
    """Puts a case into words. phrases: {"intents" | "stages": {name: {"vi", "en"}}}, from data/stages/evidence.yml."""

    model: StageModel
    words: WordsModel
    phrases: Phrases

    def write(self, case: Case, estimate: StageEstimate) -> tuple[Evidence, ...]:
        """The reasons for the chosen stage: what was asked, facts, words, the past; each by weight, at most four."""
        found = [self._intents(case), self._facts(case, estimate), self._words(case, estimate), self._past(case, estimate)]
        return tuple(item for items in found for item in sorted(items, key=lambda item: -item.weight))[:SHOWN]

    def _intents(self, case: Case) -> list[Evidence]:
        likely = self.model.explain_intents(case.before, case.seen)
        return [Evidence("intent", phrase["vi"], phrase["en"], round(chance, 3)) for name, chance in likely.items()
                if chance >= TELLING_INTENT and (phrase := self.phrases["intents"].get(name))]

    def _facts(self, case: Case, estimate: StageEstimate) -> list[Evidence]:
        at, told = STAGES.index(estimate.chosen), []
        for item in describe_facts(case.facts):
            row = self.model.tables.fact_weights[self.model.facts.index(item.kind)] if item.kind in self.model.facts else None
            trust = self.model.weights.facts if case.before.probabilities else self.model.weights.facts + self.model.weights.first_facts
            gain = 0.0 if row is None else float(trust * (row[at] - row.mean()))
            if gain >= TELLING_WEIGHT:
                told.append(Evidence("fact", item.vi, item.en, round(gain, 3)))
        return told

    def _words(self, case: Case, estimate: StageEstimate) -> list[Evidence]:
        if case.seen.words is None:
            return []
        words, at = self.model.weigh_words(case.seen), STAGES.index(estimate.chosen)
        gain = float(self.model.weights.words * (words[at] - words.mean()))
        quoted = ", ".join(f"“{word}”" for word in self.words.find_telling_words(case.text, estimate.chosen))
        if not quoted or gain < TELLING_WEIGHT:
            return []
        return [Evidence("words", f"dùng từ {quoted}", f"used the words {quoted}", round(gain, 3))]

    def _past(self, case: Case, estimate: StageEstimate) -> list[Evidence]:
        before = case.before.chosen
        phrase = self.phrases["stages"].get(estimate.chosen.value)
        if before is not estimate.chosen or phrase is None:
            return []
        return [Evidence("past", f"trước đó {phrase['vi']}", f"was {phrase['en']}", round(case.before.probabilities[before], 3))]


def load_phrases(path: Path) -> Phrases:
    """Read the phrases from YAML (data/stages/evidence.yml) or from the JSON that a model keeps."""
    text = path.read_text(encoding="utf-8")
    return dict(json.loads(text) if path.suffix == ".json" else yaml.safe_load(text))
