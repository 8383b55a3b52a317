"""The website's API: messages are kept once, everything wrong is told with a remedy, nobody reads anybody else."""

from __future__ import annotations

import json
import logging

import pytest
import sqlalchemy as sa
import yaml
from starlette.applications import Starlette
from starlette.testclient import TestClient

from bot.channels.website.commands import find_command
from bot.channels.website.routes import website_routes
from bot.services import Services
from bot.settings import PROJECT, Settings
from bot.wakeups import Wakeups
from journey_state.conversations import Posting, append_reply, find_conversation
from journey_state.messages import Card, Choice, Reply
from journey_state.store import JourneyStore, utc_now
from journey_state.turns import claim_turn, count_open_turns
from journey_state.visitors import revoke_tokens
from tests.bot.channels.website.conftest import MakeVisitor
from tests.bot.channels.website.test_openapi import DOCUMENT
from tests.fixtures.visiting import error_code, read, send, send_raw

REPLY = Reply(
    "Dạ có ạ", choices=(Choice("Mua", "buy_plan", {"plan": "hosting-m"}),),
    cards=(Card("Hosting M", ("119.000đ",), choice=Choice("Chọn", "buy_plan")), Card("Hosting L")), language="vi",
)


def answer_all(store: JourneyStore) -> str:
    """Append REPLY to the conversation of the next open turn; returns the visitor's address."""
    with store.transaction() as session:
        turn = claim_turn(session, utc_now())
        assert turn is not None
        append_reply(session, turn.conversation, REPLY, Posting("bot", utc_now(), answers_id=turn.message_id))
        return turn.conversation.address


def test_a_session_tells_the_widget_what_it_needs(make_visitor: MakeVisitor) -> None:
    answer = make_visitor(with_session=False).post("/api/website/session", json={"language": "en"})
    described = answer.json()
    assert described["name"] == "Sen Cloud" and described["language"] == "en" and described["conversation"] is False
    assert described["responder"] == {"kind": "bot", "name": ""}
    assert set(described["greeting"]) == {"vi", "en"}
    assert "24/7" in described["hours"]["vi"] and "24/7" in described["hours"]["en"]
    assert "token" not in described


def test_the_cookie_is_out_of_reach_for_scripts_and_other_sites(make_visitor: MakeVisitor) -> None:
    answer = make_visitor(with_session=False).post("/api/website/session")
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie and "samesite=lax" in cookie and "path=/api/website" in cookie


def test_a_second_session_request_keeps_the_visitor(visitor: TestClient) -> None:
    send(visitor)
    answer = visitor.post("/api/website/session")
    assert "set-cookie" not in answer.headers
    assert answer.json()["conversation"] is True


def test_a_carried_token_opens_the_same_conversation_from_another_origin(make_visitor: MakeVisitor) -> None:
    opened = make_visitor(with_session=False).post("/api/website/session", json={"carry": "token"})
    assert "set-cookie" not in opened.headers
    elsewhere = make_visitor(with_session=False, **{"Authorization": f"Bearer {opened.json()['token']}", "Sec-Fetch-Site": "cross-site"})
    assert send(elsewhere).status_code == 202
    assert "token" not in elsewhere.post("/api/website/session", json={"carry": "token"}).json()


def test_a_message_is_written_down_before_it_is_acknowledged(visitor: TestClient, services: Services) -> None:
    rung: list[bool] = []
    services.wakeups.set_engine_bell(lambda: rung.append(True))
    answer = send(visitor, text="xin\u202e chào", language="en")
    assert answer.status_code == 202
    assert answer.json()["seq"] == 1 and answer.json()["client_id"] == "message-1"
    with services.store.reading() as session:
        assert count_open_turns(session) == 1
    with services.store.transaction() as session:
        turn = claim_turn(session, utc_now())
    assert turn is not None and turn.body["text"] == "xin chào" and turn.body["details"] == {"client_id": "message-1", "language": "en"}
    assert rung == [True]


def test_a_repeated_message_changes_nothing(visitor: TestClient, services: Services) -> None:
    first, again = send(visitor, text="một"), send(visitor, text="hai")
    assert (first.status_code, again.status_code) == (202, 200)
    assert first.json() == again.json()
    assert [message["text"] for message in read(visitor)] == ["một"]
    with services.store.reading() as session:
        assert count_open_turns(session) == 1


