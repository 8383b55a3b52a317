"""Signing in and out: a guarded cookie for the right password, the same answer to every wrong one."""

from __future__ import annotations

import httpx
import pytest

from bot.console.access import COOKIE, FORM_COOKIE
from journey_state.audits import list_deeds
from journey_state.staff import StaffMember
from journey_state.store import JourneyStore
from tests.fixtures.consoles import Browser, Console, form_token_of
from tests.fixtures.staff import PASSWORD


def try_sign_in(stranger: httpx.Client, password: str = PASSWORD, **fields: str) -> httpx.Response:
    token = form_token_of(stranger.get("/console/sign-in").text)
    sent = {"email": "lan@sencloud.example", "password": password, "form_token": token, **fields}
    return stranger.post("/console/sign-in", data=sent)


def test_right_password_opens_a_session_in_a_guarded_cookie(stranger: httpx.Client, lan: StaffMember, console: Console) -> None:
    answer = try_sign_in(stranger)

    assert (answer.status_code, answer.headers["location"]) == (303, "/console/")
    [cookie] = [value for value in answer.headers.get_list("set-cookie") if value.startswith(COOKIE)]
    for guard in ("HttpOnly", "SameSite=strict", "Path=/console", "Max-Age=43200"):
        assert guard in cookie
    assert "Secure" not in cookie
    assert "Lan" in stranger.get("/console/").text
    with console.services.store.reading() as session:
        assert [(entry.staff_name, entry.deed.verb) for entry in list_deeds(session)] == [("Lan", "sign_in")]


def test_sign_in_goes_on_to_the_page_asked_for(stranger: httpx.Client, lan: StaffMember) -> None:
    asked = stranger.get("/console/?tab=all")
    form = stranger.get(asked.headers["location"])

    assert 'value="/console/?tab=all"' in form.text
    assert try_sign_in(stranger, next="/console/?tab=all").headers["location"] == "/console/?tab=all"


@pytest.mark.parametrize("fields", [
    {"password": "wrong"}, {"password": ""}, {"email": "nobody@sencloud.example"}, {"email": ""}, {"email": "' OR 1=1 --"},
])
def test_every_failure_reads_the_same(stranger: httpx.Client, lan: StaffMember, fields: dict[str, str]) -> None:
    answer = try_sign_in(stranger, **fields)

    assert answer.status_code == 401 and COOKIE not in answer.cookies
    assert "Email hoặc mật khẩu chưa đúng" in answer.text


def test_locked_account_refuses_the_right_password_too(stranger: httpx.Client, lan: StaffMember) -> None:
    failures = [try_sign_in(stranger, "wrong") for _ in range(5)]
    answer = try_sign_in(stranger)

    assert {failure.status_code for failure in failures} == {401}
    assert answer.status_code == 401 and "tạm khoá" in answer.text


def test_sign_in_form_from_elsewhere_is_refused(console: Console, lan: StaffMember) -> None:
    fields = {"email": lan.email, "password": PASSWORD, "form_token": "x" * 43}
    without_cookie = httpx.post(f"{console.url}/console/sign-in", data=fields)
    guessed = httpx.post(f"{console.url}/console/sign-in", data=fields, headers={"cookie": f"{FORM_COOKIE}={'y' * 43}"})

    assert (without_cookie.status_code, guessed.status_code) == (403, 403)


def test_sign_in_page_speaks_the_browsers_language(stranger: httpx.Client) -> None:
    assert "Mật khẩu" in stranger.get("/console/sign-in").text
    assert "Password" in stranger.get("/console/sign-in", headers={"accept-language": "en-GB,vi;q=0.5"}).text
    assert "Password" in stranger.get("/console/sign-in?language=en").text


def test_sign_out_ends_the_session_for_good(console: Console, browser: Browser) -> None:
    answer = browser.send("/sign-out")

    assert (answer.status_code, answer.headers["location"]) == (303, "/console/sign-in")
    assert console.open_with(browser.token).status_code == 303


def test_cookies_travel_by_https_only_when_told_so(sqlite_store: JourneyStore, console: Console) -> None:
    answer = httpx.get(f"{console.url}/console/sign-in", headers={"x-forwarded-proto": "https"})

    assert "Secure" in answer.headers["set-cookie"]
