"""Files over the API: taken by their bytes, capped in size and number, given back as attachments to their visitor only."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from bot.channels.website.routes import website_routes
from bot.services import Services
from bot.settings import Settings
from bot.wakeups import Wakeups
from journey_state.uploads import MAX_A_DAY
from tests.bot.channels.website.conftest import MakeVisitor
from tests.fixtures.files import LOG, PDF, PNG, PROGRAM
from tests.fixtures.visiting import error_code, read

HEADERS = {"Content-Type": "application/octet-stream"}


def upload(visitor: TestClient, body: Any = PNG, headers: dict[str, str] | None = None, **query: str) -> Any:
    """Send a file; `id` and `name` have defaults."""
    parameters = {"id": "file-0001", "name": "lỗi.png", **query}
    return visitor.post("/api/website/uploads", params=parameters, content=body, headers=headers or HEADERS)


def files(folder: Path) -> list[str]:
    return [path.name for path in (folder / "uploads").iterdir()] if (folder / "uploads").exists() else []


def test_file_is_kept_outside_of_the_site_and_given_back_as_an_attachment(visitor: TestClient, tmp_path: Path) -> None:
    answer = upload(visitor)
    assert (answer.status_code, answer.json()["seq"]) == (202, 1)
    mine, reply = read(visitor)
    attachment = mine["attachment"]
    assert (attachment["name"], attachment["media_type"], attachment["size"]) == ("lỗi.png", "image/png", len(PNG))
    assert reply["author"] == "system" and "lỗi.png" in reply["text"]
    assert files(tmp_path) == [attachment["id"]]

    back = visitor.get(f"/api/website/uploads/{attachment['id']}")
    assert back.content == PNG
    assert back.headers["content-disposition"].startswith("attachment;") and back.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in back.headers["content-security-policy"] and "no-store" in back.headers["cache-control"]


def test_repeat_changes_nothing_and_leaves_one_file(visitor: TestClient, tmp_path: Path) -> None:
    first, again = upload(visitor), upload(visitor)
    assert (first.status_code, again.status_code) == (202, 200) and first.json() == again.json()
    assert len(files(tmp_path)) == 1 and len(read(visitor)) == 2


def test_answer_is_in_the_visitors_language(visitor: TestClient) -> None:
    upload(visitor, LOG, name="error.log", language="en")
    assert read(visitor)[-1]["text"].startswith("I have received “error.log”.")


@pytest.mark.parametrize(("body", "query", "status", "code"), [
    (PROGRAM, {}, 415, "wrong_file_type"),
    (b"", {}, 415, "wrong_file_type"),
    (PNG + b"x" * 2_000_000, {}, 413, "file_too_large"),
    (PDF, {"id": "short"}, 422, "bad_message_id"),
    (PDF, {"language": "fr"}, 422, "bad_language"),
])
def test_what_is_not_taken_leaves_nothing(
    services: Services, tmp_path: Path, body: bytes, query: dict[str, str], status: int, code: str
) -> None:
    settings = Settings(var_folder=tmp_path, upload_mb=1)
    with TestClient(Starlette(routes=website_routes(Services(services.store, Wakeups(), settings)))) as visitor:
        assert visitor.post("/api/website/session").json()["upload_bytes"] == 1_000_000
        answer = upload(visitor, body, **query)
        assert (answer.status_code, error_code(answer)) == (status, code)
        assert files(tmp_path) == [] and read(visitor) == []


@pytest.mark.parametrize("content_type", ["multipart/form-data; boundary=x", "text/plain", "image/png", ""])
def test_form_of_another_site_cannot_send_a_file(visitor: TestClient, content_type: str) -> None:
    answer = upload(visitor, headers={"Content-Type": content_type})
    assert (answer.status_code, error_code(answer)) == (415, "wrong_content_type")
    assert error_code(upload(visitor, headers={**HEADERS, "Sec-Fetch-Site": "cross-site"})) == "foreign_request"


def test_number_of_a_day_is_capped(visitor: TestClient, tmp_path: Path) -> None:
    answers = [upload(visitor, id=f"file-{number:04}") for number in range(MAX_A_DAY + 1)]
    assert [answer.status_code for answer in answers] == [202] * MAX_A_DAY + [409]
    assert error_code(answers[-1]) == "too_many_files" and len(files(tmp_path)) == MAX_A_DAY


def test_nobody_else_gets_a_file(visitor: TestClient, make_visitor: MakeVisitor, tmp_path: Path) -> None:
    upload(visitor)
    [file] = files(tmp_path)
    other = make_visitor()
    upload(other)
    for someone, status in ((other, 404), (make_visitor(), 404), (make_visitor(with_session=False), 401)):
        assert someone.get(f"/api/website/uploads/{file}").status_code == status
    for name in ("..%2fsecret-key", "nothing", "0" * 32):
        assert visitor.get(f"/api/website/uploads/{name}").status_code == 404
    (tmp_path / "uploads" / file).unlink()
    assert error_code(visitor.get(f"/api/website/uploads/{file}")) == "unknown_file"


def test_files_can_be_turned_off(services: Services, tmp_path: Path) -> None:
    off = Services(services.store, Wakeups(), Settings(var_folder=tmp_path, upload_mb=0))
    with TestClient(Starlette(routes=website_routes(off))) as visitor:
        assert visitor.post("/api/website/session").json()["upload_bytes"] == 0
        assert error_code(upload(visitor)) == "file_too_large"
