"""The whole app, wired as it serves, with an engine that needs no model."""

from __future__ import annotations

import json
import logging
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
from starlette.testclient import TestClient

from bot.app import create_app
from bot.logs import JsonFormatter
from bot.settings import Settings
from journey_state.content import use_content
from journey_state.errors import ContentError
from journey_state.store import JourneyStore
from journey_state.tables import turns
from tests.fixtures.engines import FakeEngine
from tests.fixtures.visiting import read, send
from tests.fixtures.websites import wait_until

SECRET = "ngựa vằn 4111"


@contextmanager
def serving(url: str, folder: Path, engine: FakeEngine | None) -> Iterator[TestClient]:
    """A visitor of the app; it stops in order at the end."""
    app = create_app(Settings(database_url=url, var_folder=folder, models_folder=folder, messages_per_minute=600))
    app.state.engine.runner.engine = engine
    with TestClient(app) as client:
        client.post("/api/website/session", json={})
        yield client


def test_a_message_walks_from_the_website_to_its_answer(database_url: str, tmp_path: Path) -> None:
    with serving(database_url, tmp_path, FakeEngine()) as client:
        assert send(client, text="xin chào").status_code in (200, 202)
        wait_until(lambda: len(read(client)) >= 2)
        assert [message["text"] for message in read(client)][:2] == ["xin chào", "echo: xin chào"]
        assert client.get("/health/ready").status_code == 200


def test_without_a_model_the_app_is_up_and_keeps_what_is_said(sqlite_url: str, tmp_path: Path) -> None:
    with serving(sqlite_url, tmp_path, None) as client:
        assert send(client).status_code in (200, 202)
        wait_until(lambda: "donghanh train" in client.get("/health/ready").text)
        assert client.get("/health/live").status_code == 200
    with serving(sqlite_url, tmp_path, FakeEngine()):
        store = JourneyStore(sqlite_url)

        def is_answered() -> bool:
            with store.reading() as session:
                return session.execute(sa.select(turns.c.state)).scalars().all() == ["closed"]

        wait_until(is_answered)
        store.close()


@pytest.fixture
def broken_content(tmp_path: Path) -> Iterator[Path]:
    """A business whose prices are no YAML."""
    folder = tmp_path / "business"
    shutil.copytree(Settings().content_folder, folder)
    (folder / "prices.yml").write_text("prices:\n  - plan: [", encoding="utf-8")
    yield folder
    use_content(Settings().content_folder)


def test_a_broken_content_file_keeps_the_server_from_starting(sqlite_url: str, broken_content: Path) -> None:
    with pytest.raises(ContentError, match=r"prices\.yml, line \d+"):
        create_app(Settings(database_url=sqlite_url, content_folder=broken_content))


class QuotingEngine(FakeEngine):
    """Fails with the customer's words in its error."""

    async def respond(self, turn, scope, metadata):  # type: ignore[no-untyped-def]
        """Fail, quoting."""
        logging.getLogger("rasa.core").warning("cannot parse %s", turn.body["text"])
        raise ValueError(f"cannot parse {turn.body['text']}")


def test_logs_hold_no_words_of_anybody_though_turns_fail(sqlite_url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    caplog.handler.setFormatter(JsonFormatter())
    logging.getLogger("rasa").setLevel(logging.ERROR)  # as configure_logs does
    with serving(sqlite_url, tmp_path, QuotingEngine()) as client:
        send(client, text=SECRET)
        client.post("/api/website/messages", content=f"{{{SECRET}", headers={"Content-Type": "application/json"})
        client.post(f"/api/website/{SECRET}", json={"text": SECRET})
        send(client, id=SECRET * 100, text=SECRET)
        wait_until(lambda: "turn failed" in caplog.text)
    lines = [line for line in map(json.loads, caplog.text.splitlines()) if not line["logger"].startswith("httpx")]  # that is the visitor
    assert [line["error"] for line in lines if line["event"] == "turn failed"] == ["ValueError"]
    assert all("4111" not in str(line) and "ngựa" not in str(line) for line in lines)
