"""500 open widgets on one process: `.venv/bin/python -m tests.benchmarks.widgets [--json] [--widgets N] [--rate N] [--seconds N]`.

Every widget holds its event stream; messages of real customers (tests/conversations/held_out.jsonl) come from all of
them in turn at a fixed rate, whether or not earlier ones are answered. Printed: memory a connection, milliseconds from
send to acknowledgement and from send to receipt of the bot's answer, and how many messages or answers were lost.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import platform
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from tests.benchmarks.messages import percentiles, read_texts
from tests.fixtures.servers import RunningServer, running_server

ANSWERED_WITHIN_S = 120.0


@dataclass
class Widget:
    """One visitor with an open stream. sent: when each message was sent; seqs: every log row heard, in order."""

    number: int
    http: httpx.AsyncClient
    token: str = ""
    is_listening: asyncio.Event = field(default_factory=asyncio.Event)
    waiting: list[float] = field(default_factory=list)
    sent: int = 0
    own_rows: int = 0
    seqs: list[int] = field(default_factory=list)
    acknowledged_ms: list[float] = field(default_factory=list)
    answered_ms: list[float] = field(default_factory=list)

    @property
    def headers(self) -> dict[str, str]:
        """What proves who we are."""
        return {"Authorization": f"Bearer {self.token}"}

    async def open(self) -> None:
        """Open a session."""
        answer = await self.http.post("/api/website/session", json={"carry": "token"})
        answer.raise_for_status()
        self.token = answer.json()["token"]

    async def listen(self) -> None:
        """Follow the stream until cancelled."""
        async with self.http.stream("GET", "/api/website/stream", params={"after": 0}, headers=self.headers) as stream:
            event = ""
            async for line in stream.aiter_lines():
                self.is_listening.set()
                if line.startswith("event: "):
                    event = line[7:]
                elif line.startswith("data: ") and event == "message":
                    self._hear(json.loads(line[6:]))

    async def ask(self, text: str) -> None:
        """Send one message and go on when it is acknowledged; the stream brings the answer."""
        started = time.perf_counter()
        self.sent += 1
        self.waiting.append(started)
        message = {"id": f"widget-{self.number:04}-{self.sent:04}", "text": text}
        (await self.http.post("/api/website/messages", json=message, headers=self.headers)).raise_for_status()
        self.acknowledged_ms.append((time.perf_counter() - started) * 1000)

    def _hear(self, message: dict[str, Any]) -> None:
        self.seqs.append(message["seq"])
        self.own_rows += message["author"] == "contact"
        # Turns run in order: the first answer after a message is that message's.
        if message["author"] != "contact" and self.waiting:
            self.answered_ms.append((time.perf_counter() - self.waiting.pop(0)) * 1000)


async def open_all(widgets: Sequence[Widget], tasks: list[asyncio.Task[None]]) -> None:
    """Open every session, then every stream; returns when all streams speak."""
    for at in range(0, len(widgets), 20):
        await asyncio.gather(*(widget.open() for widget in widgets[at : at + 20]))
    tasks += [asyncio.create_task(widget.listen()) for widget in widgets]
    await asyncio.gather(*(widget.is_listening.wait() for widget in widgets))


async def talk(widgets: Sequence[Widget], texts: Sequence[str], rate: float, seconds: float) -> float:
    """Send at a fixed rate from all widgets in turn, then wait for the last answers; returns the seconds spent sending."""
    sending, started = [], time.perf_counter()
    for number in range(int(rate * seconds)):
        await asyncio.sleep(max(0.0, started + number / rate - time.perf_counter()))
        sending.append(asyncio.create_task(widgets[number % len(widgets)].ask(texts[number % len(texts)])))
    spent = time.perf_counter() - started
    await asyncio.gather(*sending)
    deadline = time.perf_counter() + ANSWERED_WITHIN_S
    while any(widget.waiting for widget in widgets) and time.perf_counter() < deadline:
        await asyncio.sleep(0.1)
    return spent


def report_losses(widgets: Sequence[Widget]) -> dict[str, int]:
    """What every stream missed, doubled or heard out of order."""
    return {
        "unanswered": sum(len(widget.waiting) for widget in widgets),
        "own_messages_lost": sum(widget.sent - widget.own_rows for widget in widgets),
        "events_doubled": sum(len(widget.seqs) - len(set(widget.seqs)) for widget in widgets),
        "events_out_of_order": sum(widget.seqs != sorted(widget.seqs) for widget in widgets),
        "gaps": sum(len(widget.seqs) != (widget.seqs or [0])[-1] for widget in widgets),
    }


async def play(server: RunningServer, options: argparse.Namespace) -> dict[str, Any]:
    """One run against a server that is ready."""
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=None)
    async with httpx.AsyncClient(base_url=server.url, limits=limits, timeout=httpx.Timeout(60, read=None)) as http:
        widgets = [Widget(number, http) for number in range(options.widgets)]
        await widgets[0].open()
        before_mb, tasks = server.resident_mb(), []  # type: tuple[float, list[asyncio.Task[None]]]
        await open_all(widgets, tasks)
        open_mb, cpu_before = server.resident_mb(), server.cpu_s()
        spent = await talk(widgets, read_texts(), options.rate, options.seconds)
        cpu_s = server.cpu_s() - cpu_before
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    answered = [value for widget in widgets for value in widget.answered_ms]
    return {
        "widgets": len(widgets), "resident_mb_before": round(before_mb), "resident_mb_all_open": round(open_mb),
        "kb_a_connection": round((open_mb - before_mb) * 1000 / len(widgets), 1), "sent_per_second": round(len(answered) / spent, 1),
        "send_to_acknowledged_ms": percentiles([value for widget in widgets for value in widget.acknowledged_ms]),
        "send_to_answer_ms": percentiles(answered), "cpu_ms_a_message": round(cpu_s * 1000 / max(1, len(answered)), 1),
        **report_losses(widgets),
    }


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Start a server of its own and play."""
    with tempfile.TemporaryDirectory() as folder:
        limits = {"messages_per_minute": 10**6, "sessions_per_minute": 10**6}
        with running_server(Path(folder), **limits) as server:
            server.wait_until_ready()
            machine = f"{platform.processor() or platform.machine()}, Python {platform.python_version()}"
            return {"machine": machine, **asyncio.run(play(server, options))}


def main() -> None:
    """Print the report."""
    parser = argparse.ArgumentParser(description="How many open widgets one process bears.")
    parser.add_argument("--widgets", type=int, default=500)
    parser.add_argument("--rate", type=float, default=20)
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    report = run(options)
    if options.json:
        print(json.dumps(report))
        return
    for name, value in report.items():
        print(f"{name:26} {value}")


if __name__ == "__main__":
    main()
