"""kill -9 at random moments while customers write: nothing lost, nothing doubled, nothing out of order."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import pairwise
from pathlib import Path

import httpx
import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.settings import PROJECT, child_environment
from journey_state.store import JourneyStore
from journey_state.tables import messages, tickets, touchpoints, turns
from journey_state.turns import count_open_turns
from tests.fixtures.servers import Visitor, find_free_port

VISITORS = 6
WITHIN_S = 60.0
# Questions of every kind: answers from content, a ticket, a referral code, a handoff, a form begun.
WORDS = (
    "xin chào shop", "gói hosting M giá bao nhiêu", "web của mình bị sập rồi, lỗi 500", "cho mình xin mã giới thiệu",
    "so sánh vps 1 với vps 2", "mình muốn khiếu nại, hỗ trợ quá chậm", "can I pay by card?", "cảm ơn nhé",
)


class KillableServer:
    """Forks of one loaded server; only they are ever killed, by their own id."""

    def __init__(self, process: subprocess.Popen[str], url: str) -> None:
        self.process = process
        self.url = url
        self.child = 0

    def start(self) -> None:
        """Start a fork and wait until it accepts."""
        assert self.process.stdin and self.process.stdout
        self.process.stdin.write("start\n")
        self.process.stdin.flush()
        self.child = int(self.process.stdout.readline())
        deadline = time.monotonic() + WITHIN_S
        while time.monotonic() < deadline:
            with suppress(httpx.TransportError):
                if httpx.get(f"{self.url}/health/live", timeout=1).status_code == 200:
                    return
            time.sleep(0.02)
        raise TimeoutError("the forked server did not start")

    def kill(self) -> None:
        """SIGKILL to the fork."""
        os.kill(self.child, signal.SIGKILL)
        while Path(f"/proc/{self.child}").exists():
            time.sleep(0.005)


@contextmanager
def killable_server(database_url: str, folder: Path) -> Iterator[KillableServer]:
    """A loaded server that waits for its first start."""
    port = find_free_port()
    environment = child_environment(
        DONGHANH_DATABASE_URL=database_url, DONGHANH_VAR_FOLDER=folder,
        DONGHANH_MESSAGES_PER_MINUTE=10**6, DONGHANH_SESSIONS_PER_MINUTE=10**6,
    )
    command = [sys.executable, "-W", "ignore", "-m", "tests.faults.forking_server", str(port)]
    log = folder / "server.log"
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": log.open("ab")}
    with pipes["stderr"], subprocess.Popen(command, cwd=PROJECT, env=environment, text=True, **pipes) as process:
        server = KillableServer(process, f"http://127.0.0.1:{port}")
        assert process.stdout and process.stdout.readline() == "loaded\n", log.read_text()[-2000:]
        try:
            yield server
        finally:
            if server.child and Path(f"/proc/{server.child}").exists():
                server.kill()
            process.kill()


class Customer(threading.Thread):
    """Writes one message after another, repeating each until it is accepted."""

    def __init__(self, url: str, number: int, is_over: threading.Event) -> None:
        super().__init__(daemon=True)
        self.visitor = Visitor(url)
        self.number = number
        self.is_over = is_over
        self.accepted: list[str] = []

    def run(self) -> None:
        """Open a session, then write until it is over."""
        while not self.visitor.token:
            with suppress(httpx.HTTPError):
                self.visitor.open()
        count = 0
        while not self.is_over.is_set():
            client_id = f"customer-{self.number}-{count}"
            if self._send_until_accepted(client_id, WORDS[(count + self.number) % len(WORDS)]):
                self.accepted.append(client_id)
            count += 1
            time.sleep(0.05)
        self.visitor.http.close()

    def _send_until_accepted(self, client_id: str, text: str) -> bool:
        for _ in range(2000):
            with suppress(httpx.TransportError):
                if self.visitor.send(client_id, text).status_code in (200, 202):
                    return True
            time.sleep(0.03)
        return False


def kill_many_times(server: KillableServer, store: JourneyStore, kills: int) -> int:
    """Kill and restart; returns how many kills came inside an open turn."""
    chance, inside = random.Random(7), 0
    for _ in range(kills):
        time.sleep(chance.uniform(0.2, 0.9))
        server.kill()
        with store.reading() as session:
            inside += count_open_turns(session) > 0
        server.start()
    return inside


def wait_until_answered(store: JourneyStore) -> None:
    """Return when no turn is open any more."""
    deadline = time.monotonic() + WITHIN_S
    while time.monotonic() < deadline:
        with store.reading() as session:
            if count_open_turns(session) == 0:
                return
        time.sleep(0.1)
    raise TimeoutError("turns stay open")


def check_each_accepted_once(session: Session, accepted: set[str]) -> None:
    found = session.execute(sa.select(messages.c.channel_message_id).where(messages.c.direction == "in")).scalars().all()
    assert len(found) == len(set(found))
    assert accepted <= set(found)


def check_each_answered_once_in_order(session: Session) -> None:
    query = sa.select(messages.c.conversation_id, messages.c.seq, messages.c.id, messages.c.answers_id, messages.c.body)
    asked: dict[str, tuple[str, int]] = {}
    answers: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for row in session.execute(query.order_by(messages.c.conversation_id, messages.c.seq)):
        if row.answers_id is None:
            asked[row.id] = (row.conversation_id, row.seq)
        else:
            answers[row.answers_id].append((row.seq, str(row.body)))
    assert set(answers) == set(asked), "every message has an answer, no answer is without a message"
    for replies in answers.values():
        doubled = [text for text, count in Counter(text for _, text in replies).items() if count > 1]
        assert not doubled
    in_order = sorted(asked.items(), key=lambda item: item[1])
    for (earlier, (conversation, _)), (later, (next_conversation, _)) in pairwise(in_order):
        if conversation == next_conversation:
            assert answers[earlier][-1][0] < answers[later][0][0]


def check_each_write_once(session: Session) -> None:
    for table, column in ((tickets, tickets.c.message_id), (touchpoints, touchpoints.c.idempotency_key)):
        values = session.execute(sa.select(column).select_from(table)).scalars().all()
        assert len(values) == len(set(values))
    assert session.execute(sa.select(sa.func.count()).select_from(tickets)).scalar_one() > 0
    unnumbered = session.execute(sa.select(sa.func.count()).where(turns.c.state == "closed", turns.c.actions.is_(None)))
    assert unnumbered.scalar_one() == 0


@pytest.mark.faults
@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_a_killed_server_loses_and_doubles_nothing(
    database_url: str, model_path: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    kills, is_over, store = int(request.config.getoption("--kills")), threading.Event(), JourneyStore(database_url)
    with killable_server(database_url, tmp_path) as server:
        server.start()
        customers = [Customer(server.url, number, is_over) for number in range(VISITORS)]
        for customer in customers:
            customer.start()
        inside = kill_many_times(server, store, kills)
        is_over.set()
        for customer in customers:
            customer.join(WITHIN_S)
        wait_until_answered(store)
    accepted = {client_id for customer in customers for client_id in customer.accepted}
    print(f"\n{kills} kills, {inside} inside an open turn, {len(accepted)} messages accepted on {store.engine.dialect.name}")
    with store.reading() as session:
        check_each_accepted_once(session, accepted)
        check_each_answered_once_in_order(session)
        check_each_write_once(session)
    store.close()
    assert inside * 3 >= kills, "too few kills came inside an open turn to prove anything"