def test_two_visitors_may_use_the_same_message_id(make_visitor: MakeVisitor) -> None:
    assert [send(make_visitor(), id="same-identifier").status_code for _ in range(2)] == [202, 202]


@pytest.mark.parametrize(("fields", "status", "code"), [
    ({"text": ""}, 422, "empty_message"),
    ({"text": " \n\t "}, 422, "empty_message"),
    ({"text": "\u202e\u200b\x00"}, 422, "empty_message"),
    ({"text": "x" * 4001}, 422, "message_too_long"),
    ({"text": "x" * 100_000}, 413, "body_too_large"),
    ({"text": None}, 422, "text_or_choice"),
    ({"text": 5}, 422, "text_or_choice"),
    ({"text": ["xin chào"]}, 422, "text_or_choice"),
    ({"text": "cả hai", "choice": "token"}, 422, "text_or_choice"),
    ({"choice": 5}, 422, "text_or_choice"),
    ({"text": "cả hai", "command": "staff"}, 422, "text_or_choice"),
    ({"text": None, "command": "made_up"}, 422, "unknown_command"),
    ({"text": None, "command": "rate_6"}, 422, "unknown_command"),
    ({"text": None, "command": ["staff"]}, 422, "unknown_command"),
    ({"choice": "made-up-token"}, 409, "unknown_choice"),
    ({"choice": "/restart"}, 409, "unknown_choice"),
    ({"choice": ""}, 409, "unknown_choice"),
    ({"id": "short"}, 422, "bad_message_id"),
    ({"id": "x" * 65}, 422, "bad_message_id"),
    ({"id": "has spaces in it"}, 422, "bad_message_id"),
    ({"id": 12345678}, 422, "bad_message_id"),
    ({"id": None}, 422, "bad_message_id"),
    ({"language": "fr"}, 422, "bad_language"),
    ({"language": ["vi"]}, 422, "bad_language"),
])
def test_a_wrong_message_is_refused_with_a_remedy(visitor: TestClient, fields: dict[str, object], status: int, code: str) -> None:
    answer = send(visitor, **fields)
    assert (answer.status_code, error_code(answer)) == (status, code)
    assert read(visitor) == []


@pytest.mark.parametrize("text", [
    "x" * 4000, "ế" * 4000, "/restart", '/buy_plan{"plan": "vps-8"}', "<img src=x onerror=alert(1)>", "' OR 1=1 --",
    "👍", "😀😀😀", "{{7*7}}", "%s%s%n",
])
def test_odd_texts_are_ordinary_messages(visitor: TestClient, text: str) -> None:
    assert send(visitor, text=text).status_code == 202
    assert [message["text"] for message in read(visitor)] == [text]


@pytest.mark.parametrize(("body", "content_type", "status", "code"), [
    ('{"id": "message-1", "text": "a"}', "text/plain", 415, "wrong_content_type"),
    ("id=message-1&text=a", "application/x-www-form-urlencoded", 415, "wrong_content_type"),
    ("<message/>", "application/xml", 415, "wrong_content_type"),
    ('{"id": "message-1", "text": "a"}', "", 415, "wrong_content_type"),
    ("", "application/json", 400, "broken_json"),
    ("{", "application/json", 400, "broken_json"),
    ("[]", "application/json", 400, "broken_json"),
    ('"text"', "application/json; charset=utf-8", 400, "broken_json"),
    ("[" * 50_000, "application/json", 400, "broken_json"),
    (b'{"id": "message-1", "text": "\xff\xfe"}', "application/json", 400, "broken_json"),
    ("x" * 70_000, "application/json", 413, "body_too_large"),
])
def test_a_wrong_body_is_refused_with_a_remedy(
    visitor: TestClient, body: str | bytes, content_type: str, status: int, code: str
) -> None:
    answer = send_raw(visitor, body, content_type)
    assert (answer.status_code, error_code(answer)) == (status, code)


def test_a_large_body_without_its_length_is_refused_too(visitor: TestClient) -> None:
    parts = (b"x" * 1000 for _ in range(100))
    answer = visitor.post("/api/website/messages", content=parts, headers={"Content-Type": "application/json"})
    assert (answer.status_code, error_code(answer)) == (413, "body_too_large")


