"""Money in a real browser: the customer sees the code, staff confirm by keyboard on a phone, the customer hears of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from starlette.applications import Starlette

from bot.channels.website.routes import website_routes
from bot.checkout.routes import checkout_routes
from bot.console.access import COOKIE
from bot.console.routes import console_routes
from bot.services import Services
from bot.settings import Settings
from bot.wakeups import Wakeups
from journey_state.conversations import BOT, Posting, append_reply
from journey_state.links import ORDER, ensure_link
from journey_state.messages import Reply
from journey_state.orders import Order
from journey_state.store import JourneyStore, utc_now
from journey_state.transcripts import list_recent
from tests.fixtures.chats import new_chat
from tests.fixtures.consoles import serve_loopback
from tests.fixtures.customers import order_plan
from tests.fixtures.staff import add_member, sign_in
from tests.fixtures.websites import ScriptedEngine, echo

pytestmark = pytest.mark.browser
PHONE = {"width": 375, "height": 812}


@dataclass
class Shopfront:
    """Website, checkout and console of one business."""

    url: str
    services: Services

    def take_order(self) -> Order:
        """Place an order in the latest conversation and show what pays it, as the action does."""
        with self.services.store.transaction() as session:
            [card] = list_recent(session, limit=1)
            order = order_plan(session, card.conversation.contact_id, at=utc_now())
            token = ensure_link(session, ORDER, order.number, order.contact_id, utc_now())
            shown = Reply("Bạn quét mã này nhé.", image_url=f"/pay/{token}.png")
            append_reply(session, card.conversation, shown, Posting(BOT, utc_now()))
        self.services.wakeups.notify(card.conversation.id)
        return order


@pytest.fixture
def shopfront(sqlite_store: JourneyStore, tmp_path: Path) -> Iterator[Shopfront]:
    """Everything on loopback."""
    services = Services(sqlite_store, Wakeups(), Settings(var_folder=tmp_path, messages_per_minute=6000, sessions_per_minute=6000))
    with serve_loopback() as loopback:
        loopback.app = Starlette(routes=[*console_routes(services), *checkout_routes(services), *website_routes(services)])
        engine = ScriptedEngine(services, echo)
        yield Shopfront(loopback.url, services)
        services.wakeups.close()
        engine.stop()


def open_console(browser: Browser, front: Shopfront, path: str) -> Page:
    """A phone in which Lan is signed in."""
    issued = sign_in(front.services.store, add_member(front.services.store, "Lan"), utc_now())
    context = browser.new_context(viewport=PHONE, locale="vi-VN")  # type: ignore[arg-type]
    context.add_cookies([{"name": COOKIE, "value": issued.token, "url": front.url}])
    page = context.new_page()
    page.goto(front.url + path)
    return page


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until something has the focus."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.locator(selector).evaluate("node => node === document.activeElement"):
            return
    raise AssertionError(f"{selector} cannot be reached by keyboard")


def test_code_is_shown_and_confirmed_by_keyboard_on_a_phone(browser: Browser, shopfront: Shopfront) -> None:
    chat = new_chat(browser.new_context(locale="vi-VN"), shopfront.url).open()
    chat.say("đặt hosting M")
    expect(chat.log).to_contain_text("echo: đặt hosting M")
    order = shopfront.take_order()
    picture = chat.log.locator("img")
    expect(picture).to_be_visible()
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") > 200

    staff = open_console(browser, shopfront, "/console/orders")
    assert staff.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    tab_to(staff, "tbody th a")
    staff.keyboard.press("Enter")
    expect(staff.locator("h1")).to_have_text(f"Đơn {order.number}")
    assert staff.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    tab_to(staff, "#confirm-evidence")
    staff.keyboard.type("sao kê hôm nay, dòng 3")
    tab_to(staff, "#confirm")
    staff.keyboard.press("Enter")

    expect(staff.locator(".headline .chip")).to_have_text("đã thanh toán")
    expect(chat.log).to_contain_text("đã nhận đủ 128.520đ")
