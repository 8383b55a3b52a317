"""News of money: every verdict has its words, in both languages, with the same gaps."""

from __future__ import annotations

import re

import pytest

from bot.checkout.news import load_news
from journey_state.payments import Verdict


@pytest.mark.parametrize("verdict", [verdict.value for verdict in Verdict if verdict is not Verdict.UNMATCHED])
def test_every_verdict_that_is_told_has_words(verdict: str) -> None:
    words = load_news()[verdict]

    assert set(words) == {"vi", "en"}
    assert {"number", "brand"} <= set(re.findall(r"\{(\w+)\}", words["vi"]))
    assert set(re.findall(r"\{(\w+)\}", words["vi"])) == set(re.findall(r"\{(\w+)\}", words["en"]))
