"""Who visitors are and where they come from: signed in, signed out, by a campaign, with consent."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.sync_api import BrowserContext, expect

from journey_state.consent import append_consent
from journey_state.conversations import load_conversation
from journey_state.host_identities import find_account
from journey_state.store import utc_now
from journey_state.tables import conversations, touchpoints
from tests.fixtures.chats import Chat, new_chat
from tests.fixtures.host_tokens import SECRET, make_claims, sign
from tests.fixtures.websites import Website, running_website

pytestmark = pytest.mark.browser
IDENTIFY = "identity => document.querySelector('dong-hanh-chat').identify(identity)"


@pytest.fixture
def website(sqlite_url: str, tmp_path: Path) -> Iterator[Website]:
    """A website channel whose host signs."""
    with running_website(sqlite_url, var_folder=tmp_path, identity_secret=SECRET) as running:
        yield running


def accounts(website: Website) -> list[str | None]:
    """Whom each conversation belongs to, oldest first."""
    with website.store.reading() as session:
        rows = session.execute(sa.select(conversations.c.contact_id).order_by(conversations.c.opened_at)).scalars()
        return [find_account(session, contact_id) for contact_id in rows]


def test_customer_signs_in_changes_account_and_signs_out(chat: Chat, website: Website) -> None:
    chat.open()
    chat.say("khách lạ")
    chat.expect_bubbles("khách lạ", "echo: khách lạ")
    chat.page.evaluate(IDENTIFY, sign(make_claims("customer-1")))
    chat.wait_until(lambda: accounts(website) == ["customer-1"])
    chat.expect_bubbles("khách lạ", "echo: khách lạ")
    chat.page.evaluate(IDENTIFY, sign(make_claims("customer-2")))
    chat.expect_bubbles()
    chat.say("người khác")
    chat.expect_bubbles("người khác", "echo: người khác")
    assert accounts(website) == ["customer-1", "customer-2"]
    chat.page.evaluate(IDENTIFY, None)
    chat.expect_bubbles()
    chat.say("đã đăng xuất")
    chat.expect_bubbles("đã đăng xuất", "echo: đã đăng xuất")
    assert accounts(website) == ["customer-1", "customer-2", None]


def test_old_token_makes_an_ordinary_visitor_and_no_error(context: BrowserContext, website: Website) -> None:
    chat = Chat(context.new_page())
    old = sign(make_claims("customer-1", now_s=time.time() - 3600))
    chat.page.goto(website.url)
    chat.page.evaluate(IDENTIFY, old)
    chat.open()
    chat.say("xin chào")
    chat.expect_bubbles("xin chào", "echo: xin chào")
    assert accounts(website) == [None] and chat.problems == []


def test_campaign_that_led_here_is_told_after_consent_and_not_before(context: BrowserContext, website: Website) -> None:
    chat = new_chat(context, f"{website.url}/?utm_source=zalo&utm_medium=cpc&secret=1")
    chat.page.goto(f"{website.url}/?receipt=HD-102")
    assert chat.page.evaluate("Object.keys(localStorage)") == [] and context.cookies() == []
    chat.open()
    chat.say("xin chào")
    chat.expect_bubbles("xin chào", "echo: xin chào")
    with website.store.transaction() as session:
        assert session.execute(sa.select(touchpoints)).all() == []
        room = session.execute(sa.select(conversations.c.id)).scalar_one()
        append_consent(session, load_conversation(session, room).contact_id, True, channel="website", now=utc_now())
    website.services.wakeups.notify(room)

    def kept() -> list[tuple[str, str]]:
        with website.store.reading() as session:
            rows = session.execute(sa.select(touchpoints.c.type, touchpoints.c.properties).order_by(touchpoints.c.occurred_at))
            return [(row.type, row.properties["touch"]) for row in rows]

    chat.wait_until(lambda: kept() == [("ad_seen", "first"), ("receipt_opened", "last")])
    chat.page.goto(f"{website.url}/?utm_source=zalo")
    expect(chat.log).to_be_visible()
    chat.wait_until(lambda: kept()[2:] == [("campaign_opened", "last")])
    with website.store.reading() as session:
        assert "secret" not in str(session.execute(sa.select(touchpoints.c.properties)).all())
