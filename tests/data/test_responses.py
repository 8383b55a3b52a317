"""Responses: every one that is said exists in both languages, holds no price and names no business."""

from __future__ import annotations

import re

import pytest

from bot.settings import PROJECT
from journey_state.content import get_content
from tests.fixtures.speaking import load_responses

ENGLISH = [{"type": "slot", "name": "language", "value": "en"}]
_NAME = re.compile(r'"(utter_[a-z_]+)"')
# f"utter_chat_{kind}": one response a kind.
_FAMILY = re.compile(r'f"(utter_[a-z_]+_)\{')
# Rasa's forms ask these by their names.
FORM_QUESTIONS = {
    "utter_ask_trial_form_email", "utter_ask_order_form_email", "utter_ask_ticket_form_ticket_subject",
    "utter_ask_referral_form_referral_code",
}
MONEY = re.compile(r"\d[\d.,]*\s*(đ|₫|vnd|đồng|nghìn|triệu|k)(?!\w)", re.IGNORECASE)


def _find_in_actions(pattern: re.Pattern[str]) -> set[str]:
    return {name for path in (PROJECT / "actions").glob("*.py") for name in pattern.findall(path.read_text(encoding="utf-8"))}


def test_what_actions_say_exists() -> None:
    assert _find_in_actions(_NAME) | FORM_QUESTIONS <= set(load_responses())


def test_every_response_is_said_by_something() -> None:
    unsaid = set(load_responses()) - _find_in_actions(_NAME) - FORM_QUESTIONS
    families = tuple(_find_in_actions(_FAMILY))

    assert [name for name in unsaid if not name.startswith(families)] == []


@pytest.mark.parametrize("name, variations", load_responses().items())
def test_response_speaks_both_languages(name: str, variations: list[dict[str, object]]) -> None:
    conditions = [variation.get("condition") for variation in variations]

    assert ENGLISH in conditions and None in conditions
    assert all(condition in (None, ENGLISH) for condition in conditions)


@pytest.mark.parametrize("name, variations", load_responses().items())
def test_response_states_no_fact_of_the_business(name: str, variations: list[dict[str, str]]) -> None:
    text = " ".join(variation["text"] for variation in variations)

    assert not MONEY.search(text)
    assert get_content().brand.name not in text


@pytest.mark.parametrize("name, variations", load_responses().items())
def test_both_languages_have_the_same_gaps(name: str, variations: list[dict[str, str]]) -> None:
    gaps = [set(re.findall(r"{(\w+)}", variation["text"])) for variation in variations if "condition" not in variation]
    english = [set(re.findall(r"{(\w+)}", variation["text"])) for variation in variations if "condition" in variation]

    assert set.union(*gaps) == set.union(*english)
