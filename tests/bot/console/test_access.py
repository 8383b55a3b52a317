"""Access: nothing without a session, and no form without its token."""

from __future__ import annotations

import httpx
import pytest

from bot.console.access import MAX_FORM_BYTES
from journey_state.staff import Role, StaffMember, disable_staff
from journey_state.staff_sessions import SESSION_LASTS
from journey_state.store import JourneyStore
from tests.fixtures.consoles import CLOCK, Browser, Console
from tests.fixtures.staff import Customer, add_member, sign_in

PAGES = ["/", "/?tab=all", "/activity", "/conversations/x", "/conversations/x?view=profile", "/events", "/nothing"]
FORMS = ["/sign-out", "/language", "/conversations/x/claim", "/conversations/x/reply", "/conversations/x/note", "/conversations/x/release"]


@pytest.mark.parametrize("path", PAGES)
def test_page_without_session_leads_to_the_sign_in(stranger: httpx.Client, path: str) -> None:
    answer = stranger.get(f"/console{path}")

    assert answer.status_code == 303 and not answer.content
    assert answer.headers["location"].startswith("/console/sign-in?next=/console/")


@pytest.mark.parametrize("path", FORMS)
def test_form_without_session_changes_nothing(stranger: httpx.Client, path: str) -> None:
    answer = stranger.post(f"/console{path}", data={"form_token": "x" * 43})

    assert (answer.status_code, answer.headers["location"]) == (303, "/console/sign-in")


@pytest.mark.parametrize("headers", [{"accept": "*/*"}, {"accept": "text/html", "sec-fetch-mode": "cors"}])
@pytest.mark.parametrize("path", ["/", "/events", "/conversations/x"])
def test_script_without_session_gets_a_plain_401(stranger: httpx.Client, path: str, headers: dict[str, str]) -> None:
    assert stranger.get(f"/console{path}", headers=headers).status_code == 401


@pytest.mark.parametrize("cookie", ["", "x" * 43, "a b", "x" * 5000, "' OR 1=1 --"], ids=["empty", "unknown", "spaced", "long", "sql"])
def test_cookie_that_opens_nothing_leads_to_the_sign_in(console: Console, cookie: str) -> None:
    assert console.open_with(cookie).status_code == 303


def test_console_without_slash_is_found(stranger: httpx.Client) -> None:
    assert stranger.get("/console").headers["location"] == "/console/"


@pytest.mark.parametrize("path", FORMS)
@pytest.mark.parametrize("token", ["", "x" * 43])
def test_form_without_the_sessions_token_is_refused(browser: Browser, customer: Customer, path: str, token: str) -> None:
    path = path.replace("/x/", f"/{customer.conversation_id}/")
    answer = browser.http.post(f"/console{path}", data={"form_token": token, "text": "hello", "language": "en"})

    assert answer.status_code == 403 and "chưa có gì thay đổi" in answer.text
    assert "Bạn đang trả lời" not in browser.open(f"/conversations/{customer.conversation_id}").text


def test_token_of_another_session_is_refused(console: Console, browser: Browser, lan: StaffMember) -> None:
    other = console.visit(lan)
    answer = browser.http.post("/console/sign-out", data={"form_token": other.form_token})

    assert answer.status_code == 403


def test_form_sent_by_another_site_is_refused_even_with_its_token(browser: Browser) -> None:
    answer = browser.http.post("/console/sign-out", data={"form_token": browser.form_token}, headers={"sec-fetch-site": "cross-site"})

    assert answer.status_code == 403


@pytest.mark.parametrize(("content", "status"), [
    (b"form_token=x&text=" + b"x" * MAX_FORM_BYTES, 413),
    (b"\xff\xfe", 400),
    (b"&".join(b"a=b" for _ in range(60)), 400),
    (b'{"form_token": "x"}', 403),
    (b"", 403),
], ids=["large", "not text", "many fields", "json", "empty"])
def test_broken_form_is_refused(browser: Browser, content: bytes, status: int) -> None:
    headers = {"content-type": "application/x-www-form-urlencoded"}

    assert browser.http.post("/console/sign-out", content=content, headers=headers).status_code == status


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_other_methods_are_refused(browser: Browser, method: str) -> None:
    assert browser.http.request(method, "/console/").status_code == 405


def test_whoever_is_disabled_is_out_at_once(browser: Browser, console: Console, lan: StaffMember) -> None:
    assert browser.open("/").status_code == 200
    with console.services.store.transaction() as session:
        disable_staff(session, lan.email, CLOCK)

    assert browser.open("/").status_code == 303


def test_session_ends_after_a_shift(console: Console, sqlite_store: JourneyStore, lan: StaffMember) -> None:
    old = sign_in(sqlite_store, lan, CLOCK - SESSION_LASTS)

    assert console.open_with(old.token).status_code == 303


@pytest.mark.parametrize(("role", "status"), [(Role.STAFF, 403), (Role.SUPERVISOR, 200), (Role.OWNER, 200)])
def test_activity_is_for_supervisors_and_above(console: Console, sqlite_store: JourneyStore, role: Role, status: int) -> None:
    browser = console.visit(add_member(sqlite_store, "Minh", role))

    assert browser.open("/activity").status_code == status
    assert ("Nhật ký" in browser.open("/").text) is (status == 200)


@pytest.mark.parametrize("path", ["/", "/sign-in", "/static/console.css", "/static/console.js", "/static/icon.svg", "/nothing"])
def test_every_answer_forbids_scripts_and_frames_of_others(browser: Browser, path: str) -> None:
    headers = browser.open(path).headers
    policy = headers["content-security-policy"]

    assert "default-src 'none'" in policy and "script-src 'self';" in policy and "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy and "http" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == ("no-cache" if path.startswith("/static/") else "no-store")


@pytest.mark.parametrize("path", ["/static/../access.py", "/static/%2e%2e/access.py", "/static/..%2faccess.py", "/static/nothing.css"])
def test_static_files_are_those_of_the_folder_only(browser: Browser, path: str) -> None:
    assert browser.open(path).status_code == 404
