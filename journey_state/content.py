"""The business's own content: everything the assistant may state as fact, loaded and checked once a process."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from journey_state.article_search import BROWSE_SCORE, ArticleHit, ArticleSearch
from journey_state.catalog import Demos, Guide, Plan, PriceRules, Product, Promotion, Stacking, Trials, Webinar
from journey_state.content_checks import check_references
from journey_state.content_facts import Fact, FactBook
from journey_state.content_reading import ReadFolder, read_folder
from journey_state.errors import ContentError
from journey_state.knowledge import Article, Attribute, Problem, Review
from journey_state.phrases import PhraseBook, PhraseMatch
from journey_state.policies import Brand, Comparisons, Invoices, Payments, Privacy, Support, Terms
from journey_state.prices import Discount, PriceQuote, quote_price
from journey_state.problems import ProblemFinder
from journey_state.rewards import LeavingOffer, Loyalty, Referral
from journey_state.texts import LANGUAGES, Text, format_vnd

__all__ = [
    "Article", "ArticleHit", "Attribute", "Content", "ContentError", "Discount", "Fact", "Plan", "PriceQuote", "Problem", "Product",
    "Promotion", "Review", "Text", "content_check", "format_vnd", "get_content", "load_content", "use_content",
]

DEFAULT_FOLDER = Path(__file__).resolve().parent.parent / "data" / "business"


@dataclass(frozen=True)
class Content:
    """One business, completely. Mappings are by id (promotions by code) and keep the order of the files."""

    brand: Brand
    products: Mapping[str, Product]
    plans: Mapping[str, Plan]
    prices: PriceRules
    promotions: Mapping[str, Promotion]
    stacking: Stacking
    trials: Trials
    demos: Demos
    webinars: tuple[Webinar, ...]
    guides: tuple[Guide, ...]
    payments: Payments
    invoices: Invoices
    terms: Terms
    support: Support
    loyalty: Loyalty
    leaving_offers: tuple[LeavingOffer, ...]
    referral: Referral
    privacy: Privacy
    comparisons: Comparisons
    personas: Mapping[str, Text]
    reviews: tuple[Review, ...]
    problems: Mapping[str, Problem]
    articles: Mapping[str, Article]
    help_topics: Mapping[str, Text]
    attributes: Mapping[str, Attribute]
    facts: FactBook
    search: ArticleSearch
    attribute_phrases: Mapping[str, PhraseBook]
    untold_phrases: Mapping[str, PhraseBook]
    problem_finder: ProblemFinder

    def plan(self, plan_id: str) -> Plan:
        """The plan of this id. Raises ContentError for an unknown one."""
        if plan_id not in self.plans:
            raise ContentError(f"plan {plan_id} is not in products.yml; known: {', '.join(self.plans)}")
        return self.plans[plan_id]

    def product(self, product_id: str) -> Product:
        """The product of this id. Raises ContentError for an unknown one."""
        if product_id not in self.products:
            raise ContentError(f"product {product_id} is not in products.yml; known: {', '.join(self.products)}")
        return self.products[product_id]

    def plans_of(self, product_id: str) -> tuple[Plan, ...]:
        """The product's plans in the order of the file. Raises ContentError."""
        return self.product(product_id).plans

    def trial_days(self, product_id: str) -> int:
        """Length of the free trial; 0 means none. Raises ContentError."""
        return self.product(product_id).trial_days

    def refund_days(self, product_id: str) -> int:
        """Days after the first payment in which the money is given back. Raises ContentError."""
        return self.product(product_id).refund_days

    def find_promotion(self, code: str) -> Promotion | None:
        """The promotion of a code as people type it; None for an unknown one."""
        return self.promotions.get(code.strip().upper())

    def price_of(self, plan_id: str, period: str, quantity: int = 1, promotion: Discount | None = None) -> PriceQuote:
        """What a plan costs for a "month" or a "year", VAT worked out.

        promotion: a Promotion, or any other discount (`referral.discount`, a loyalty tier's); whether it may be used
        is not checked here. Raises ContentError, UnknownPeriodError, QuantityError.
        """
        return quote_price(self.plan(plan_id).price(period), quantity, self.prices.vat_percent, promotion)

    def find_fact(self, attribute: str, *, product: str | None = None, plan: str | None = None, language: str) -> Fact | None:
        """What is known about an attribute, as narrow as plan and product allow; None when the content does not say.

        Without a plan, what differs between plans is listed. Raises ContentError for an unknown plan.
        """
        return self.facts.find(attribute, product, self.plan(plan) if plan else None, language)

    def match_attributes(self, text: str, language: str) -> list[PhraseMatch]:
        """The attributes a message names, with their places in it; narrow ones first, then the longer phrase first."""
        # People mix languages: the other one's phrases are tried when this one's find nothing.
        first, second = ("en", "vi") if language == "en" else ("vi", "en")
        found = self.attribute_phrases[first].find(text) or self.attribute_phrases[second].find(text)
        return sorted(found, key=lambda match: self.attributes[match.name].broad)

    def find_attributes(self, text: str, language: str) -> list[str]:
        """Which facts a message asks for, likeliest first; empty when it names none."""
        return list(dict.fromkeys(match.name for match in self.match_attributes(text, language)))

    def find_problem(self, text: str, language: str) -> Problem | None:
        """The common problem a message describes; None when it describes none."""
        return self.problem_finder.find(text, language)

    def search_articles(self, query: str, language: str, limit: int = 3) -> list[ArticleHit]:
        """Passages of help articles that answer, best first; empty when none fits well enough."""
        return self.search.search(query, language, limit)

    def browse_articles(self, query: str, language: str, limit: int = 20) -> list[ArticleHit]:
        """For somebody who looks through a list: a passage of every article that has to do with the query, best first."""
        return self.search.search(query, language, limit, BROWSE_SCORE)


