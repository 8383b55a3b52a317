"""Facts ready to be said: every sentence filled in once, found by attribute, plan and product."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from journey_state.catalog import Plan, Product
from journey_state.content_files import ContentFile
from journey_state.content_schema import FactEntry
from journey_state.errors import ContentError
from journey_state.texts import LANGUAGES, Text, format_vnd

_NAME = re.compile(r"\{([\w.\-\[\]]+)(?:\|(money|decimal))?\}")
_STEP = re.compile(r"[^.\[\]]+")


@dataclass(frozen=True)
class Fact:
    """A sentence for a customer, the bare value in it, and the file it comes from (for staff)."""

    text: str
    value: str
    source_file: str


@dataclass(frozen=True)
class _Said:
    """A fact in both languages, with how it reads in a list of plans."""

    text: Text
    value: Text
    in_list: Text
    list_note: Text | None
    source_file: str

    def as_fact(self, language: str) -> Fact:
        return Fact(self.text.in_language(language), self.value.in_language(language), self.source_file)


class FactBook:
    """All facts of a business, by (attribute, plan id, product id or "")."""

    def __init__(self, products: Mapping[str, Product], values: Mapping[str, Any], labels: Mapping[str, Text]) -> None:
        """values: what {names} in texts stand for. labels: attribute → name of it, for lists."""
        self._products = products
        self._values = values
        self._labels = labels
        self._said: dict[tuple[str, str], _Said] = {}
        self._by_each: set[tuple[str, str]] = set()

    @property
    def attributes(self) -> frozenset[str]:
        """The attributes that some fact answers."""
        return frozenset(attribute for attribute, _ in self._said)

    def add(self, entry: FactEntry, file: ContentFile, number: int) -> None:
        """Fill one entry in, for each plan or product it names. Raises ContentError naming file and line."""
        for scope, is_each in self._scopes(entry, file, number):
            key = (entry.attribute, scope)
            if is_each and key in self._said and key not in self._by_each:
                continue  # a plan's own fact stands before one for each plan
            if key in self._said and (is_each or key not in self._by_each):
                raise file.error(("facts", number), f"says {entry.attribute} of {scope or 'everything'} a second time; keep one")
            self._said[key] = self._fill(entry, scope, file, number)
            self._by_each = (self._by_each | {key}) if is_each else (self._by_each - {key})

    def find(self, attribute: str, product: str | None, plan: Plan | None, language: str) -> Fact | None:
        """The fact that fits best: the plan's, the product's, the general one; else a list over plans or products."""
        if plan is not None:
            return self._first(attribute, (plan.id, plan.product, ""), language)
        if product is not None:
            return self._of_product(attribute, product, language) or self._first(attribute, ("",), language)
        return self._first(attribute, ("",), language) or self._of_all_products(attribute, language)

    def _first(self, attribute: str, scopes: Sequence[str], language: str) -> Fact | None:
        found = (self._said.get((attribute, scope)) for scope in scopes)
        return next((said.as_fact(language) for said in found if said), None)

    def _of_product(self, attribute: str, product: str, language: str) -> Fact | None:
        return self._first(attribute, (product,), language) or self._list_of_plans(attribute, product, language)

    def _list_of_plans(self, attribute: str, product_id: str, language: str) -> Fact | None:
        """One sentence over the product's plans, when each of them has the fact."""
        product = self._products.get(product_id)
        said = [(plan, self._said.get((attribute, plan.id))) for plan in product.plans] if product else []
        known = [(plan, fact) for plan, fact in said if fact is not None]
        if product is None or not known or len(known) < len(said):
            return None
        items = "; ".join(f"{plan.name} – {fact.in_list.in_language(language)}" for plan, fact in known)
        label, name = self._labels[attribute].in_language(language), product.name.in_language(language)
        opening = f"{name}, {label}" if language == "en" else f"{label[:1].upper()}{label[1:]} của {name}"
        notes = [fact.list_note.in_language(language) for _, fact in known if fact.list_note]
        text = " ".join([f"{opening}: {items}.", *notes[:1]])
        return Fact(text, items, known[0][1].source_file)

    def _of_all_products(self, attribute: str, language: str) -> Fact | None:
        """The products' facts one after another, each said once."""
        found = [self._of_product(attribute, product, language) for product in self._products]
        facts = list(dict.fromkeys(fact for fact in found if fact))
        if not facts:
            return None
        text = "\n".join(dict.fromkeys(fact.text for fact in facts))
        return Fact(text, "; ".join(dict.fromkeys(fact.value for fact in facts)), facts[0].source_file)

    def _scopes(self, entry: FactEntry, file: ContentFile, number: int) -> Iterable[tuple[str, bool]]:
        plans = {plan.id for product in self._products.values() for plan in product.plans}
        for given, known in ((entry.plans, plans), ((*entry.products, *entry.each_plan_of), set(self._products))):
            unknown = [item for item in given if item not in known]
            if unknown:
                raise file.error(("facts", number), f"'{unknown[0]}' is not in products.yml; use one of {', '.join(sorted(known))}")
        named = [(scope, False) for scope in (*entry.plans, *entry.products)]
        each = [(plan.id, True) for product in entry.each_plan_of for plan in self._products[product].plans]
        return [*named, *each] or [("", False)]

    def _fill(self, entry: FactEntry, scope: str, file: ContentFile, number: int) -> _Said:
        values = {**self._values, **self._scope_values(scope)}
        path = ("facts", number)

        def filled(text: Text) -> Text:
            return Text(*(fill_in(text.in_language(language), values, language) for language in LANGUAGES))

        try:
            value = filled(entry.value if isinstance(entry.value, Text) else Text(entry.value, entry.value))
            return _Said(
                text=filled(entry.text), value=value, in_list=filled(entry.in_list) if entry.in_list else value,
                list_note=filled(entry.list_note) if entry.list_note else None, source_file=file.name,
            )
        except ContentError as error:
            raise file.error((*path, "text"), f"{error} (fact {entry.attribute})") from None

    def _scope_values(self, scope: str) -> dict[str, Any]:
        if not scope:
            return {}
        if scope in self._products:
            return {"product": self._values["products"][scope]}
        plan = self._values["plans"][scope]
        return {"plan": plan, "product": self._values["products"][plan["product"]]}


def fill_in(text: str, values: Mapping[str, Any], language: str) -> str:
    """Put values in the place of {names}; |money and |decimal say how. Raises ContentError for an unknown name."""
    return _NAME.sub(lambda found: _render(_look_up(values, found[1]), found[1], found[2], language), text)


def _look_up(values: Mapping[str, Any], name: str) -> Any:
    found: Any = values
    for step in _STEP.findall(name):
        try:
            found = found[int(step)] if isinstance(found, list) else found[step]
        except (KeyError, IndexError, TypeError, ValueError):
            raise ContentError(f"{{{name}}} names nothing in the content; correct the name") from None
    return found


def _render(value: Any, name: str, style: str | None, language: str) -> str:
    if style == "money":
        return _render_money(value, name, language)
    if isinstance(value, dict) and set(value) == set(LANGUAGES):
        return str(value[language])
    if isinstance(value, (dict, list)) or value is None:
        raise ContentError(f"{{{name}}} is no single value; name one inside it")
    return str(value).replace(".", ",") if style == "decimal" and language != "en" else str(value)


def _render_money(value: Any, name: str, language: str) -> str:
    if not isinstance(value, int):
        raise ContentError(f"{{{name}|money}} is not a whole number of đồng; correct the value or leave |money out")
    return format_vnd(value, language)
