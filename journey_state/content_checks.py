"""Whether content files fit together: every id that one file names stands in the other."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Any

from journey_state.content_files import ContentFile, FieldPath
from journey_state.content_reading import ReadFolder
from journey_state.errors import ContentError
from journey_state.phrases import split_words
from journey_state.texts import LANGUAGES

Problems = Iterator[ContentError]


def check_references(folder: ReadFolder) -> list[ContentError]:
    """All names that lead nowhere and all ids given twice, in the order of the files."""
    return [problem for check in _CHECKS for problem in check(folder)]


def _check_products(folder: ReadFolder) -> Problems:
    file, products = folder.file("products"), folder.topics.products.products
    yield from _find_doubles(file, ("products",), [product.id for product in products])
    yield from _find_doubles(file, ("products",), [plan.id for product in products for plan in product.plans])
    for number, product in enumerate(products):
        path: FieldPath = ("products", number)
        paid = [plan.id for plan in product.plans if not plan.is_free]
        yield from _find_unknown(file, (*path, "cheapest_paid_plan"), [product.cheapest_paid_plan], paid or [""])
        for place, plan in enumerate(product.plans):
            at = (*path, "plans", place)
            if bool(plan.monthly) != bool(plan.yearly):
                yield file.error((*at, "yearly"), "is free in one period only; price both, or write 0 for both")
            yield from _find_unknown(file, (*at, "personas"), plan.personas, folder.topics.reviews.personas)
            yield from _find_unknown(file, (*at, "specs"), plan.specs, folder.topics.attributes.attributes)


def _check_plan_names(folder: ReadFolder) -> Problems:
    products, plans = _product_ids(folder), _plan_ids(folder)
    for number, promotion in enumerate(folder.topics.promotions.promotions):
        at: FieldPath = ("promotions", number)
        yield from _find_unknown(folder.file("promotions"), (*at, "products"), promotion.products, products)
        yield from _find_unknown(folder.file("promotions"), (*at, "plans"), promotion.plans, plans)
    for number, review in enumerate(folder.topics.reviews.reviews):
        at = ("reviews", number)
        yield from _find_unknown(folder.file("reviews"), (*at, "plan"), [review.plan], plans)
        yield from _find_unknown(folder.file("reviews"), (*at, "persona"), [review.persona], folder.topics.reviews.personas)
    trials = folder.topics.trials.trials.plans
    yield from _find_unknown(folder.file("trials"), ("trials", "plans"), trials, products)
    yield from _find_unknown(folder.file("trials"), ("trials", "plans"), trials.values(), plans)
    priority = folder.topics.support.support.priority_plans
    yield from _find_unknown(folder.file("support"), ("support", "priority_plans"), priority, plans)


def _check_articles(folder: ReadFolder) -> Problems:
    for slug, article in folder.articles.items():
        file = folder.files[f"articles/{slug}.yml"]
        yield from _find_unknown(file, ("products",), article.products, _product_ids(folder))
        yield from _find_unknown(file, ("topic",), [article.topic], folder.topics.help.help.topics)
    for number, guide in enumerate(folder.topics.demos.guides):
        yield from _find_unknown(folder.file("demos"), ("guides", number, "article"), [guide.article], folder.articles)
    for number, problem in enumerate(folder.topics.troubleshooting.problems):
        at: FieldPath = ("problems", number)
        file = folder.file("troubleshooting")
        yield from _find_unknown(file, (*at, "products"), problem.products, _product_ids(folder))
        yield from _find_unknown(file, (*at, "article"), [problem.article] if problem.article else [], folder.articles)


def _check_doubles(folder: ReadFolder) -> Problems:
    topics = folder.topics
    yield from _find_doubles(folder.file("promotions"), ("promotions",), [item.code.upper() for item in topics.promotions.promotions])
    yield from _find_doubles(folder.file("reviews"), ("reviews",), [item.id for item in topics.reviews.reviews])
    yield from _find_doubles(folder.file("troubleshooting"), ("problems",), [item.id for item in topics.troubleshooting.problems])
    yield from _find_doubles(folder.file("demos"), ("webinars",), [item.id for item in topics.demos.webinars])


def _check_attributes(folder: ReadFolder) -> Problems:
    """Each attribute has a fact, each fact its attribute, and no phrase stands for two attributes."""
    attributes, file = folder.topics.attributes.attributes, folder.file("attributes")
    for entry, source, number in folder.facts:
        yield from _find_unknown(source, ("facts", number, "attribute"), [entry.attribute], attributes)
    for name in sorted(set(attributes) - {entry.attribute for entry, _, _ in folder.facts}):
        yield file.error(("attributes", name), "has no fact; add one to the file of its topic, or remove the attribute")
    owners: dict[tuple[str, tuple[str, ...]], str] = {}
    for language in LANGUAGES:
        for name, attribute in attributes.items():
            yield from _check_phrases(file, ("attributes", name, "phrases", language), attribute.phrases.in_language(language), owners)


def _check_phrases(file: ContentFile, path: FieldPath, phrases: Iterable[str], owners: dict[Any, str]) -> Problems:
    name, language = str(path[1]), str(path[-1])
    for phrase in phrases:
        words = tuple(word.bare + word.marks for word in split_words(phrase))
        if not words:
            yield file.error(path, f"'{phrase}' holds no word; remove it")
        elif owners.setdefault((language, words), name) != name:
            yield file.error(path, f"'{phrase}' stands for {owners[(language, words)]} already; keep it in one place")


def _find_unknown(file: ContentFile, path: FieldPath, names: Iterable[str], known: Collection[str]) -> Problems:
    for name in names:
        if name not in known:
            yield file.error(path, f"'{name}' is not known; use one of {', '.join(sorted(known))}")


def _find_doubles(file: ContentFile, path: FieldPath, ids: list[str]) -> Problems:
    for name in sorted({name for name in ids if ids.count(name) > 1}):
        yield file.error(path, f"'{name}' is given twice; ids must differ")


def _product_ids(folder: ReadFolder) -> list[str]:
    return [product.id for product in folder.topics.products.products]


def _plan_ids(folder: ReadFolder) -> list[str]:
    return [plan.id for product in folder.topics.products.products for plan in product.plans]


_CHECKS: tuple[Callable[[ReadFolder], Problems], ...] = (
    _check_products, _check_plan_names, _check_articles, _check_doubles, _check_attributes,
)
