"""The event stream: everything once and in order, across breaks, restarts and erasure; nothing of anybody else."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import httpx
import pytest
import sqlalchemy as sa

from bot.channels.website.limits import MAX_STREAMS
from bot.wakeups import HANDOFFS
from journey_state.conversations import Posting, append_note, append_reply, find_conversation, load_conversation
from journey_state.handoffs import HandoffRequest, claim_conversation, request_handoff
from journey_state.messages import Reply
from journey_state.store import utc_now
from journey_state.tables import messages, staff
from journey_state.visitors import find_visitor, revoke_tokens
from tests.fixtures.servers import Visitor
from tests.fixtures.websites import Website, running_website, wait_until

Events = Iterator[tuple[str, dict[str, Any]]]
STAFF = "5" * 32


@pytest.fixture
def visitor(website: Website) -> Iterator[Visitor]:
    """A visitor with a session."""
    opened = Visitor(website.url)
    opened.open()
    yield opened
    opened.http.close()


@contextmanager
def stream(visitor: Visitor, after: int = 0) -> Iterator[Events]:
    """The events of one connection as (name, data)."""
    url = f"{visitor.url}/api/website/stream"
    with visitor.http.stream("GET", url, params={"after": after}, headers=visitor.headers) as answer:
        assert answer.status_code == 200 and answer.headers["x-accel-buffering"] == "no"
        assert answer.headers["content-type"].startswith("text/event-stream")
        yield _events(answer)


def _events(answer: httpx.Response) -> Events:
    name = ""
    for line in answer.iter_lines():
        if line.startswith("event: "):
            name = line[7:]
        elif line.startswith("data: "):
            yield name, json.loads(line[6:])


def take(events: Events, wanted: str, count: int = 1) -> list[dict[str, Any]]:
    """The data of the next events of one name."""
    found: list[dict[str, Any]] = []
    while len(found) < count:
        name, data = next(events)
        if name == wanted:
            found.append(data)
    return found


def texts(rows: list[dict[str, Any]]) -> list[str]:
    return [row["text"] for row in rows]


def conversation_id(website: Website, visitor: Visitor) -> str:
    """The id of the visitor's conversation."""
    with website.store.reading() as session:
        found = find_conversation(session, "website", find_visitor(session, visitor.token) or "")
        assert found is not None
        return found.id


def test_a_stream_opened_before_the_first_message_brings_the_answer(website: Website, visitor: Visitor) -> None:
    with stream(visitor) as events:
        assert next(events) == ("responder", {"kind": "bot", "name": ""})
        visitor.send("message-1", "xin chào")
        own, answer = take(events, "message", 2)
    assert (own["author"], own["client_id"], answer["author"], answer["text"]) == ("contact", "message-1", "bot", "echo: xin chào")
    assert (own["seq"], answer["seq"]) == (1, 2)


def test_a_stream_resumes_after_what_was_seen(website: Website, visitor: Visitor) -> None:
    for number in range(1, 4):
        visitor.send(f"message-{number}", str(number))
    wait_until(lambda: len(visitor.read()) == 6)
    with stream(visitor, after=4) as events:
        assert [row["seq"] for row in take(events, "message", 2)] == [5, 6]


def test_a_long_log_comes_whole_and_in_order(website: Website, visitor: Visitor) -> None:
    visitor.send("message-1", "a")
    wait_until(lambda: len(visitor.read()) == 2)
    with website.store.transaction() as session:
        conversation = load_conversation(session, conversation_id(website, visitor))
        for number in range(450):
            append_reply(session, conversation, Reply(str(number)), Posting("bot", utc_now()))
    with stream(visitor) as events:
        assert [row["seq"] for row in take(events, "message", 452)] == list(range(1, 453))


def test_two_streams_of_one_visitor_tell_the_same(website: Website, visitor: Visitor) -> None:
    with stream(visitor) as here, stream(visitor) as there:
        visitor.send("message-1", "xin chào")
        assert take(here, "message", 2) == take(there, "message", 2)


def test_a_stream_tells_nothing_of_others_nor_notes_of_staff(website: Website, visitor: Visitor) -> None:
    other = Visitor(website.url)
    other.open()
    with stream(visitor) as events:
        other.send("message-1", "của người khác")
        visitor.send("message-1", "của tôi")
        first = take(events, "message", 2)
        with website.store.transaction() as session:
            append_note(session, conversation_id(website, visitor), "khách khó tính", author=f"staff:{STAFF}", now=utc_now())
        website.services.wakeups.notify(conversation_id(website, visitor))
        visitor.send("message-2", "nữa")
        assert texts(first + take(events, "message", 2)) == ["của tôi", "echo: của tôi", "nữa", "echo: nữa"]
    other.http.close()


def test_typing_starts_and_stops(website: Website, visitor: Visitor) -> None:
    website.engine.hold()
    with stream(visitor) as events:
        visitor.send("message-1", "xin chào")
        assert take(events, "typing") == [{"is_typing": True}]
        website.engine.let_go()
        assert take(events, "typing") == [{"is_typing": False}]


