"""Accessibility by axe: no serious finding on the demo page and in any state of the widget, in light and dark."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from bot.wakeups import HANDOFFS
from journey_state.conversations import load_conversation
from journey_state.handoffs import HandoffRequest, request_handoff
from journey_state.messages import Card, Choice, Reply
from journey_state.store import utc_now
from journey_state.tables import conversations
from tests.fixtures.chats import Chat, new_chat
from tests.fixtures.websites import Website

pytestmark = pytest.mark.browser
SERIOUS = ("serious", "critical")
PLANS = Reply(
    "Mời bạn xem https://sencloud.example/bang-gia ạ.", choices=(Choice("Hosting", "ask_product"), Choice("Cloud VPS", "ask_product")),
    cards=(Card("Hosting M", ("119.000đ/tháng",), "Phổ biến", "https://sencloud.example/m", Choice("Chọn gói M", "buy_plan")),),
)


def findings(page: Page) -> list[str]:
    """What axe calls serious, in words that lead to the place."""
    violations = Axe().run(page).response["violations"]
    return [
        f"{each['id']}: {node['html'][:120]} {node.get('failureSummary', '')}"
        for each in violations if each["impact"] in SERIOUS for node in each["nodes"]
    ]


@pytest.fixture(params=["light", "dark"])
def chat(browser: Browser, website: Website, request: pytest.FixtureRequest) -> Iterator[Chat]:
    """The demo page in one of the colour schemes, without movement: axe looks at colours."""
    context = browser.new_context(color_scheme=request.param, reduced_motion="reduce", locale="vi-VN")
    yield new_chat(context, website.url)
    context.close()


def test_axe_sees_into_the_widget(chat: Chat) -> None:
    chat.open().panel.evaluate("panel => panel.append(document.createElement('button'))")
    assert [finding.split(":")[0] for finding in findings(chat.page)] == ["button-name"]


def test_demo_page_has_no_serious_finding(chat: Chat, website: Website) -> None:
    for path in ("/", "/?lang=en"):
        chat.page.goto(website.url + path)
        expect(chat.launcher).to_be_visible()
        assert findings(chat.page) == []


def test_widget_has_no_serious_finding_in_any_state(chat: Chat, website: Website) -> None:
    website.engine.script = lambda text: (PLANS,)
    chat.open()
    assert findings(chat.page) == []
    chat.say("giá bao nhiêu")
    expect(chat.log.locator(".card")).to_be_visible()
    with website.store.transaction() as session:
        room = load_conversation(session, session.execute(sa.select(conversations.c.id)).scalar_one())
        request_handoff(session, room.id, room.contact_id, HandoffRequest("asked", utc_now()))
    website.services.wakeups.notify(room.id, HANDOFFS)
    expect(chat.panel.locator(".waiting")).to_be_visible()
    assert findings(chat.page) == []
    chat.panel.get_by_role("button", name="Thêm lựa chọn").click()
    chat.panel.get_by_role("button", name="Dữ liệu của tôi").click()
    assert findings(chat.page) == []
    chat.page.keyboard.press("Escape")
    chat.panel.get_by_role("button", name="Thêm lựa chọn").click()
    chat.panel.get_by_role("button", name="Đánh giá hỗ trợ").click()
    expect(chat.panel.locator(".rating")).to_be_visible()
    chat.page.route("**/api/website/**", lambda route: route.abort())
    chat.say("mất mạng")
    chat.expect_state("sẽ tự gửi lại")
    assert findings(chat.page) == []


def test_widget_on_a_phone_has_no_serious_finding(browser: Browser, website: Website) -> None:
    context = browser.new_context(viewport={"width": 320, "height": 640}, reduced_motion="reduce")
    chat = new_chat(context, website.url).open()
    chat.panel.get_by_role("button", name="Thêm lựa chọn").click()
    targets = chat.panel.locator("button, textarea").all()
    boxes = [(each.get_attribute("aria-label") or each.inner_text(), each.bounding_box()) for each in targets if each.is_visible()]
    assert [name for name, box in boxes if box and (box["height"] < 44 or box["width"] < 44)] == [] and len(boxes) > 8
    assert findings(chat.page) == []
    context.close()
