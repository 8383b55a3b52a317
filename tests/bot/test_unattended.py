"""Takeovers nobody attends to come back with an apology, once, and are answered again."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from bot.services import Services
from bot.settings import Settings
from bot.unattended import UnattendedJob
from bot.wakeups import Wakeups
from journey_state.conversations import BOT, load_conversation, read_messages, set_conversation_language
from journey_state.handoffs import claim_conversation, find_open_handoff
from journey_state.store import JourneyStore
from tests.fixtures.journeys import later
from tests.fixtures.staff import Customer, add_member


@pytest.fixture
def job(store: JourneyStore, tmp_path: Path) -> UnattendedJob:
    return UnattendedJob(Services(store, Wakeups(), Settings(var_folder=tmp_path)))


@pytest.mark.parametrize(("language", "channel", "apology"), [
    ("vi", "website", "Xin lỗi vì đã để bạn chờ"), ("en", "telegram", "Sorry to have kept"),
])
def test_customer_of_an_absent_colleague_is_apologised_to_and_served(
    store: JourneyStore, job: UnattendedJob, language: str, channel: str, apology: str
) -> None:
    lan, customer = add_member(store), Customer(store, "42", channel)
    customer.write("alo", minute=1)
    with store.transaction() as session:
        claim_conversation(session, customer.conversation_id, lan.id, later(minutes=2))
        set_conversation_language(session, customer.conversation_id, language)
    assert job.return_due(later(minutes=21)) == 0
    assert [job.return_due(later(minutes=23) + timedelta(seconds=again)) for again in range(2)] == [1, 0]

    with store.reading() as session:
        *_, note, said = read_messages(session, customer.conversation_id, with_notes=True)
        handoff = find_open_handoff(session, customer.conversation_id)
        assert load_conversation(session, customer.conversation_id).responder == BOT
    assert (said.author, said.direction) == ("system", "out") and str(said.body["text"]).startswith(apology)
    assert note.direction == "note" and "Lan chưa trả lời trong 22 phút" in str(note.body["text"])
    assert handoff is not None and handoff.state == "requested"


def test_one_that_was_released_meanwhile_is_left_alone(store: JourneyStore, job: UnattendedJob) -> None:
    lan, customer = add_member(store), Customer(store)
    customer.write("alo", minute=1)
    with store.transaction() as session:
        claim_conversation(session, customer.conversation_id, lan.id, later(minutes=2))
    due = job.list_due(later(minutes=30))
    assert job.return_due(later(minutes=30)) == 1

    assert len(due) == 1 and not job.return_one(due[0], later(minutes=30))
