"""Health, readiness and metrics: 503 names the problem and its remedy."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
from starlette.applications import Starlette
from starlette.testclient import TestClient

from bot.engine_thread import EngineThread
from bot.health import health_routes
from bot.services import Services
from bot.settings import Settings
from bot.turns import TurnRunner
from bot.wakeups import Wakeups
from journey_state.conversations import accept_message
from journey_state.store import JourneyStore
from tests.fixtures.engines import FakeEngine
from tests.fixtures.journeys import inbound


@contextmanager
def asking(store: JourneyStore, engine: FakeEngine | None) -> Iterator[TestClient]:
    """Whoever operates a server on this store."""
    services = Services(store, Wakeups(), Settings())
    runner = TurnRunner(store, services.wakeups)
    runner.engine = engine
    thread = EngineThread(runner, store, Path("nowhere"))
    with TestClient(Starlette(routes=health_routes(services, thread))) as client:
        yield client


def test_ready_with_database_and_model(store: JourneyStore) -> None:
    with asking(store, FakeEngine()) as client:
        assert client.get("/health/live").json() == {"status": "live"}
        answer = client.get("/health/ready")
    assert (answer.status_code, answer.json()) == (200, {"status": "ready", "problems": [], "model": "fake-1"})


def test_not_ready_while_the_model_is_being_loaded(sqlite_store: JourneyStore) -> None:
    with asking(sqlite_store, None) as client:
        answer = client.get("/health/ready")
    assert (answer.status_code, answer.json()["problems"]) == (503, ["the model is being loaded"])


def test_not_ready_when_another_version_migrated_the_database(sqlite_store: JourneyStore) -> None:
    with sqlite_store.transaction() as session:
        session.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    with asking(sqlite_store, FakeEngine()) as client:
        answer = client.get("/health/ready")
    assert answer.status_code == 503 and "restart" in answer.json()["problems"][0]


def test_a_database_that_is_gone_is_named_and_the_process_stays_live() -> None:
    store = JourneyStore("postgresql://nobody:hunter2@127.0.0.1:1/nowhere")
    with asking(store, FakeEngine()) as client:
        answers = {path: client.get(path) for path in ("/health/live", "/health/ready", "/metrics")}
    assert [answer.status_code for answer in answers.values()] == [200, 503, 503]
    for path in ("/health/ready", "/metrics"):
        assert "DONGHANH_DATABASE_URL" in answers[path].text and "hunter2" not in answers[path].text


@pytest.mark.parametrize("name", [
    "donghanh_turn_seconds_bucket", "donghanh_turns", "donghanh_turn_failures_total", "donghanh_deliveries", "donghanh_open_turns 1.0",
    "donghanh_queue_age_seconds", "donghanh_outbox_lag_seconds", "donghanh_handoff_wait_seconds", "donghanh_streams",
])
def test_metrics_are_in_prometheus_form(sqlite_store: JourneyStore, name: str) -> None:
    with sqlite_store.transaction() as session:
        accept_message(session, inbound())
    with asking(sqlite_store, FakeEngine()) as client:
        answer = client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain")
    assert f"\n{name}" in answer.text or f"# TYPE {name}" in answer.text
