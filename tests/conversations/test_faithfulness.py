"""150 questions with the values that answer them, 40 that nothing answers, played through the live path.

Nothing is made up: every number and every name in a reply stands in a content file, in the wording of the house, in what the
customer wrote, or in a row of the store.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import yaml

from bot.rehearsal import Rehearsal
from bot.settings import PROJECT
from journey_state.content import get_content
from journey_state.periods import format_date
from journey_state.tables import content_gaps, handoffs, orders, referral_codes, tickets
from journey_state.texts import fold
from tests.fixtures.dialogues import talk

pytestmark = pytest.mark.slow
CASES: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("faithfulness.yml").read_text(encoding="utf-8"))
ENOUGH = 0.95
HUMAN = ("Gặp nhân viên", "Talk to a person")
NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
NAME = re.compile(r"(?<![.!?…:•\n“(] )(?<!^)(?<!\n)\b[A-ZĐ][\w-]+")
ADDRESS = re.compile(r"https?://\S+")  # where this very server is reached
WORDS = re.compile(r"[^\W\d_]+")
# Places in the queue and the like: rows of the store.
SMALL = {str(number) for number in range(0, 21)}


@pytest.mark.parametrize("language", ["vi", "en"])
def test_nineteen_of_twenty_questions_get_the_value_that_answers_them(rehearsal: Rehearsal, language: str) -> None:
    cases = CASES["known"][language]
    answers = [_ask(rehearsal, case["ask"], number) for number, case in enumerate(cases)]
    missed = [(case["ask"], case["expect"], said) for case, said in zip(cases, answers, strict=True) if case["expect"] not in said]

    assert len(cases) == 75
    assert len(missed) <= (1 - ENOUGH) * len(cases), missed
    _assert_traced(cases, answers, _read_rows(rehearsal))


def test_what_nothing_answers_is_admitted_with_the_offer_of_a_human(rehearsal: Rehearsal) -> None:
    questions = [question for asked in CASES["unknown"].values() for question in asked]
    answers = [_ask(rehearsal, question, number) for number, question in enumerate(questions)]
    with rehearsal.store.reading() as session:
        noted = set(session.execute(sa.select(content_gaps.c.question)).scalars())
        offered = session.execute(sa.select(sa.func.count()).select_from(handoffs)).scalar_one()
    honest = [question for question, said in zip(questions, answers, strict=True)
              if question in noted and any(words in said for words in HUMAN)]

    assert len(questions) == 40
    assert len(honest) >= ENOUGH * len(questions), sorted(set(questions) - set(honest))
    assert offered <= len(questions) - len(honest)  # an offer calls nobody by itself
    _assert_traced([{"ask": question} for question in questions], answers, _read_rows(rehearsal))


def test_no_question_of_this_test_was_trained_on() -> None:
    files = [path for folder in ("nlu", "stages") for path in (PROJECT / "data" / folder).rglob("*") if path.is_file()]
    trained = {_plain(line) for path in files for line in path.read_text(encoding="utf-8").splitlines()}
    asked = [case["ask"] for cases in CASES["known"].values() for case in cases]
    asked += [question for questions in CASES["unknown"].values() for question in questions]

    assert len(asked) == len(set(map(_plain, asked))) == 190
    assert [question for question in asked if _plain(question) in trained] == []


@pytest.mark.parametrize("invented", ["Gói này giá 77.123đ thôi ạ.", "Our partner Blorptech looks after it.", "Call us on 0909 111 222."])
def test_what_is_made_up_would_be_found(invented: str) -> None:
    with pytest.raises(AssertionError):
        _assert_traced([{"ask": "?"}], [invented], "")


def _ask(rehearsal: Rehearsal, question: str, number: int) -> str:
    return talk(rehearsal, [question], address=f"curious-{number}-{fold(question)[:12]}")[0]


def _read_rows(rehearsal: Rehearsal) -> str:
    """What the store gave out: codes and their last days, numbers of orders and tickets."""
    with rehearsal.store.reading() as session:
        codes = session.execute(sa.select(referral_codes.c.code, referral_codes.c.expires_at)).all()
        numbers = [*session.execute(sa.select(orders.c.number)).scalars(), *session.execute(sa.select(tickets.c.number)).scalars()]
    days = [format_date(row.expires_at, language) for row in codes for language in ("vi", "en")]
    return " ".join([*(row.code for row in codes), *days, *numbers])


def _assert_traced(cases: list[dict[str, str]], answers: list[str], rows: str) -> None:
    """No number and no name without a source. rows: words that the store gave."""
    known_numbers = _known_numbers() | {_digits(found) for found in NUMBER.findall(rows)}
    known_words = _known_words() | {word.lower() for word in WORDS.findall(rows)}
    for case, answer in zip(cases, answers, strict=True):
        said = ADDRESS.sub("", answer)
        asked = {_digits(found) for found in NUMBER.findall(case["ask"])}
        numbers = {_digits(found) for found in NUMBER.findall(said)} - known_numbers - asked
        names = {name for name in NAME.findall(said) if not set(map(str.lower, WORDS.findall(name))) <= known_words}
        assert not numbers and not names, (case["ask"], said, numbers, names)


@cache
def _known_numbers() -> set[str]:
    """Numbers of the content files, and the sums that follow from them."""
    written = {_digits(found) for text in _texts() for found in NUMBER.findall(text)}
    return written | SMALL | {str(amount) for amount in _sums()}


def _sums() -> Iterator[int]:
    """What plans cost with VAT and with each discount; what a year saves; what one plan costs more than another."""
    content = get_content()
    discounts = [None, content.referral.discount, *content.promotions.values()]
    for plan, period, discount in product(content.plans, ("month", "year"), discounts):
        quote = content.price_of(plan, period, 1, discount)
        yield from (value for value in vars(quote).values() if isinstance(value, int))
        yield from (quote.list_price - content.plan(other).price(period) for other in content.plans)
    yield from (12 * plan.monthly - plan.yearly for plan in content.plans.values())


@cache
def _known_words() -> set[str]:
    return {word.lower() for text in _texts() for word in WORDS.findall(text)}


@cache
def _texts() -> tuple[str, ...]:
    folders = (PROJECT / "data" / name for name in ("business", "responses", "lexicon"))
    return tuple(path.read_text(encoding="utf-8") for folder in folders for path in sorted(folder.rglob("*.yml")))


def _digits(number: str) -> str:
    return re.sub(r"\D", "", number).lstrip("0") or "0"


def _plain(text: str) -> str:
    return " ".join(WORDS.findall(fold(text)))
