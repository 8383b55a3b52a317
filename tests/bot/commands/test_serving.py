"""`donghanh serve`: what keeps it from starting is named with its remedy; one real server starts, talks, and stops in order."""

from __future__ import annotations

import shutil
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from bot.commands.serving import find_start_problem
from bot.model_files import fingerprint_training_files, write_note
from bot.settings import Settings
from journey_state.store import JourneyStore
from tests.fixtures.servers import RunningServer, Visitor, find_free_port, running_server
from tests.fixtures.websites import wait_until

SECRET = "ngựa vằn 4111"


def settings(folder: Path, **fields: object) -> Settings:
    """Settings with which nothing is wrong, but for fields."""
    return Settings(**{"var_folder": folder, "models_folder": folder, "port": find_free_port(), **fields})  # type: ignore[arg-type]


def test_nothing_keeps_a_good_installation_from_starting(tmp_path: Path) -> None:
    assert find_start_problem(settings(tmp_path)) is None


def test_a_port_that_is_taken_is_named(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        problem = find_start_problem(settings(tmp_path, port=other.getsockname()[1])) or ""
    assert "choose another port: DONGHANH_PORT" in problem


@pytest.mark.parametrize(("fields", "said"), [
    ({"host": "nowhere.invalid"}, "DONGHANH_HOST"),
    ({"host": "192.0.2.1"}, "DONGHANH_HOST"),
    ({"var_folder": Path("/proc")}, "Disk full: less than 200 MB free at /proc"),
    ({"var_folder": Path("/dev/null/var")}, "set DONGHANH_VAR_FOLDER to another folder"),
    ({"models_folder": Path("/dev/null/models")}, "set DONGHANH_MODELS_FOLDER to another folder"),
])
def test_what_keeps_it_from_starting_is_named_with_its_remedy(tmp_path: Path, fields: dict[str, object], said: str) -> None:
    assert said in (find_start_problem(settings(tmp_path, **fields)) or "")


@pytest.fixture
def served(model_path: Path, tmp_path: Path) -> Iterator[RunningServer]:
    """A real server. Its model counts as current, so that it does not train."""
    models = tmp_path / "models"
    models.mkdir()
    write_note(Path(shutil.copy(model_path, models)), fingerprint_training_files())
    with running_server(tmp_path, models_folder=models) as server:
        server.wait_until_ready()
        yield server


@pytest.fixture
def visitors(served: RunningServer) -> Iterator[list[Visitor]]:
    """Three visitors with sessions."""
    opened = [Visitor(served.url) for _ in range(3)]
    for visitor in opened:
        visitor.open()
    yield opened
    for visitor in opened:
        visitor.http.close()


@pytest.mark.slow
def test_sigterm_ends_streams_finishes_the_turn_and_leaves_no_words_in_the_log(
    served: RunningServer, visitors: list[Visitor], tmp_path: Path
) -> None:
    with ThreadPoolExecutor(3) as pool:
        try:
            streams = [pool.submit(lambda visitor=visitor: list(visitor.events())) for visitor in visitors]
            wait_until(lambda: "donghanh_streams 3.0" in httpx.get(f"{served.url}/metrics").text)
            for visitor in visitors:
                for number in range(4):
                    visitor.send(f"message-{number}", f"gói hosting M giá bao nhiêu {SECRET}").raise_for_status()
            wait_until(lambda: len(visitors[0].read()) > 4)
        finally:
            code = served.stop()  # ends the streams, and with them the pool
        heard = [stream.result(20) for stream in streams]

    log = (tmp_path / "server.log").read_text(encoding="utf-8")
    assert code == 0 and "Finished server process" in log and "Traceback" not in log
    assert "4111" not in log and "ngựa" not in log
    store = JourneyStore(f"sqlite:///{tmp_path / 'donghanh.db'}")
    with store.reading() as session:
        logged = session.connection().exec_driver_sql("SELECT count(*) FROM messages WHERE author = 'contact'").scalar_one()
        halves = session.connection().exec_driver_sql("SELECT count(*) FROM turns WHERE state NOT IN ('open', 'closed')").scalar_one()
    store.close()
    assert (logged, halves) == (12, 0)  # what is still open is answered after the next start
    assert any(event["author"] != "contact" for event in heard[0])


@pytest.mark.slow
def test_a_broken_model_file_leaves_the_server_up_keeping_messages(tmp_path: Path) -> None:
    (tmp_path / "broken.tar.gz").write_bytes(b"no archive")
    write_note(tmp_path / "broken.tar.gz", fingerprint_training_files())
    with running_server(tmp_path, models_folder=tmp_path) as server:
        wait_until(lambda: is_named(server), within_s=60)
        visitor = Visitor(server.url)
        visitor.open()
        assert visitor.send("message-1", "xin chào").status_code == 202
        visitor.http.close()
        assert server.stop() == 0


def is_named(server: RunningServer) -> bool:
    """True when readiness names the broken file and the remedy."""
    try:
        said = httpx.get(f"{server.url}/health/ready", timeout=2).text
    except httpx.TransportError:
        return False
    return "broken.tar.gz" in said and "donghanh train" in said
