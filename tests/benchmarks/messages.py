"""Speed and memory of the running server: `.venv/bin/python -m tests.benchmarks.messages [--json]`.

300 messages of real customers (tests/conversations/held_out.jsonl) go through a server of its own on loopback;
printed: start to first answer, resident memory, latency end to end and inside the engine, messages a second with
1, 8 and 32 conversations at once, and latency at turn 10, 100 and 1,000 of one conversation.
"""

from __future__ import annotations

import json
import platform
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import httpx

from bot.settings import PROJECT
from tests.fixtures.servers import RunningServer, Visitor, running_server

MESSAGES = 300
LONG_TURNS = 1000
HELD_OUT = PROJECT / "tests" / "conversations" / "held_out.jsonl"


def read_texts() -> list[str]:
    """Customers' words, in the order of the file."""
    rows = (json.loads(line) for line in HELD_OUT.read_text(encoding="utf-8").splitlines())
    return [turn["text"] for row in rows for turn in row["turns"]]


class Listener:
    """Hears a visitor's stream on a thread and tells when a message was answered."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor = visitor
        self._heard = threading.Condition()
        self._answers = 0
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def ask(self, client_id: str, text: str) -> float:
        """Send and wait for the first reply; returns milliseconds from send to receipt."""
        with self._heard:
            before = self._answers
        started = time.perf_counter()
        self.visitor.send(client_id, text).raise_for_status()
        with self._heard:
            if not self._heard.wait_for(lambda: self._answers > before, timeout=30):
                raise TimeoutError(f"no answer to {client_id}")
        return (time.perf_counter() - started) * 1000

    def _run(self) -> None:
        listening = Visitor(self.visitor.url, token=self.visitor.token)
        try:
            for message in listening.events():
                if message["author"] == "bot":
                    with self._heard:
                        self._answers += 1
                        self._heard.notify_all()
        except httpx.TransportError:
            pass  # the server has gone


def open_listener(server: RunningServer) -> Listener:
    """A visitor whose first turn, with the consent question, is behind them."""
    visitor = Visitor(server.url)
    visitor.open()
    listener = Listener(visitor)
    listener.ask("first-message", "xin chào")
    time.sleep(0.1)
    return listener


def percentiles(values: Sequence[float]) -> dict[str, float]:
    """p50 and p95, rounded to 0.1."""
    ordered = sorted(values)
    return {"p50": round(statistics.median(ordered), 1), "p95": round(ordered[int(len(ordered) * 0.95)], 1)}


def measure_single(server: RunningServer, texts: Sequence[str]) -> dict[str, Any]:
    """One customer after another."""
    listener, cpu_before = open_listener(server), server.cpu_s()
    started = time.perf_counter()
    latencies = [listener.ask(f"single-{i:04}", text) for i, text in enumerate(islice(cycle(texts), MESSAGES))]
    spent = time.perf_counter() - started
    return {
        "end_to_end_ms": percentiles(latencies), "per_second": round(MESSAGES / spent, 1),
        "cpu_ms_a_message": round((server.cpu_s() - cpu_before) * 1000 / MESSAGES, 1),
    }


def measure_parallel(server: RunningServer, texts: Sequence[str], conversations: int) -> dict[str, Any]:
    """Several customers at once, each waiting for the answer before writing again."""
    listeners = [open_listener(server) for _ in range(conversations)]
    each = MESSAGES // conversations

    def talk(number: int) -> list[float]:
        return [listeners[number].ask(f"parallel-{i:04}", text) for i, text in enumerate(islice(cycle(texts), number, number + each))]

    started = time.perf_counter()
    with ThreadPoolExecutor(conversations) as pool:
        latencies = [value for values in pool.map(talk, range(conversations)) for value in values]
    spent = time.perf_counter() - started
    return {"end_to_end_ms": percentiles(latencies), "per_second": round(len(latencies) / spent, 1)}


def measure_growth(server: RunningServer, texts: Sequence[str]) -> dict[str, float]:
    """Median of the 20 turns up to turn 10 + 10, 100 and 1,000 of one conversation."""
    listener = open_listener(server)
    latencies = [listener.ask(f"growth-{i:04}", text) for i, text in enumerate(islice(cycle(texts), LONG_TURNS + 10))]
    at = {turn: statistics.median(latencies[turn - 10 : turn + 10]) for turn in (10, 100, LONG_TURNS)}
    return {**{f"turn_{turn}_ms": round(value, 1) for turn, value in at.items()}, "ratio_1000_to_10": round(at[LONG_TURNS] / at[10], 2)}


def engine_percentiles(server: RunningServer) -> dict[str, float]:
    """Upper bounds of p50 and p95 inside the engine, from the server's own histogram."""
    lines = httpx.get(f"{server.url}/metrics").text.splitlines()
    buckets = [line for line in lines if line.startswith("donghanh_turn_seconds_bucket")]
    counts = [(line.split('le="')[1].split('"')[0], float(line.rsplit(" ", 1)[1])) for line in buckets]
    total = counts[-1][1]
    return {f"p{q}_at_most_ms": next(float(le) * 1000 for le, count in counts if count >= total * q / 100) for q in (50, 95)}


def run() -> dict[str, Any]:
    """Everything, in one run on one machine."""
    texts = read_texts()
    report: dict[str, Any] = {"machine": f"{platform.processor() or platform.machine()}, Python {platform.python_version()}"}
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        limits = {"messages_per_minute": 10**6, "sessions_per_minute": 10**6}
        with running_server(Path(folder), **limits) as server:
            server.wait_until_ready()
            open_listener(server)
            report["start_to_first_answer_s"] = round(time.perf_counter() - started, 1)
            report["resident_mb_after_start"] = round(server.resident_mb())
            report["single"] = measure_single(server, texts)
            for conversations in (1, 8, 32):
                report[f"{conversations}_at_once"] = measure_parallel(server, texts, conversations)
            report["growth"] = measure_growth(server, texts)
            report["engine"] = engine_percentiles(server)
            report["resident_mb_at_end"] = round(server.resident_mb())
    return report


def main() -> None:
    """Print the report."""
    report = run()
    if "--json" in sys.argv:
        print(json.dumps(report))
        return
    for name, value in report.items():
        print(f"{name:28} {value}")


if __name__ == "__main__":
    main()
