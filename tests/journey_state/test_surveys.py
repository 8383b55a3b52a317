"""Surveys: scores on their scales, counted once, kept only of those who consent."""

from __future__ import annotations

import pytest

from journey_state.consent import append_consent
from journey_state.errors import ScoreOutOfRangeError
from journey_state.store import JourneyStore
from journey_state.surveys import Answer, ScoreClass, SurveyKind, append_answer, classify_score, find_latest_answer
from tests.fixtures.journeys import NOW, later
from tests.fixtures.people import grant_consent, link_contacts, make_contact

CSAT, NPS, REVIEW = SurveyKind.CSAT, SurveyKind.NPS, SurveyKind.REVIEW


@pytest.mark.parametrize("kind, score, expected", [
    (CSAT, 1, ScoreClass.UNHAPPY), (CSAT, 2, ScoreClass.UNHAPPY), (CSAT, 3, ScoreClass.NEUTRAL), (CSAT, 4, ScoreClass.HAPPY),
    (CSAT, 5, ScoreClass.HAPPY), (REVIEW, 5, ScoreClass.HAPPY),
    (NPS, 0, ScoreClass.UNHAPPY), (NPS, 6, ScoreClass.UNHAPPY), (NPS, 7, ScoreClass.NEUTRAL), (NPS, 8, ScoreClass.NEUTRAL),
    (NPS, 9, ScoreClass.HAPPY), (NPS, 10, ScoreClass.HAPPY),
])
def test_score_says_how_happy_somebody_is(kind: SurveyKind, score: int, expected: ScoreClass) -> None:
    assert classify_score(kind, score) is expected


@pytest.mark.parametrize("kind, score", [(CSAT, 0), (CSAT, 6), (NPS, -1), (NPS, 11), (REVIEW, 0)])
def test_score_off_its_scale_is_refused(store: JourneyStore, contact: str, kind: SurveyKind, score: int) -> None:
    with store.transaction() as session:
        grant_consent(session, contact)
        with pytest.raises(ScoreOutOfRangeError, match="ask again"):
            append_answer(session, contact, Answer(kind, score), NOW)


def test_answer_of_a_message_counts_once(store: JourneyStore, contact: str) -> None:
    with store.transaction() as session:
        grant_consent(session, contact)
        answer = Answer(NPS, 9, "nhân viên dễ thương", message_id="m-1")

        assert append_answer(session, contact, answer, NOW)
        assert not append_answer(session, contact, answer, later(seconds=1))
        assert find_latest_answer(session, contact, NPS) == answer


def test_latest_answer_is_the_persons_and_of_its_kind(store: JourneyStore, contact: str) -> None:
    with store.transaction() as session:
        telegram = make_contact(session, "42", channel="telegram")
        link_contacts(session, contact, telegram)
        for contact_id in (contact, telegram):
            grant_consent(session, contact_id)
        append_answer(session, contact, Answer(CSAT, 2, message_id="m-1"), NOW)
        append_answer(session, telegram, Answer(CSAT, 5, message_id="m-2"), later(days=1))

        latest = find_latest_answer(session, contact, CSAT)
        assert latest is not None and latest.score == 5
        assert find_latest_answer(session, contact, NPS) is None


def test_nothing_is_kept_without_consent(store: JourneyStore, contact: str) -> None:
    with store.transaction() as session:
        assert not append_answer(session, contact, Answer(CSAT, 5), NOW)
        grant_consent(session, contact)
        append_consent(session, contact, False, channel="website", now=later(minutes=1))
        assert not append_answer(session, contact, Answer(CSAT, 5), NOW)
        assert find_latest_answer(session, contact, CSAT) is None
