"""Reports of the desk: what is counted, what is not, grouped four ways."""

from __future__ import annotations

import pytest

from journey_state.conversations import Posting, append_reply, load_conversation
from journey_state.desk_reports import BotTimes, HandoffFact, group_facts, measure_bot, read_handoff_facts, sum_up
from journey_state.handoffs import claim_conversation, release_conversation
from journey_state.messages import Reply
from journey_state.store import JourneyStore
from journey_state.surveys import Answer, SurveyKind, append_answer
from tests.fixtures.journeys import NOW, later
from tests.fixtures.people import grant_consent
from tests.fixtures.staff import Customer, add_member

DAY = (later(days=-1), later(days=1))


def serve(store: JourneyStore, customer: Customer, staff_id: str, asked: int, took: int) -> None:
    """A handoff asked for at a minute, answered after `took` minutes and closed after twice that."""
    customer.ask_for_human(minute=asked, message_id=customer.last_id)
    with store.transaction() as session:
        claim_conversation(session, customer.conversation_id, staff_id, later(minutes=asked))
        conversation = load_conversation(session, customer.conversation_id)
        append_reply(session, conversation, Reply("Dạ"), Posting(f"staff:{staff_id}", later(minutes=asked + took)))
        release_conversation(session, customer.conversation_id, staff_id, later(minutes=asked + 2 * took))


class Asking(Customer):
    """A customer whose last message is remembered."""

    last_id = ""

    def ask(self, text: str) -> None:
        self.last_id = self.say(text, "Dạ")


@pytest.fixture
def facts(store: JourneyStore) -> list[HandoffFact]:
    """Hoa was served by Lan in 4 minutes, asked again and was served in 10; Nam still waits."""
    lan, hoa, nam = add_member(store), Asking(store, "hoa"), Asking(store, "nam", "telegram")
    hoa.ask("giá?")
    nam.ask("giá?")
    serve(store, hoa, lan.id, 5, 4)
    with store.transaction() as session:
        grant_consent(session, hoa.contact_id)
        append_answer(session, hoa.contact_id, Answer(SurveyKind.CSAT, 5, "", "m-1"), later(minutes=14))
    serve(store, hoa, lan.id, 20, 10)
    nam.ask_for_human(minute=30, stage="service")
    with store.reading() as session:
        return read_handoff_facts(session, *DAY)


def test_facts_tell_what_became_of_each_handoff(facts: list[HandoffFact]) -> None:
    assert [(fact.first_response_s, fact.resolution_s, fact.is_reopened, fact.csat) for fact in facts] == [
        (240, 480, True, 5), (600, 1200, False, None), (None, None, False, None),
    ]
    assert [(fact.channel, fact.intent, fact.staff) for fact in facts] == [
        ("website", "ask_price", "Lan"), ("website", "ask_price", "Lan"), ("telegram", "", ""),
    ]


@pytest.mark.parametrize(("by", "names"), [
    ("stage", ["consideration", "service"]), ("channel", ["website", "telegram"]), ("intent", ["ask_price", ""]), ("staff", ["Lan", ""]),
])
def test_lines_are_grouped_and_the_busiest_comes_first(facts: list[HandoffFact], by: str, names: list[str]) -> None:
    lines = group_facts(facts, by)

    assert [line.name for line in lines] == names
    assert (lines[0].handoffs, lines[0].first_response_s, lines[0].reopened, lines[0].csat) == (2, 420, 0.5, 5)
    assert (lines[1].handoffs, lines[1].first_response_s, lines[1].reopened, lines[1].csat) == (1, None, None, None)


def test_nothing_gives_no_numbers(store: JourneyStore) -> None:
    with store.reading() as session:
        assert read_handoff_facts(session, *DAY) == [] and measure_bot(session, *DAY) == BotTimes(0, None, None)
    assert (sum_up("", []).csat, sum_up("", []).handoffs) == (None, 0)


def test_assistants_own_time_is_told_apart(store: JourneyStore, facts: list[HandoffFact]) -> None:
    with store.reading() as session:
        assert measure_bot(session, *DAY) == BotTimes(2, 0.0, 0.0)
        assert measure_bot(session, later(days=5), later(days=6)).turns == 0
    assert NOW
