"""A common problem is told from what the customer writes."""

from __future__ import annotations

import pytest

from journey_state.content import get_content
from tests.fixtures.content_questions import PROBLEMS_EN, PROBLEMS_VI


@pytest.mark.parametrize("language, text, problem_id", [
    *[("vi", *row) for row in PROBLEMS_VI], *[("en", *row) for row in PROBLEMS_EN],
])
def test_problem_is_recognised(language: str, text: str, problem_id: str) -> None:
    problem = get_content().find_problem(text, language)
    assert problem is not None and problem.id == problem_id


@pytest.mark.parametrize("text", ["cho mình xem giá", "cảm ơn em", "web mình đẹp không", "mail của mình là a@b.vn", ""])
def test_a_message_without_trouble_describes_no_problem(text: str) -> None:
    assert get_content().find_problem(text, "vi") is None
