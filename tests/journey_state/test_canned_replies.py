"""Canned replies: what is known is filled in, what is not stays visible."""

from __future__ import annotations

from journey_state.canned_replies import fill_canned
from journey_state.desk_settings import CANNED_GAPS, CannedReply, load_default_settings
from journey_state.texts import Text

WORDS = Text("Chào {customer}, gói {plan}, {staff}", "Hi {customer}, {plan}, {staff}")
REPLY = CannedReply(id="x", title=Text("Chào", "Hello"), text=WORDS)


def test_gaps_are_filled_in_the_customers_language() -> None:
    known = {"customer": "chị Hoa", "staff": "Lan", "plan": "Hosting M"}

    assert fill_canned([REPLY], "vi", known)[0].text == "Chào chị Hoa, gói Hosting M, Lan"
    assert fill_canned([REPLY], "en", {"staff": "Lan"})[0].text == "Hi there, …, Lan"
    assert fill_canned([REPLY], "fr", {})[0].text == "Chào bạn, gói …, …"


def test_shipped_replies_have_no_gap_that_stays_open() -> None:
    known = dict.fromkeys(CANNED_GAPS, "x")
    replies = load_default_settings().canned_replies
    filled = [each.text for language in ("vi", "en") for each in fill_canned(replies, language, known)]

    assert len(filled) == 2 * len(replies) and not any("…" in text or "{" in text for text in filled)
