"""Is a new model as good as the one in use? Both on the held-out files, text by text."""

from __future__ import annotations

import tarfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import comb
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.nlu.examples import Example, read_jsonl_examples
from bot.nlu.intent_model import IntentModel, load_intent_model
from bot.nlu.stage_examples import LabelledConversation, read_conversations
from bot.nlu.stage_words import WordsModel, load_words_model
from bot.nlu.syllables import fold
from journey_state.stage_model import Belief, Observation, StageModel, load_stage_model

# How much of a set's accuracy may be lost before a model is refused, whatever chance says.
TOLERANCES = {"vi": 0.01, "vi without diacritics": 0.01, "vi noisy": 0.015, "en": 0.01, "stage": 0.015}
CHANCE = 0.05  # a loss that chance brings about more seldom than this is one, however small


@dataclass(frozen=True)
class Models:
    """What of a trained model is compared."""

    intents: IntentModel
    stages: StageModel
    words: WordsModel


@dataclass(frozen=True)
class Difference:
    """One set: gained and lost are the texts that only one of the models understood."""

    name: str
    total: int
    gained: tuple[str, ...]
    lost: tuple[str, ...]

    @property
    def is_worse(self) -> bool:
        """The loss is beyond the set's tolerance, or no chance (one-sided sign test over the texts that differ)."""
        net = len(self.lost) - len(self.gained)
        return net > 0 and (net > TOLERANCES[self.name] * self.total or sign_test(len(self.lost), len(self.gained)) < CHANCE)


def sign_test(lost: int, gained: int) -> float:
    """How often chance loses at least so many of the texts that differ."""
    total = lost + gained
    return sum(comb(total, k) for k in range(lost, total + 1)) / 2**total


def compare_models(old: Models, new: Models, tests: Path) -> list[Difference]:
    """Compare on the held-out texts of each language and on the held-out conversations; tests: the folder `tests`."""
    sets = _read_sets(tests)
    judged = [_compare(name, *(_judge_intents(models.intents, rows) for models in (old, new))) for name, rows in sets.items()]
    told = read_conversations(tests / "conversations" / "held_out.jsonl")
    return [*judged, _compare("stage", *(_judge_stages(models, told) for models in (old, new)))]


def load_models(archive: Path) -> Models:
    """Read intents and stages out of a model's archive."""
    with TemporaryDirectory() as folder, tarfile.open(archive) as packed:
        wanted = [item for item in packed.getmembers() if item.isfile() and Path(item.name).suffix in (".json", ".npz")]
        for item in wanted:
            item.name = item.name.lstrip("/")
            packed.extract(item, folder)
        root = Path(folder)
        intents, stages = (next(root.rglob(name)).parent for name in ("intents.npz", "stages.npz"))
        return Models(load_intent_model(intents), load_stage_model(stages), load_words_model(stages))


def _read_sets(tests: Path) -> Mapping[str, Sequence[Example]]:
    clean, noisy, en = (read_jsonl_examples(tests / "nlu" / f"{name}.jsonl") for name in ("vi_clean", "vi_noisy", "en"))
    return {"vi": clean, "vi without diacritics": [Example(fold(row.text), row.intent) for row in clean], "vi noisy": noisy, "en": en}


def _judge_intents(model: IntentModel, rows: Sequence[Example]) -> list[tuple[str, bool]]:
    return [(f"{row.text} [{row.intent}]", model.rank(row.text).best == row.intent) for row in rows]


def _judge_stages(models: Models, conversations: Sequence[LabelledConversation]) -> list[tuple[str, bool]]:
    return [row for told in conversations for row in _judge_conversation(models, told)]


def _judge_conversation(models: Models, told: LabelledConversation) -> list[tuple[str, bool]]:
    """Each turn after those before it, as live; of somebody the store does not know."""
    judged, belief, earlier, previous = [], Belief(), "", None
    for turn in told.turns:
        ranking = models.intents.rank(turn.text, previous)
        asked, previous = dict(ranking.intents[:10]), ranking.best
        estimate = models.stages.estimate(belief, Observation(asked, models.words.weigh(turn.text, earlier), ()))
        judged.append((f"{turn.text} [{turn.stage.value}]", estimate.chosen is turn.stage))
        belief, earlier = Belief(estimate.probabilities, 0.0, asked), turn.text
    return judged


def _compare(name: str, old: Sequence[tuple[str, bool]], new: Sequence[tuple[str, bool]]) -> Difference:
    pairs = [(text, before, after) for (text, before), (_, after) in zip(old, new, strict=True)]
    return Difference(name, len(pairs), tuple(text for text, before, after in pairs if after and not before),
                      tuple(text for text, before, after in pairs if before and not after))
