"""Changes: one answers, everybody sees who, the customer hears it once, and everything is written down."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import httpx
import pytest

from bot.console.access import COOKIE
from journey_state.audits import list_deeds
from journey_state.conversations import BOT, load_conversation, read_messages, set_conversation_language
from journey_state.handoffs import find_open_handoff, list_handoffs
from journey_state.messages import LoggedMessage
from journey_state.staff import Role, StaffMember, load_staff
from journey_state.staff_sessions import IssuedSession
from journey_state.store import JourneyStore
from journey_state.tables import outbox
from tests.fixtures.consoles import CLOCK, Browser, Console, Loopback, key_of, open_console
from tests.fixtures.staff import Customer, add_member, sign_in

RIVALS = 50


def address_of(customer: Customer) -> str:
    return f"/conversations/{customer.conversation_id}"


def log_of(customer: Customer) -> Sequence[LoggedMessage]:
    """What the log holds, notes too."""
    with customer.store.reading() as session:
        return read_messages(session, customer.conversation_id, with_notes=True)


def last_of(customer: Customer) -> tuple[str, str, str]:
    last = log_of(customer)[-1]
    return last.direction, last.author, str(last.body["text"])


def responder_of(customer: Customer) -> str:
    with customer.store.reading() as session:
        return load_conversation(session, customer.conversation_id).responder


def deeds(console: Console) -> list[str]:
    with console.services.store.reading() as session:
        return [entry.deed.verb for entry in reversed(list_deeds(session)) if entry.deed.verb != "look"]


def test_claim_makes_the_member_answer_and_tells_the_customer(
    browser: Browser, customer: Customer, lan: StaffMember, console: Console
) -> None:
    answer = browser.send(f"{address_of(customer)}/claim")

    assert (answer.status_code, answer.headers["location"]) == (303, f"/console{address_of(customer)}")
    assert responder_of(customer) == lan.id
    assert last_of(customer) == ("out", "system", "Lan đã vào hỗ trợ bạn.")
    assert deeds(console) == ["claim"]
    page = browser.open(address_of(customer)).text
    assert "Bạn đang trả lời" in page and "Trả lời khách" in page and "Nhận trả lời" not in page


def test_claiming_again_says_nothing_twice(browser: Browser, customer: Customer, console: Console) -> None:
    for _ in range(2):
        assert browser.send(f"{address_of(customer)}/claim").status_code == 303

    assert [message.author for message in log_of(customer)].count("system") == 1
    assert deeds(console) == ["claim"]


def test_loser_of_a_claim_sees_who_won_and_cannot_reply(
    browser: Browser, console: Console, customer: Customer, sqlite_store: JourneyStore
) -> None:
    minh = console.visit(add_member(sqlite_store, "Minh"))
    minh.send(f"{address_of(customer)}/claim")
    answer = browser.send(f"{address_of(customer)}/claim")

    assert answer.status_code == 409 and "Minh đã nhận cuộc trò chuyện này trước bạn." in answer.text
    assert "Minh đang trả lời" in answer.text and 'id="reply"' not in answer.text


def test_fifty_claims_at_once_over_http_have_one_winner(loopback: Loopback, store: JourneyStore, tmp_path: Path) -> None:
    members = [add_member(store, f"Staff{number}") for number in range(RIVALS)]
    sessions = [sign_in(store, member, CLOCK) for member in members]
    customer = Customer(store)
    customer.write("cho mình gặp nhân viên")
    customer.ask_for_human()

    async def claim_all() -> list[httpx.Response]:
        async with httpx.AsyncClient(base_url=loopback.url, timeout=120, limits=httpx.Limits(max_connections=RIVALS)) as client:
            return await asyncio.gather(*(claim_as(client, issued) for issued in sessions))

    async def claim_as(client: httpx.AsyncClient, issued: IssuedSession) -> httpx.Response:
        headers = {"cookie": f"{COOKIE}={issued.token}"}
        return await client.post(f"/console{address_of(customer)}/claim", data={"form_token": issued.csrf_token}, headers=headers)

    with open_console(loopback, store, tmp_path):
        answers = asyncio.run(claim_all())

    winners = [member for member, answer in zip(members, answers, strict=True) if answer.status_code == 303]
    assert len(winners) == 1
    assert [answer.status_code for answer in answers].count(409) == RIVALS - 1
    assert responder_of(customer) == winners[0].id
    assert all(f"{winners[0].name} đã nhận" in answer.text for answer in answers if answer.status_code == 409)
    assert [message.author for message in log_of(customer)].count("system") == 1


def test_reply_reaches_the_customers_log_under_the_members_name(
    browser: Browser, customer: Customer, lan: StaffMember, console: Console
) -> None:
    browser.send(f"{address_of(customer)}/claim")
    answer = browser.send(f"{address_of(customer)}/reply", text="  Chào bạn,\nmình là Lan.\u202e ")

    assert (answer.status_code, answer.headers["location"]) == (303, f"/console{address_of(customer)}?sent=reply")
    assert last_of(customer) == ("out", f"staff:{lan.id}", "Chào bạn,\nmình là Lan.")
    assert log_of(customer)[-1].author_name == "Lan"
    assert deeds(console) == ["claim", "reply"]


def test_form_sent_twice_says_it_once(browser: Browser, customer: Customer, console: Console) -> None:
    browser.send(f"{address_of(customer)}/claim")
    key = key_of(browser.open(address_of(customer)).text)
    for _ in range(2):
        assert browser.send(f"{address_of(customer)}/reply", text="Chào bạn", key=key).status_code == 303

    assert [message.body["text"] for message in log_of(customer)].count("Chào bạn") == 1
    assert deeds(console) == ["claim", "reply"]


def test_same_words_in_two_forms_are_said_twice(browser: Browser, customer: Customer) -> None:
    browser.send(f"{address_of(customer)}/claim")
    for key in ("1" * 32, "2" * 32):
        browser.send(f"{address_of(customer)}/reply", text="vâng ạ", key=key)

    assert [message.body["text"] for message in log_of(customer)].count("vâng ạ") == 2


@pytest.mark.parametrize("key", ["", "x", "1" * 500, "' OR 1=1 --"])
def test_key_that_is_no_key_does_not_lose_the_reply(browser: Browser, customer: Customer, key: str) -> None:
    browser.send(f"{address_of(customer)}/claim")
    browser.send(f"{address_of(customer)}/reply", text="vâng ạ", key=key)

    assert last_of(customer)[2] == "vâng ạ"


@pytest.mark.parametrize(("channel", "states"), [("website", ["sent", "sent"]), ("telegram", ["queued", "queued"])])
def test_replies_go_out_on_the_customers_channel(browser: Browser, sqlite_store: JourneyStore, channel: str, states: list[str]) -> None:
    customer = Customer(sqlite_store, "42", channel)
    customer.write("alo")
    browser.send(f"{address_of(customer)}/claim")
    browser.send(f"{address_of(customer)}/reply", text="Dạ")
    with sqlite_store.reading() as session:
        assert session.execute(outbox.select().order_by(outbox.c.seq).with_only_columns(outbox.c.state)).scalars().all() == states


def test_only_the_responder_may_reply_and_what_was_typed_is_kept(
    browser: Browser, console: Console, customer: Customer, sqlite_store: JourneyStore
) -> None:
    unclaimed = browser.send(f"{address_of(customer)}/reply", text="một câu trả lời dài")
    console.visit(add_member(sqlite_store, "Minh")).send(f"{address_of(customer)}/claim")
    anothers = browser.send(f"{address_of(customer)}/reply", text="một câu trả lời dài")

    for answer in (unclaimed, anothers):
        assert answer.status_code == 409 and "chưa được gửi" in answer.text and "một câu trả lời dài</textarea>" in answer.text
    assert "một câu trả lời dài" not in [message.body["text"] for message in log_of(customer)]


@pytest.mark.parametrize(("text", "said"), [
    ("", "Bạn chưa viết gì"), (" \n\u200b ", "Bạn chưa viết gì"), ("x" * 4001, "Dài quá 4.000 ký tự"),
], ids=["empty", "invisible", "long"])
@pytest.mark.parametrize("verb", ["reply", "note"])
def test_text_that_cannot_be_kept_is_refused(browser: Browser, customer: Customer, verb: str, text: str, said: str) -> None:
    browser.send(f"{address_of(customer)}/claim")
    count = len(log_of(customer))
    answer = browser.send(f"{address_of(customer)}/{verb}", text=text)

    assert answer.status_code == 422 and said in answer.text and len(log_of(customer)) == count


def test_note_is_seen_by_staff_alone(browser: Browser, customer: Customer, lan: StaffMember, console: Console) -> None:
    answer = browser.send(f"{address_of(customer)}/note", text="khách quen, gọi lại chiều nay")

    assert answer.status_code == 303
    assert last_of(customer) == ("note", f"staff:{lan.id}", "khách quen, gọi lại chiều nay")
    with customer.store.reading() as session:
        assert "note" not in {message.direction for message in read_messages(session, customer.conversation_id)}
    assert "Ghi chú nội bộ của Lan" in browser.open(address_of(customer)).text
    assert deeds(console) == ["note"] and responder_of(customer) == BOT


def test_release_gives_the_conversation_back_and_tells_the_customer(browser: Browser, customer: Customer, console: Console) -> None:
    for verb in ("claim", "release"):
        browser.send(f"{address_of(customer)}/{verb}")

    assert responder_of(customer) == BOT
    assert last_of(customer) == ("out", "system", "Trợ lý tự động tiếp tục hỗ trợ bạn.")
    assert deeds(console) == ["claim", "release"]
    with customer.store.reading() as session:
        assert [handoff.state for handoff in list_handoffs(session, ("released",))] == ["released"]
        assert find_open_handoff(session, customer.conversation_id) is None


def test_customer_is_told_in_their_own_language(browser: Browser, customer: Customer) -> None:
    with customer.store.transaction() as session:
        set_conversation_language(session, customer.conversation_id, "en")
    for verb in ("claim", "release"):
        browser.send(f"{address_of(customer)}/{verb}")

    said = [message.body["text"] for message in log_of(customer) if message.author == "system"]
    assert said == ["Lan has joined to help you.", "The assistant is back to help you."]


@pytest.mark.parametrize(("role", "status"), [(Role.STAFF, 409), (Role.SUPERVISOR, 303), (Role.OWNER, 303)])
def test_supervisors_release_what_somebody_forgot(browser: Browser, console: Console, customer: Customer, role: Role, status: int) -> None:
    browser.send(f"{address_of(customer)}/claim")
    answer = console.visit(add_member(customer.store, "Minh", role)).send(f"{address_of(customer)}/release")

    assert answer.status_code == status
    assert (responder_of(customer) == BOT) is (status == 303)


@pytest.mark.parametrize("role", list(Role))
def test_what_the_assistant_answers_cannot_be_released(console: Console, customer: Customer, role: Role) -> None:
    answer = console.visit(add_member(customer.store, "Minh", role)).send(f"{address_of(customer)}/release")

    assert answer.status_code == 409 and [message.author for message in log_of(customer)].count("system") == 0


@pytest.mark.parametrize("verb", ["claim", "reply", "note", "release"])
def test_change_of_nothing_is_not_found(browser: Browser, console: Console, verb: str) -> None:
    assert browser.send(f"/conversations/nobody/{verb}", text="x").status_code == 404
    assert deeds(console) == []


def test_language_of_the_console_is_switched_and_kept(browser: Browser, lan: StaffMember, sqlite_store: JourneyStore) -> None:
    answer = browser.send("/language", language="en", next="/console/?tab=all")

    assert (answer.status_code, answer.headers["location"]) == (303, "/console/?tab=all")
    with sqlite_store.reading() as session:
        assert load_staff(session, lan.email).language == "en"
    assert "All recent conversations" in browser.open("/?tab=all").text
