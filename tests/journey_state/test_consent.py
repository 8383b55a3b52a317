"""Consent: the latest decision counts, with proof of what was shown."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from journey_state.consent import WORDING, append_consent, find_consent, mark_consent_asked
from journey_state.conversations import Conversation
from journey_state.store import JourneyStore, new_id
from journey_state.tables import consents
from tests.fixtures.journeys import NOW, later
from tests.fixtures.threads import run_together


def test_contact_who_was_never_asked_has_decided_nothing(store: JourneyStore, contact: str) -> None:
    with store.reading() as session:
        assert find_consent(session, contact) is None


@pytest.mark.parametrize(
    "decisions, expected",
    [
        ([(True, 0)], True),
        ([(False, 0)], False),
        ([(True, 0), (False, 60)], False),
        ([(True, 0), (False, 60), (True, 120)], True),
        ([(True, 60), (False, 0)], True),
        ([(True, 0), (False, 0)], False),
        ([(False, 0), (True, 0)], False),
    ],
    ids=["granted", "refused", "withdrawn", "granted again", "written out of order", "refused at once", "granted at once"],
)
def test_latest_decision_counts_and_in_doubt_the_refusal(
    store: JourneyStore, contact: str, decisions: list[tuple[bool, int]], expected: bool
) -> None:
    with store.transaction() as session:
        for is_granted, second in decisions:
            append_consent(session, contact, is_granted, channel="website", now=later(seconds=second))

        latest = find_consent(session, contact)

    assert latest is not None
    assert latest.is_granted is expected


def test_proof_of_consent_keeps_the_wording_channel_message_and_time(store: JourneyStore, contact: str) -> None:
    message_id = new_id()
    with store.transaction() as session:
        consent_id = append_consent(session, contact, True, channel="telegram", now=NOW, message_id=message_id)
        row = session.execute(sa.select(consents)).one()

    assert (row.id, row.wording, row.channel, row.message_id, row.decided_at) == (consent_id, WORDING, "telegram", message_id, NOW)


def test_withdrawal_keeps_the_proof_of_the_earlier_consent(store: JourneyStore, contact: str) -> None:
    with store.transaction() as session:
        granted = append_consent(session, contact, True, channel="website", now=NOW)
        append_consent(session, contact, False, channel="website", now=later(days=1))

        assert granted in session.execute(sa.select(consents.c.id)).scalars().all()


def test_consent_is_asked_once_in_a_conversation(store: JourneyStore, conversation: Conversation) -> None:
    with store.transaction() as session:
        answers = [mark_consent_asked(session, conversation.id, later(minutes=minute)) for minute in range(3)]

    assert answers == [True, False, False]


def test_two_replicas_never_both_ask(store: JourneyStore, conversation: Conversation) -> None:
    def ask(_: int) -> bool:
        with store.transaction() as session:
            return mark_consent_asked(session, conversation.id, NOW)

    assert sum(run_together(10, ask)) == 1


def test_question_of_a_rolled_back_turn_is_asked_again(store: JourneyStore, conversation: Conversation) -> None:
    with pytest.raises(ZeroDivisionError), store.transaction() as session:
        mark_consent_asked(session, conversation.id, NOW)
        raise ZeroDivisionError

    with store.transaction() as session:
        assert mark_consent_asked(session, conversation.id, NOW)