@pytest.mark.parametrize(("method", "path"), [("POST", "messages"), ("GET", "messages"), ("GET", "stream")])
@pytest.mark.parametrize("headers", [
    {}, {"Authorization": "Bearer made-up"}, {"Authorization": "Basic eDp5"}, {"Cookie": "donghanh_visitor=guessed"},
])
def test_nobody_without_a_session_gets_in(make_visitor: MakeVisitor, method: str, path: str, headers: dict[str, str]) -> None:
    stranger = make_visitor(with_session=False)
    body = {"id": "message-1", "text": "xin chào"} if method == "POST" else None
    answer = stranger.request(method, f"/api/website/{path}", json=body, headers=headers)
    assert (answer.status_code, error_code(answer)) == (401, "unknown_session")


def test_an_address_or_a_conversation_id_is_no_token(visitor: TestClient, make_visitor: MakeVisitor, services: Services) -> None:
    send(visitor)
    address = answer_all(services.store)
    with services.store.reading() as session:
        conversation = find_conversation(session, "website", address)
    assert conversation is not None
    for guess in (address, conversation.id, conversation.contact_id):
        assert make_visitor(with_session=False, Authorization=f"Bearer {guess}").get("/api/website/messages").status_code == 401


def test_visitors_read_their_own_log_only(make_visitor: MakeVisitor) -> None:
    one, other = make_visitor(), make_visitor()
    send(one, text="của tôi")
    send(other, text="của người khác")
    assert [message["text"] for message in read(one)] == ["của tôi"]
    assert [message["text"] for message in read(other)] == ["của người khác"]


def test_a_revoked_token_is_worth_nothing(visitor: TestClient, services: Services) -> None:
    send(visitor)
    address = answer_all(services.store)
    with services.store.transaction() as session:
        assert revoke_tokens(session, address, utc_now()) == 1
    assert send(visitor, id="message-2").status_code == 401
    assert visitor.get("/api/website/messages").status_code == 401


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a_cookie_that_another_site_sends_is_not_taken(visitor: TestClient, site: str) -> None:
    answer = visitor.post("/api/website/messages", json={"id": "message-1", "text": "giả"}, headers={"Sec-Fetch-Site": site})
    assert (answer.status_code, error_code(answer)) == (403, "foreign_request")


def test_a_button_sends_its_label_and_keeps_its_meaning_here(visitor: TestClient, services: Services) -> None:
    send(visitor)
    answer_all(services.store)
    reply = read(visitor)[-1]
    assert reply["choices"][0].keys() == {"label", "token"}
    assert "choice" in reply["cards"][0] and "choice" not in reply["cards"][1]
    assert send(visitor, id="message-2", choice=reply["choices"][0]["token"]).status_code == 202
    assert read(visitor)[-1]["text"] == "Mua"


@pytest.mark.parametrize(("command", "language", "label", "choice"), [
    ("forget", "vi", "Xoá dữ liệu của tôi", {"intent": "ask_privacy", "slots": {"privacy_request": "erase"}}),
    ("rate_4", "en", "I give 4 out of 5", {"intent": "rate_csat", "slots": {"rating": "4"}}),
    ("staff", None, "Gặp nhân viên", {"intent": "ask_human", "slots": {}}),
])
def test_a_command_of_the_menu_is_a_button_whose_meaning_is_known_here(
    visitor: TestClient, services: Services, command: str, language: str | None, label: str, choice: dict[str, object]
) -> None:
    assert send(visitor, text=None, command=command, language=language).status_code == 202
    with services.store.transaction() as session:
        turn = claim_turn(session, utc_now())
    assert turn is not None and (turn.body["text"], turn.body["choice"]) == (label, choice)
    assert read(visitor)[-1]["text"] == label


def test_every_command_is_described_and_names_an_intent_that_the_assistant_knows() -> None:
    described = DOCUMENT["components"]["schemas"]["NewMessage"]["properties"]["command"]["enum"]
    known = yaml.safe_load((PROJECT / "domain.yml").read_text(encoding="utf-8"))["intents"]
    names = {intent if isinstance(intent, str) else next(iter(intent)) for intent in known}
    for name in described:
        vi, en = find_command(name, "vi"), find_command(name, "en")
        assert vi is not None and en is not None and vi.label != en.label and vi.intent in names
    assert find_command("rate_0", "vi") is find_command("", "vi") is None