def load_content(folder: Path) -> Content:
    """Read and check every file of a folder. Raises ContentError naming file, line, field and remedy."""
    read, problems = _read(folder)
    if read is None or problems:
        raise problems[0]
    return _assemble(read)


def content_check(folder: Path) -> list[str]:
    """Every problem that can be told apart, as a person should read it; empty when all is well."""
    read, problems = _read(folder)
    if read is not None and not problems:
        try:
            _assemble(read)
        except ContentError as problem:
            problems = [problem]
    return [str(problem) for problem in problems]


def _read(folder: Path) -> tuple[ReadFolder | None, list[ContentError]]:
    read, problems = read_folder(folder)
    return read, problems or (check_references(read) if read else [])


def _assemble(read: ReadFolder) -> Content:
    topics = read.topics
    products = {product.id: product for product in topics.products.products}
    attributes = topics.attributes.attributes
    problems = {problem.id: problem for problem in topics.troubleshooting.problems}
    return Content(
        brand=topics.brand.brand, products=products, plans={plan.id: plan for product in products.values() for plan in product.plans},
        prices=topics.prices.prices, promotions={item.code.upper(): item for item in topics.promotions.promotions},
        stacking=topics.promotions.stacking, trials=topics.trials.trials, demos=topics.demos.demos, webinars=topics.demos.webinars,
        guides=topics.demos.guides, payments=topics.payments.payments, invoices=topics.payments.invoices, terms=topics.terms.terms,
        support=topics.support.support, loyalty=topics.loyalty.loyalty, leaving_offers=topics.loyalty.leaving_offers,
        referral=topics.referrals.referral, privacy=topics.privacy.privacy, comparisons=topics.comparisons.comparisons,
        personas=topics.reviews.personas, reviews=topics.reviews.reviews, problems=problems, articles=read.articles,
        help_topics=topics.help.help.topics, attributes=attributes, facts=_fill_facts(read, products), search=ArticleSearch(read.articles),
        attribute_phrases=_phrase_books({name: attribute.phrases for name, attribute in attributes.items()}),
        untold_phrases=_phrase_books({"untold": topics.attributes.untold}),
        problem_finder=ProblemFinder(problems),
    )


def _phrase_books(phrases: Mapping[str, Any]) -> dict[str, PhraseBook]:
    return {
        language: PhraseBook((name, phrase) for name, known in phrases.items() for phrase in known.in_language(language))
        for language in LANGUAGES
    }


def _fill_facts(read: ReadFolder, products: Mapping[str, Product]) -> FactBook:
    labels = {name: attribute.label for name, attribute in read.topics.attributes.attributes.items()}
    facts = FactBook(products, _values(read), labels)
    for entry, file, number in read.facts:
        facts.add(entry, file, number)
    return facts


def _values(read: ReadFolder) -> dict[str, Any]:
    """What {names} in facts stand for: every field of every file; products, plans, webinars and guides by id."""
    values = {name: value for file in read.files.values() if "/" not in file.name for name, value in file.data.items() if name != "facts"}
    values["plans"] = {plan["id"]: {**plan, "product": item["id"]} for item in values["products"] for plan in item["plans"]}
    for name in ("products", "webinars", "guides"):
        values[name] = {item["id"]: item for item in values.get(name, ())}
    return {**values, "review_count": len(read.topics.reviews.reviews)}


class _Chosen:
    """The folder that `get_content` reads."""

    folder = DEFAULT_FOLDER


def use_content(folder: Path) -> None:
    """Make `get_content` read another folder from now on."""
    _Chosen.folder = folder


def get_content() -> Content:
    """The content of the chosen folder, loaded once a process. Raises ContentError."""
    return _load_once(_Chosen.folder)


@lru_cache(maxsize=4)
def _load_once(folder: Path) -> Content:
    return load_content(folder)
