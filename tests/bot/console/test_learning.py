"""Learning in the console: a message is corrected from its transcript or the inbox, and a supervisor decides."""

from __future__ import annotations

import pytest

from journey_state.audits import list_deeds
from journey_state.conversations import read_messages
from journey_state.corrections import APPROVED, PROPOSED, REJECTED, Correction, list_corrections
from journey_state.learning import Doubt, group_alike
from journey_state.staff import Role
from journey_state.store import JourneyStore
from journey_state.tables import turns
from tests.fixtures.consoles import Browser, Console
from tests.fixtures.journeys import NOW
from tests.fixtures.staff import Customer, add_member


@pytest.fixture
def asked(sqlite_store: JourneyStore, customer: Customer) -> str:
    """The id of the customer's question about a price."""
    with sqlite_store.reading() as session:
        return next(message.id for message in read_messages(session, customer.conversation_id) if message.direction == "in")


@pytest.fixture
def boss(console: Console, sqlite_store: JourneyStore) -> Browser:
    """A supervisor's browser."""
    return console.visit(add_member(sqlite_store, "Hạnh", Role.SUPERVISOR))


def corrections(store: JourneyStore, state: str = PROPOSED) -> list[Correction]:
    with store.reading() as session:
        return list_corrections(session, state)


def room(customer: Customer) -> str:
    return f"/conversations/{customer.conversation_id}"


def test_a_message_is_corrected_from_its_transcript(browser: Browser, customer: Customer, asked: str, sqlite_store: JourneyStore) -> None:
    assert f'name="message" value="{asked}"' in browser.open(room(customer)).text
    answer = browser.send(f"{room(customer)}/correct", message=asked, intent="ask_promotion", stage="decision")

    [kept] = corrections(sqlite_store)
    assert answer.status_code == 303
    assert (kept.text, kept.intent, kept.stage, kept.guessed_intent) == ("gói M giá bao nhiêu", "ask_promotion", "decision", "ask_price")
    with sqlite_store.reading() as session:
        assert [entry.deed.verb for entry in list_deeds(session)][:1] == ["correct"]


@pytest.mark.parametrize("fields", [
    {}, {"intent": "no_such_intent"}, {"stage": "somewhere"}, {"intent": "ask_price", "message": "nothing"},
])
def test_what_says_nothing_is_refused(browser: Browser, customer: Customer, asked: str, fields: dict[str, str],
                                      sqlite_store: JourneyStore) -> None:
    assert browser.send(f"{room(customer)}/correct", **{"message": asked, **fields}).status_code == 422
    assert corrections(sqlite_store) == []


@pytest.mark.parametrize(("verdict", "state"), [("approve", APPROVED), ("reject", REJECTED)])
def test_a_supervisor_decides(browser: Browser, boss: Browser, customer: Customer, asked: str, sqlite_store: JourneyStore,
                              verdict: str, state: str) -> None:
    browser.send(f"{room(customer)}/correct", message=asked, intent="ask_promotion")
    page = boss.open("/learning").text
    assert "gói M giá bao nhiêu" in page and "Duyệt" in page
    [waiting] = corrections(sqlite_store)
    assert boss.send(f"/learning/{waiting.id}/decide", verdict=verdict).status_code == 303

    assert [kept.id for kept in corrections(sqlite_store, state)] == [waiting.id] and corrections(sqlite_store) == []


def test_others_only_see_that_it_waits(browser: Browser, customer: Customer, asked: str, sqlite_store: JourneyStore) -> None:
    browser.send(f"{room(customer)}/correct", message=asked, intent="ask_promotion")
    [waiting] = corrections(sqlite_store)

    assert "Chờ người giám sát" in browser.open("/learning").text
    assert browser.send(f"/learning/{waiting.id}/decide", verdict="approve").status_code == 403
    assert [kept.id for kept in corrections(sqlite_store)] == [waiting.id]


def test_a_doubtful_message_waits_in_the_inbox_until_it_is_labelled(browser: Browser, customer: Customer, asked: str,
                                                                    sqlite_store: JourneyStore) -> None:
    assert "không có tin nhắn nào phải phân vân" in browser.open("/learning").text
    unsure = {"intent": {"name": "nlu_fallback"}, "intent_ranking": [{"name": "ask_price", "confidence": 0.3}]}
    with sqlite_store.transaction() as session:
        session.execute(turns.update().where(turns.c.message_id == asked).values(understanding=unsure, closed_at=NOW))
    page = browser.open("/learning").text
    assert "gói M giá bao nhiêu" in page and "Không chắc" in page

    answer = browser.send(f"{room(customer)}/correct", message=asked, intent="ask_price", next="learning")
    assert answer.headers["location"] == "/console/learning"
    assert "Không chắc" not in browser.open("/learning").text


def test_nobody_learns_without_a_session(console: Console) -> None:
    assert console.stranger().get("/console/learning").status_code == 303


def test_messages_alike_come_together() -> None:
    texts = ("cho hỏi xe đạp giá sao", "cho hoi xe dap gia sao vay", "trời hôm nay đẹp")
    doubts = [Doubt(str(number), "c", text, "unsure", "ask_price", 0.3, NOW) for number, text in enumerate(texts)]
    assert [len(group.doubts) for group in group_alike(doubts)] == [2, 1]