def test_a_button_of_another_conversation_does_nothing(make_visitor: MakeVisitor, services: Services) -> None:
    one, other = make_visitor(), make_visitor()
    send(one)
    answer_all(services.store)
    token = read(one)[-1]["choices"][0]["token"]
    answer = send(other, choice=token)
    assert (answer.status_code, error_code(answer)) == (409, "unknown_choice")
    assert read(other) == []


def test_pages_of_the_log_meet_without_gap_or_overlap(visitor: TestClient) -> None:
    for number in range(1, 8):
        send(visitor, id=f"message-{number}", text=str(number))
    newest = visitor.get("/api/website/messages", params={"limit": 3}).json()
    older = visitor.get("/api/website/messages", params={"limit": 3, "before": newest["messages"][0]["seq"]}).json()
    oldest = visitor.get("/api/website/messages", params={"limit": 3, "before": older["messages"][0]["seq"]}).json()
    pages = (oldest, older, newest)
    assert [message["text"] for page in pages for message in page["messages"]] == ["1", "2", "3", "4", "5", "6", "7"]
    assert [page["has_more"] for page in pages] == [False, True, True]
    after = visitor.get("/api/website/messages", params={"after": 5, "limit": 1}).json()
    assert (after["messages"][0]["text"], after["has_more"]) == ("6", True)


@pytest.mark.parametrize("query", ["after=-1", "after=x", "after=1.5", "after=99999999999", "before=", "after=1&before=2", "limit=ten"])
def test_a_wrong_position_is_refused_with_a_remedy(visitor: TestClient, query: str) -> None:
    for path in ("messages", "stream"):
        answer = visitor.get(f"/api/website/{path}?{query}")
        assert (answer.status_code, error_code(answer)) == (422, "bad_position")


def test_a_flood_is_slowed_and_nobody_else_is(sqlite_store: JourneyStore) -> None:
    app = Starlette(routes=website_routes(Services(sqlite_store, Wakeups(), Settings(messages_per_minute=5))))
    with TestClient(app) as flooder, TestClient(app) as neighbour:
        flooder.post("/api/website/session")
        neighbour.post("/api/website/session")
        answers = [send(flooder, id=f"message-{number}") for number in range(8)]
        assert [answer.status_code for answer in answers] == [202] * 5 + [429] * 3
        assert error_code(answers[-1]) == "too_many_messages"
        assert 1 <= int(answers[-1].headers["Retry-After"]) <= 12
        assert send(neighbour).status_code == 202
        assert len(read(flooder)) == 5


def test_one_address_cannot_open_sessions_without_end(sqlite_store: JourneyStore) -> None:
    app = Starlette(routes=website_routes(Services(sqlite_store, Wakeups(), Settings(sessions_per_minute=2))))
    with TestClient(app) as visitor:
        statuses = []
        for _ in range(3):
            visitor.cookies.clear()
            statuses.append(visitor.post("/api/website/session").status_code)
    assert statuses == [200, 200, 429]


def test_a_failing_database_is_an_apology_and_no_text_in_the_log(
    visitor: TestClient, services: Services, caplog: pytest.LogCaptureFixture
) -> None:
    with services.store.transaction() as session:
        session.execute(sa.text("DROP TABLE messages"))
    with caplog.at_level(logging.ERROR):
        answer = send(visitor, text="bí mật của khách")
    assert (answer.status_code, error_code(answer)) == (503, "not_available")
    assert "Retry-After" in answer.headers
    assert "OperationalError" in caplog.text and "bí mật" not in caplog.text


def test_staff_show_their_name_and_nothing_else(visitor: TestClient, services: Services) -> None:
    send(visitor)
    with services.store.transaction() as session:
        turn = claim_turn(session, utc_now())
        assert turn is not None
        append_reply(session, turn.conversation, Reply("Chào anh"), Posting("staff:" + "5" * 32, utc_now()))
    assert "5" * 32 not in json.dumps(read(visitor))
    assert read(visitor)[-1]["author"] == "staff"