def test_the_name_of_staff_who_take_over_is_told(website: Website, visitor: Visitor) -> None:
    visitor.send("message-1", "gặp nhân viên")
    wait_until(lambda: len(visitor.read()) == 2)
    room = conversation_id(website, visitor)
    with stream(visitor, after=2) as events:
        take(events, "responder")
        with website.store.transaction() as session:
            row = {"id": STAFF, "email": "lan@example.vn", "name": "Lan", "password_hash": "-", "role": "staff", "created_at": utc_now()}
            session.execute(staff.insert().values(**row))
            claim_conversation(session, room, STAFF, utc_now())
            reply = Reply("Chào bạn, mình là Lan")
            append_reply(session, load_conversation(session, room), reply, Posting(f"staff:{STAFF}", utc_now()))
        website.services.wakeups.notify(room)
        assert take(events, "responder") == [{"kind": "staff", "name": "Lan"}]
        said = take(events, "message")[0]
    assert (said["author"], said["author_name"]) == ("staff", "Lan")


def test_waiting_for_staff_tells_the_place_and_follows_the_queue(website: Website, visitor: Visitor) -> None:
    ahead = Visitor(website.url, visitor.http)
    ahead.open()
    rooms = []
    for someone in (ahead, visitor):
        someone.send("message-1", "gặp nhân viên")
        wait_until(lambda waiting=someone: len(waiting.read()) == 2)  # type: ignore[misc]
        rooms.append(conversation_id(website, someone))
    with stream(visitor) as events:
        take(events, "message", 2)
        for room in rooms:
            with website.store.transaction() as session:
                request_handoff(session, room, load_conversation(session, room).contact_id, HandoffRequest("asked", utc_now()))
        website.services.wakeups.notify(rooms[1], HANDOFFS)
        assert take(events, "waiting") == [{"position": 2}]
        for room, told in zip(rooms, ({"position": 1}, {"position": None}), strict=True):
            with website.store.transaction() as session:
                claim_conversation(session, room, STAFF, utc_now())
            website.services.wakeups.notify(room, HANDOFFS)
            assert take(events, "waiting") == [told]


def test_a_stopping_server_ends_its_streams(website: Website, visitor: Visitor) -> None:
    with stream(visitor) as events:
        take(events, "responder")
        website.services.wakeups.close()
        assert take(events, "end") == [{"reason": "restart"}]
        assert list(events) == []
    wait_until(lambda: website.services.wakeups.count_watches() == 0)


def test_a_revoked_session_ends_its_stream(website: Website, visitor: Visitor) -> None:
    visitor.send("message-1", "xin chào")
    wait_until(lambda: len(visitor.read()) == 2)
    with stream(visitor, after=2) as events:
        take(events, "responder")
        with website.store.transaction() as session:
            revoke_tokens(session, find_visitor(session, visitor.token) or "", utc_now())
        website.services.wakeups.notify(conversation_id_of_all(website))
        assert take(events, "end") == [{"reason": "unknown_session"}]


def conversation_id_of_all(website: Website) -> str:
    """The id of the only conversation there is."""
    with website.store.reading() as session:
        return str(session.execute(sa.select(messages.c.conversation_id).limit(1)).scalar_one())


@pytest.mark.parametrize("change", [
    pytest.param(lambda log: log.delete().where(log.c.seq <= 2), id="the log was erased"),
    pytest.param(lambda log: log.delete().where(log.c.seq == 2), id="a backup was restored"),
])
def test_a_log_that_lost_rows_is_read_anew(website: Website, visitor: Visitor, change: Callable[[Any], Any]) -> None:
    visitor.send("message-1", "xin chào")
    wait_until(lambda: len(visitor.read()) == 2)
    with stream(visitor, after=2) as events:
        take(events, "responder")
        room = conversation_id(website, visitor)
        with website.store.transaction() as session:
            session.execute(sa.text("PRAGMA defer_foreign_keys=ON"))
            session.execute(sa.text("DELETE FROM turns"))
            session.execute(sa.text("DELETE FROM outbox"))
            session.execute(change(messages))
        website.services.wakeups.notify(room)
        assert next(events) == ("reset", {})
        assert next(events) == ("end", {"reason": "reset"})


def test_a_position_beyond_the_log_is_reset(website: Website, visitor: Visitor) -> None:
    with stream(visitor, after=7) as events:
        assert next(events)[0] == "reset"


def test_one_visitor_cannot_hold_streams_without_end(website: Website, visitor: Visitor) -> None:
    with ExitStack() as held:
        opened = [held.enter_context(stream(visitor)) for _ in range(MAX_STREAMS)]
        for events in opened:
            take(events, "responder")
        refused = visitor.http.get(f"{visitor.url}/api/website/stream", headers=visitor.headers)
        assert refused.status_code == 429 and refused.headers["Retry-After"]
    wait_until(lambda: website.services.wakeups.count_watches() == 0)
    with stream(visitor) as events:
        take(events, "responder")


def test_messages_sent_while_the_server_was_away_are_told_after_it_is_back(sqlite_url: str) -> None:
    with running_website(sqlite_url) as website:
        visitor = Visitor(website.url)
        visitor.open()
        visitor.send("message-1", "trước")
        with stream(visitor) as events:
            seen = take(events, "message", 2)
            website.stop()
        website.start()
        visitor.send("message-2", "sau")
        with stream(visitor, after=seen[-1]["seq"]) as events:
            assert texts(take(events, "message", 2)) == ["sau", "echo: sau"]
        visitor.http.close()
