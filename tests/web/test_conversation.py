"""The widget in a real browser: a customer writes, reads, comes back, changes language, uses the keyboard alone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from journey_state.messages import Card, Choice, Reply
from tests.fixtures.chats import Chat, new_chat
from tests.fixtures.websites import Website

pytestmark = pytest.mark.browser
PLANS = Reply(
    "Mời bạn chọn ạ.", choices=(Choice("Hosting", "ask_product"), Choice("Cloud VPS", "ask_product")),
    cards=(Card("Hosting M", ("119.000đ/tháng",), "Phổ biến", "https://sencloud.example/m", Choice("Chọn gói M", "buy_plan")),),
)


def active_label(page: Page) -> str:
    """Name of the focused thing inside the widget."""
    active = "document.activeElement.shadowRoot?.activeElement"
    return str(page.evaluate(f"{active}?.getAttribute('aria-label') || {active}?.textContent || ''"))


def test_a_customer_writes_reads_the_answer_reloads_and_finds_everything(chat: Chat) -> None:
    chat.open()
    expect(chat.panel).to_contain_text("Chào bạn, mình là trợ lý của Sen Cloud.")
    chat.say("xin chào")
    chat.expect_bubbles("xin chào", "echo: xin chào")
    chat.expect_state("Đã gửi")
    chat.page.reload()
    chat.expect_bubbles("xin chào", "echo: xin chào")
    chat.say("còn đó không?")
    chat.expect_bubbles("xin chào", "echo: xin chào", "còn đó không?", "echo: còn đó không?")


def test_a_page_view_alone_leaves_nothing_behind(chat: Chat, context: BrowserContext) -> None:
    expect(chat.launcher).to_be_visible()
    assert context.cookies() == []
    assert chat.page.evaluate("Object.keys(localStorage)") == []
    assert chat.page.evaluate("indexedDB.databases()") == []


def test_closed_widget_loads_its_button_and_nothing_else(context: BrowserContext, website: Website) -> None:
    chat = Chat(context.new_page())
    scripts: list[str] = []
    chat.page.on("request", lambda request: scripts.append(request.url.rpartition("/")[2]) if "/widget/" in request.url else None)
    chat.page.goto(website.url)
    expect(chat.launcher).to_be_visible()
    chat.page.wait_for_load_state("networkidle")
    assert scripts == ["dong-hanh-chat.js", "launcher.js"]
    chat.open()
    assert scripts[2:] == ["panel.js", "words-vi.js"]


def test_scripts_cannot_read_the_token(chat: Chat) -> None:
    chat.open()
    chat.say("xin chào")
    chat.expect_bubbles("xin chào", "echo: xin chào")
    assert chat.page.evaluate("document.cookie") == ""
    assert "token" not in chat.page.evaluate("JSON.stringify(localStorage)")


def test_buttons_of_an_answer_send_what_they_say_and_go_away(chat: Chat, website: Website) -> None:
    website.engine.script = lambda text: (PLANS,) if text == "giá" else (Reply(f"bạn chọn {text}"),)
    chat.open()
    chat.say("giá")
    chat.log.get_by_role("button", name="Cloud VPS").click()
    chat.expect_bubbles("giá", PLANS.text, "Cloud VPS", "bạn chọn Cloud VPS")
    expect(chat.log.get_by_role("button", name="Hosting", exact=True)).to_be_hidden()
    chat.log.get_by_role("button", name="Chọn gói M").click()
    chat.expect_bubbles("giá", PLANS.text, "Cloud VPS", "bạn chọn Cloud VPS", "Chọn gói M", "bạn chọn Chọn gói M")
    link = chat.log.get_by_role("link", name="Xem chi tiết")
    assert (link.get_attribute("href"), link.get_attribute("target")) == ("https://sencloud.example/m", "_blank")


def test_first_questions_are_offered_until_something_is_said(chat: Chat) -> None:
    chat.open()
    chat.log.get_by_role("button", name="Xem bảng giá").click()
    chat.expect_bubbles("Xem bảng giá", "echo: Xem bảng giá")
    expect(chat.log.get_by_role("button", name="Dùng thử miễn phí")).to_be_hidden()


def test_a_button_of_the_page_asks_on_the_customers_behalf(chat: Chat) -> None:
    chat.page.locator("[data-ask]").first.click()
    chat.expect_bubbles("Mình muốn dùng thử miễn phí", "echo: Mình muốn dùng thử miễn phí")


def test_everything_works_by_keyboard_alone(chat: Chat, website: Website) -> None:
    website.engine.script = lambda text: (PLANS,)
    keyboard = chat.page.keyboard
    chat.launcher.focus()
    keyboard.press("Enter")
    expect(chat.input).to_be_focused()
    keyboard.type("dòng một")
    keyboard.press("Shift+Enter")
    keyboard.type("dòng hai")
    keyboard.press("Enter")
    chat.expect_bubbles("dòng một\ndòng hai", PLANS.text)
    names = []
    while active_label(chat.page) != "Cloud VPS":
        keyboard.press("Shift+Tab")
        names.append(active_label(chat.page))
        assert len(names) < 12, names
    keyboard.press("Enter")
    expect(chat.log.locator("ol .bubble")).to_have_count(4)
    expect(chat.input).to_be_focused()
    keyboard.press("Escape")
    expect(chat.panel).to_be_hidden()
    assert active_label(chat.page) == "Mở trò chuyện"


def test_enter_that_belongs_to_the_input_method_sends_nothing(chat: Chat) -> None:
    chat.open()
    chat.input.fill("tiê")
    chat.input.dispatch_event("keydown", {"key": "Enter", "isComposing": True, "bubbles": True, "composed": True})
    expect(chat.input).to_have_value("tiê")


def test_screen_readers_hear_new_messages_by_their_author(chat: Chat) -> None:
    chat.open()
    expect(chat.log).to_have_attribute("aria-live", "polite")
    chat.say("xin chào")
    expect(chat.log.locator("li").first).to_contain_text("Bạn: ")
    expect(chat.log.locator("li").last).to_contain_text("Trợ lý: ")
    expect(chat.panel).to_have_attribute("aria-label", "Trò chuyện với Sen Cloud")


def test_the_english_page_has_an_english_widget(context: BrowserContext, website: Website) -> None:
    chat = new_chat(context, website.url)
    chat.page.get_by_role("link", name="English").click()
    expect(chat.page.get_by_role("heading", level=1)).to_contain_text("Websites, servers and e-mail")
    chat.open()
    expect(chat.panel).to_contain_text("Hello, I'm the Sen Cloud assistant.")
    expect(chat.log.get_by_role("button", name="See prices")).to_be_visible()
    chat.say("hello")
    chat.expect_bubbles("hello", "echo: hello")
    chat.expect_state("Sent")


def test_the_widget_changes_language_by_itself_and_remembers(chat: Chat) -> None:
    chat.open()
    chat.say("xin chào")
    chat.expect_bubbles("xin chào", "echo: xin chào")
    chat.panel.get_by_role("button", name="Switch to English").click()
    chat.expect_state("Sent")
    chat.expect_bubbles("xin chào", "echo: xin chào")
    chat.page.reload()
    expect(chat.panel.get_by_role("button", name="Chuyển sang tiếng Việt")).to_be_visible()


def test_the_typing_indicator_comes_and_goes(chat: Chat, website: Website) -> None:
    website.engine.hold()
    chat.open()
    chat.say("xin chào")
    typing = chat.panel.locator(".typing .dot")
    expect(typing).to_have_count(3)
    website.engine.let_go()
    chat.expect_bubbles("xin chào", "echo: xin chào")
    expect(typing).to_have_count(0)


def test_the_typing_indicator_ends_even_when_nobody_says_so(context: BrowserContext, website: Website) -> None:
    chat = Chat(context.new_page())
    chat.page.clock.install()
    chat.page.goto(website.url)
    website.engine.hold()
    chat.open()
    chat.say("xin chào")
    chat.expect_state("Đã gửi")
    typing = chat.panel.locator(".typing .dot")
    chat.wait_until(lambda: chat.page.clock.run_for(100) is None and typing.count() == 3)
    chat.page.clock.run_for(26_000)
    expect(typing).to_have_count(0)
    website.engine.let_go()


def test_earlier_messages_are_one_press_away(chat: Chat, website: Website) -> None:
    website.engine.script = lambda text: tuple(Reply(f"câu {number}") for number in range(1, 121))
    chat.open()
    chat.say("kể đi")
    expect(chat.log.locator("ol .bubble")).to_have_count(121)
    chat.page.reload()
    bubbles = chat.log.locator("ol .bubble")
    expect(bubbles).to_have_count(50)
    older = chat.log.get_by_role("button", name="Xem tin cũ hơn")
    older.click()
    expect(bubbles).to_have_count(100)
    older.click()
    chat.expect_bubbles("kể đi", *(f"câu {number}" for number in range(1, 121)))
    expect(older).to_be_hidden()


def test_what_arrives_unseen_is_counted_on_button_and_title_and_after_a_reload(chat: Chat, website: Website) -> None:
    title = chat.page.title()
    chat.open()
    website.engine.hold()
    chat.say("xin chào")
    chat.expect_state("Đã gửi")
    chat.page.keyboard.press("Escape")
    website.engine.let_go()
    expect(chat.launcher).to_have_accessible_name("Mở trò chuyện (1 tin chưa đọc)")
    expect(chat.page).to_have_title(f"(1) {title}")
    chat.page.reload()
    expect(chat.page).to_have_title(f"(1) {title}")
    chat.launcher.click()
    chat.expect_bubbles("xin chào", "echo: xin chào")
    expect(chat.page.locator("dong-hanh-chat .badge")).to_be_hidden()
    expect(chat.page).to_have_title(title)
    chat.page.reload()
    chat.expect_bubbles("xin chào", "echo: xin chào")
    expect(chat.page).to_have_title(title)


def test_what_one_tab_has_seen_is_not_unseen_in_another(context: BrowserContext, website: Website) -> None:
    here, there = new_chat(context, website.url).open(), new_chat(context, website.url).open()
    there.page.keyboard.press("Escape")
    here.page.keyboard.press("Escape")
    website.engine.hold()
    here.launcher.click()
    here.say("xin chào")
    here.expect_state("Đã gửi")
    here.page.keyboard.press("Escape")
    website.engine.let_go()
    for tab in (here, there):
        expect(tab.launcher).to_have_accessible_name("Mở trò chuyện (1 tin chưa đọc)")
    here.page.bring_to_front()
    here.launcher.click()
    expect(there.launcher).to_have_accessible_name("Mở trò chuyện")


@pytest.mark.parametrize("width", [320, 360, 768, 1280])
def test_nothing_overflows_and_every_target_is_large_enough(browser: Browser, website: Website, width: int) -> None:
    website.engine.script = lambda text: (PLANS, Reply("https://sencloud.example/" + "dai" * 60))
    context = browser.new_context(viewport={"width": width, "height": 640}, reduced_motion="reduce")
    chat = new_chat(context, website.url).open()
    chat.say("x" * 300)
    expect(chat.log.locator("ol .bubble")).to_have_count(3)
    assert chat.page.evaluate("document.documentElement.scrollWidth") <= width
    assert chat.log.evaluate("node => node.scrollWidth <= node.clientWidth")
    boxes = {button.text_content(): button.bounding_box() for button in chat.panel.get_by_role("button").all() if button.is_visible()}
    assert {name for name, box in boxes.items() if box is None or box["height"] < 44 or box["width"] < 44} == set()
    assert context.pages[0].evaluate(
        "getComputedStyle(document.querySelector('dong-hanh-chat').shadowRoot.querySelector('.panel')).animationName"
    ) == "none"
    context.close()


def test_dark_and_light_follow_the_system(browser: Browser, website: Website) -> None:
    seen = []
    for scheme in ("light", "dark"):
        context = browser.new_context(color_scheme=scheme)  # type: ignore[arg-type]
        chat = new_chat(context, website.url).open()
        seen.append(chat.panel.evaluate("node => getComputedStyle(node).backgroundColor"))
        context.close()
    light, dark = (sum(map(int, re.findall(r"\d+", colour)[:3])) for colour in seen)
    assert light > 600 > 300 > dark
