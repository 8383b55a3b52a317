"""Rasa component: values in a message (plans, codes, contacts, money, days, privacy requests)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Dict, List
from zoneinfo import ZoneInfo

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.amounts import find_amounts
from bot.nlu.dates import WEEKDAY, parse_day, parse_weekday
from bot.nlu.details import find_details
from bot.nlu.normaliser import NormalText, normalise
from bot.nlu.phrases import PhraseReader
from bot.nlu.plan_names import PlanNames, is_short
from bot.nlu.promo_codes import find_promo_codes
from journey_state.content import Content, get_content

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
EXTRACTOR = "EntityMatcher"


@dataclass(frozen=True)
class Entity:
    """A value and where it stands in the original text."""

    name: str
    value: Any
    start: int
    end: int

    def to_dict(self) -> Dict[str, Any]:
        """Rasa's form of an entity."""
        return {"entity": self.name, "value": self.value, "start": self.start, "end": self.end, "confidence": 1.0, "extractor": EXTRACTOR}


@DefaultV1Recipe.register([DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR], is_trainable=False)
class EntityMatcher(GraphComponent):
    """Adds entities to every message: values normalised, offsets in the original text."""

    def __init__(self, content: Content) -> None:
        self._content = content
        self._phrases = PhraseReader(_list_names(content))
        self._plan_names = PlanNames({plan.id: plan.name for plan in content.plans.values()})

    @classmethod
    def create(
        cls, config: Dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext
    ) -> EntityMatcher:
        """Make the component from the lexicon and the business's content; raises ContentError when that is broken."""
        return cls(get_content())

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Nothing to learn."""
        return training_data

    def process(self, messages: List[Message]) -> List[Message]:
        """Add entities to every message that has a text."""
        today = datetime.now(VIETNAM).date()
        for message in messages:
            found = [entity.to_dict() for entity in self.find(message.get("text") or "", today)]
            message.set("entities", [*(message.get("entities") or []), *found], add_to_output=True)
        return messages

    def find(self, text: str, today: date) -> List[Entity]:
        """List a text's entities by their place; today: the day relative dates count from, in Vietnam."""
        message = normalise(text)
        found = {*self._find_phrases(message, today), *self._find_names(message), *_find_values(message), *_find_days(message, today)}
        return sorted(found, key=lambda entity: (entity.start, entity.end, entity.name, str(entity.value)))

    def _find_names(self, message: NormalText) -> Iterator[Entity]:
        """What the business calls its plans, promotions and facts."""
        for code, start, end in find_promo_codes(message.original, self._content.promotions):
            yield Entity("promo_code", code, start, end)
        for match in self._content.match_attributes(message.original, message.language or "vi"):
            yield Entity("attribute", match.name, match.start, match.end)

    def _find_phrases(self, message: NormalText, today: date) -> Iterator[Entity]:
        phrases = self._phrases.find(message)
        for phrase in (*phrases, *self._plan_names.find(message.tokens)):
            if phrase.entity == "relative_date":
                day = today + timedelta(days=int(phrase.value))
                yield _entity(message, ("date", day.isoformat()), phrase.first, phrase.last)
            else:
                yield _entity(message, (phrase.entity, phrase.value), phrase.first, phrase.last)


def _list_names(content: Content) -> Iterator[tuple[str, str, str]]:
    """What products and plans are called; a plan's short name ("Hosting M") is read by its last letter or number."""
    for product in content.products.values():
        yield from (("product", product.id, name) for name in (product.name.vi, product.name.en, *product.called))
    for plan in content.plans.values():
        yield from (("plan", plan.id, name) for name in (*(() if is_short(plan.name) else (plan.name,)), *plan.called))


def _find_values(message: NormalText) -> Iterator[Entity]:
    for amount in find_amounts(message.tokens):
        yield _entity(message, ("money", amount.value), amount.first, amount.last)
    for detail in find_details(message.tokens):
        yield _entity(message, (detail.entity, detail.value), detail.first, detail.last)


def _find_days(message: NormalText, today: date) -> Iterator[Entity]:
    for at, token in enumerate(message.tokens):
        day = parse_day(token.text, today) if token.kind == "date" else None
        if day is not None:
            yield _entity(message, ("date", day.isoformat()), at, at + 1)
    for match in WEEKDAY.finditer(message.folded):
        first = message.folded[: match.start()].count(" ")
        last = first + match.group().count(" ") + 1
        yield _entity(message, ("date", parse_weekday(match.group(), today).isoformat()), first, last)


def _entity(message: NormalText, named: tuple[str, Any], first: int, last: int) -> Entity:
    return Entity(*named, message.tokens[first].start, message.tokens[last - 1].end)
