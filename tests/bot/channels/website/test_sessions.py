"""Sessions: who the host vouches for, whoever signs out, and where a visitor came from."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from bot.channels.website.routes import website_routes
from bot.services import Services
from bot.settings import Settings
from bot.wakeups import Wakeups
from journey_state.consent import append_consent
from journey_state.contacts import find_contact, find_linked_contacts
from journey_state.conversations import find_conversation
from journey_state.host_identities import find_account
from journey_state.store import JourneyStore, utc_now
from journey_state.touchpoints import read_touchpoints
from journey_state.visitors import find_visitor
from tests.fixtures.host_tokens import SECRET, make_claims, sign
from tests.fixtures.visiting import error_code, read, send


@pytest.fixture
def host(sqlite_store: JourneyStore, tmp_path: Path) -> Iterator[TestClient]:
    """A browser on a site that signs."""
    settings = Settings(var_folder=tmp_path, identity_secret=SECRET, messages_per_minute=600)
    with TestClient(Starlette(routes=website_routes(Services(sqlite_store, Wakeups(), settings)))) as browser:
        yield browser


def open_session(browser: TestClient, **fields: Any) -> Any:
    return browser.post("/api/website/session", json=fields)


def address_of(store: JourneyStore, browser: TestClient) -> str:
    with store.reading() as session:
        return find_visitor(session, browser.cookies["donghanh_visitor"]) or ""


def account_of(store: JourneyStore, address: str) -> str | None:
    with store.reading() as session:
        return find_account(session, find_contact(session, "website", address) or "")


def test_signed_visitor_is_the_hosts_customer_and_keeps_the_conversation(host: TestClient, sqlite_store: JourneyStore) -> None:
    open_session(host)
    send(host, text="trước khi đăng nhập")
    address = address_of(sqlite_store, host)
    assert account_of(sqlite_store, address) is None
    for _ in range(2):
        assert open_session(host, identity=sign(make_claims("customer-1"))).status_code == 200
    assert address_of(sqlite_store, host) == address and account_of(sqlite_store, address) == "customer-1"
    assert [row["text"] for row in read(host)] == ["trước khi đăng nhập"]


def test_another_account_in_the_same_browser_is_another_visitor(host: TestClient, sqlite_store: JourneyStore) -> None:
    open_session(host, identity=sign(make_claims("customer-1")))
    send(host, text="của tôi")
    first = address_of(sqlite_store, host)
    open_session(host, identity=sign(make_claims("customer-2")))
    second = address_of(sqlite_store, host)
    assert first != second and read(host) == []
    assert [account_of(sqlite_store, each) for each in (first, second)] == ["customer-1", "customer-2"]
    with sqlite_store.reading() as session:
        people = find_linked_contacts(session, find_contact(session, "website", first) or "")
        assert find_contact(session, "website", second) not in people


def test_wrong_identity_opens_nothing(host: TestClient, visitor: TestClient) -> None:
    answer = open_session(host, identity=sign(make_claims(), secret="x" * 32))
    assert (answer.status_code, error_code(answer)) == (422, "bad_identity")
    assert "set-cookie" not in answer.headers
    assert error_code(open_session(visitor, identity=sign(make_claims()))) == "bad_identity"


def test_ended_session_is_worth_nothing_and_its_cookie_goes(visitor: TestClient) -> None:
    send(visitor)
    token = visitor.cookies["donghanh_visitor"]
    answer = visitor.post("/api/website/session/end")
    assert answer.status_code == 204 and "donghanh_visitor" not in visitor.cookies
    for headers in ({}, {"Authorization": f"Bearer {token}"}):
        assert visitor.get("/api/website/messages", headers=headers).status_code == 401
    assert open_session(visitor).json()["conversation"] is False


def test_arrivals_are_kept_with_consent_only(visitor: TestClient, services: Services) -> None:
    arrival = {"at": utc_now().isoformat(), "page": "https://shop.vn/?utm_source=zalo", "referrer": ""}

    def tell() -> Any:
        return visitor.post("/api/website/arrivals", json={"arrivals": [arrival]}).json()

    assert tell() == {"kept": 0}
    send(visitor)
    assert tell() == {"kept": 0} and open_session(visitor).json()["consent"] is False
    with services.store.transaction() as session:
        conversation = find_conversation(session, "website", find_visitor(session, visitor.cookies["donghanh_visitor"]) or "")
        assert conversation is not None
        append_consent(session, conversation.contact_id, True, channel="website", now=utc_now())
    assert open_session(visitor).json()["consent"] is True
    assert [tell(), tell()] == [{"kept": 1}, {"kept": 0}]
    with services.store.reading() as session:
        assert [row["type"] for row in read_touchpoints(session, [conversation.contact_id])] == ["campaign_opened"]


@pytest.mark.parametrize("arrivals", [
    None, [], "x", [5], [{}], [{"at": "2026-01-01T00:00:00Z"}], [{"at": "yesterday", "page": "https://a.vn/"}],
    [{"at": "2026-01-01T00:00:00", "page": "https://a.vn/"}], [{"at": "2026-01-01T00:00:00Z", "page": "https://a.vn/" + "x" * 2000}],
    [{"at": "2026-01-01T00:00:00Z", "page": "https://a.vn/", "referrer": 5}], [{"at": "2026-01-01T00:00:00Z", "page": "https://[bad"}],
    [{"at": "2026-01-01T00:00:00Z", "page": "https://a.vn/"}] * 5,
])
def test_wrong_arrivals_are_refused_with_a_remedy(visitor: TestClient, arrivals: object) -> None:
    answer = visitor.post("/api/website/arrivals", json={"arrivals": arrivals})
    assert (answer.status_code, error_code(answer)) == (422, "bad_arrivals")
