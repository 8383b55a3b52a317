"""The console in a real browser: customer and staff side by side, live, by keyboard, on a phone, without scripts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect
from starlette.applications import Starlette

from bot.channels.website.routes import website_routes
from bot.console.routes import console_routes
from bot.services import Services
from bot.settings import Settings
from bot.wakeups import HANDOFFS, Wakeups
from journey_state.contacts import update_contact
from journey_state.conversations import append_note, set_conversation_language
from journey_state.handoffs import HandoffRequest, request_handoff
from journey_state.privacy import erase_person
from journey_state.staff import Role, StaffMember, disable_staff
from journey_state.store import JourneyStore, utc_now
from journey_state.tickets import TicketKind, TicketRequest, open_ticket
from journey_state.transcripts import list_recent
from tests.fixtures.chats import Chat, new_chat
from tests.fixtures.consoles import Loopback, serve_loopback
from tests.fixtures.desks import Desk
from tests.fixtures.staff import PASSWORD, Customer, add_member
from tests.fixtures.websites import ScriptedEngine, echo

pytestmark = pytest.mark.browser
PHONE = {"width": 375, "height": 812}
DESK = {"width": 1280, "height": 800}


@dataclass
class House:
    """Website and console of one business, answered by an engine that echoes."""

    url: str
    services: Services

    def ask_for_human(self, reason: str = "asked") -> str:
        """Put the latest conversation into the queue, as an action would; returns its id."""
        with self.services.store.transaction() as session:
            [card] = list_recent(session, limit=1)
            request_handoff(session, card.conversation.id, card.conversation.contact_id, HandoffRequest(reason, utc_now(), stage="service"))
        self.services.wakeups.notify(card.conversation.id, HANDOFFS)
        return card.conversation.id


@pytest.fixture(scope="module")
def loopback() -> Iterator[Loopback]:
    """One server for all of these tests."""
    with serve_loopback() as serving:
        yield serving


@pytest.fixture
def house(loopback: Loopback, sqlite_store: JourneyStore, tmp_path: Path) -> Iterator[House]:
    """Website and console on SQLite."""
    settings = Settings(var_folder=tmp_path, messages_per_minute=6000, sessions_per_minute=6000)
    services = Services(sqlite_store, Wakeups(), settings)
    loopback.app = Starlette(routes=[*console_routes(services), *website_routes(services)])
    engine = ScriptedEngine(services, echo)
    yield House(loopback.url, services)
    services.wakeups.close()
    engine.stop()


@pytest.fixture
def lan(sqlite_store: JourneyStore) -> StaffMember:
    """A staff member."""
    return add_member(sqlite_store, "Lan")


def new_context(browser: Browser, viewport: dict[str, int], **options: object) -> BrowserContext:
    return browser.new_context(viewport=viewport, locale="vi-VN", **options)  # type: ignore[arg-type]


@pytest.fixture
def desk(browser: Browser, house: House, lan: StaffMember) -> Iterator[Desk]:
    """Lan's tab, signed in."""
    context = new_context(browser, DESK)
    opened = Desk(context.new_page(), house.url).sign_in(lan)
    yield opened
    context.close()
    assert opened.problems == []


@pytest.fixture
def chat(browser: Browser, house: House) -> Iterator[Chat]:
    """A customer's tab with the widget open."""
    context = new_context(browser, DESK)
    opened = new_chat(context, house.url).open()
    yield opened
    context.close()
    assert opened.problems == []


@pytest.fixture
def customer(house: House) -> Customer:
    """A customer who waits, without a browser."""
    waiting = Customer(house.services.store)
    waiting.say("gói M giá bao nhiêu", "119.000đ mỗi tháng")
    waiting.write("cho mình gặp nhân viên", minute=2)
    house.ask_for_human()
    return waiting


def test_customer_and_staff_play_side_by_side(desk: Desk, chat: Chat, house: House) -> None:
    chat.say("web mình bị chậm")
    chat.expect_bubbles("web mình bị chậm", "echo: web mình bị chậm")
    expect(desk.page.get_by_role("status")).to_have_text("Không có ai đang chờ")
    house.ask_for_human()
    waiting = desk.page.get_by_role("region", name="Đang chờ 1")
    expect(waiting).to_contain_text("web mình bị chậm")
    expect(waiting).to_contain_text("Khách xin gặp nhân viên")
    expect(desk.page).to_have_title("(1) Hàng chờ · Sen Cloud")

    waiting.get_by_role("button", name="Nhận trả lời").click()
    expect(desk.page.get_by_text("Bạn đang trả lời")).to_be_visible()
    expect(chat.log).to_contain_text("Lan đã vào hỗ trợ bạn.")
    desk.page.get_by_label("Trả lời khách").fill("Chào bạn, mình kiểm tra ngay.\nBạn gửi tên miền nhé.")
    desk.page.keyboard.press("Control+Enter")
    expect(chat.log).to_contain_text("Chào bạn, mình kiểm tra ngay.")
    expect(desk.page.locator("#lines .staff .text")).to_have_text("Chào bạn, mình kiểm tra ngay.\nBạn gửi tên miền nhé.")

    chat.say("shopmay.vn ạ")
    expect(desk.page.locator("#lines .contact .text").last).to_have_text("shopmay.vn ạ")
    expect(desk.page.locator("#lines .line").last.get_by_text("Chưa được trả lời")).to_be_hidden()
    release(desk.page)
    expect(chat.log).to_contain_text("Trợ lý tự động tiếp tục hỗ trợ bạn.")
    chat.say("cảm ơn")
    expect(chat.log).to_contain_text("echo: cảm ơn")
    expect(desk.page.locator("#lines .bot .text").last).to_have_text("echo: cảm ơn")
    assert "echo: shopmay.vn ạ" not in desk.lines


def test_claim_of_a_colleague_is_seen_without_reloading(desk: Desk, browser: Browser, house: House, customer: Customer) -> None:
    other = new_context(browser, DESK)
    minh = Desk(other.new_page(), house.url).sign_in(add_member(house.services.store, "Minh", Role.SUPERVISOR))
    for tab in (desk, minh):
        tab.open(f"/conversations/{customer.conversation_id}")
    minh.page.get_by_role("button", name="Nhận trả lời").click()

    expect(desk.page.get_by_text("Minh đang trả lời", exact=True)).to_be_visible()
    expect(desk.page.get_by_role("button", name="Nhận trả lời")).to_be_hidden()
    expect(desk.page.get_by_label("Trả lời khách")).to_be_hidden()
    expect(minh.page.get_by_label("Trả lời khách")).to_be_visible()
    other.close()


def test_what_is_being_typed_and_opened_survives_what_arrives(desk: Desk, house: House, customer: Customer) -> None:
    page = desk.open(f"/conversations/{customer.conversation_id}")
    page.get_by_role("button", name="Nhận trả lời").click()
    page.locator("details.why summary").first.click()
    page.get_by_label("Trả lời khách").fill("đang viết dở")
    customer.write("còn đó không", minute=9)
    house.services.wakeups.notify(customer.conversation_id)

    expect(page.locator("#lines .contact .text").last).to_have_text("còn đó không")
    expect(page.get_by_label("Trả lời khách")).to_have_value("đang viết dở")
    expect(page.get_by_label("Trả lời khách")).to_be_focused()
    expect(page.locator("#lines").get_by_text("Nói tới “so sánh giá”")).to_be_visible()


def test_log_follows_a_reader_at_its_end_and_leaves_one_who_reads_above(desk: Desk, house: House, customer: Customer) -> None:
    for number in range(30):
        customer.write(f"tin {number}", minute=3)
    page = desk.open(f"/conversations/{customer.conversation_id}")
    for text, is_followed in (("cuối một", True), ("cuối hai", False)):
        customer.write(text, minute=9)
        house.services.wakeups.notify(customer.conversation_id)
        expect(page.locator("#lines .contact .text").last).to_have_text(text)
        assert (page.evaluate("log.scrollHeight - log.scrollTop - log.clientHeight") < 5) is is_followed
        page.evaluate("log.scrollTop = 0")


def test_draft_survives_a_session_that_ended_and_goes_when_it_is_sent(desk: Desk, customer: Customer, lan: StaffMember) -> None:
    page = desk.open(f"/conversations/{customer.conversation_id}")
    page.get_by_role("button", name="Nhận trả lời").click()
    page.get_by_label("Trả lời khách").fill("câu trả lời rất dài")
    page.context.clear_cookies()
    page.get_by_role("button", name="Gửi").click()
    page.get_by_label("Email").fill(lan.email)
    page.get_by_label("Mật khẩu").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Hàng chờ", exact=True)).to_be_visible()

    desk.open(f"/conversations/{customer.conversation_id}")
    expect(page.get_by_label("Trả lời khách")).to_have_value("câu trả lời rất dài")
    page.get_by_role("button", name="Gửi").click()
    expect(page.locator("#lines .staff .text")).to_have_text("câu trả lời rất dài")
    expect(page.get_by_label("Trả lời khách")).to_have_value("")
    page.reload()
    expect(page.get_by_label("Trả lời khách")).to_have_value("")


def test_open_page_of_somebody_disabled_leads_to_the_sign_in(desk: Desk, house: House, lan: StaffMember) -> None:
    with house.services.store.transaction() as session:
        disable_staff(session, lan.email, utc_now())
    house.services.wakeups.notify(HANDOFFS)

    expect(desk.page.get_by_role("heading", name="Đăng nhập")).to_be_visible()


def test_what_is_erased_leaves_the_open_page_too(desk: Desk, house: House, customer: Customer) -> None:
    page = desk.open(f"/conversations/{customer.conversation_id}")
    with house.services.store.transaction() as session:
        erase_person(session, customer.contact_id, "contact", utc_now(), kept_conversation_id=customer.conversation_id)
        append_note(session, customer.conversation_id, "đã xoá", author="staff:x", now=utc_now())
    house.services.wakeups.notify(customer.conversation_id)
    expect(page.locator("#lines .line .text")).to_have_text(["đã xoá"])
    with house.services.store.transaction() as session:
        erase_person(session, customer.contact_id, "contact", utc_now())
    house.services.wakeups.notify(customer.conversation_id)

    expect(page.get_by_role("heading", name="Có chút trục trặc")).to_be_visible()


def test_keyboard_alone_signs_in_claims_notes_replies_and_releases(
    browser: Browser, house: House, customer: Customer, lan: StaffMember
) -> None:
    context = new_context(browser, DESK)
    desk = Desk(context.new_page(), house.url)
    desk.open("/sign-in")
    desk.page.keyboard.type(lan.email)
    desk.page.keyboard.press("Tab")
    desk.page.keyboard.type(PASSWORD)
    desk.page.keyboard.press("Enter")
    press_through_to(desk.page, "Nhận trả lời")
    expect(desk.page.get_by_text("Bạn đang trả lời")).to_be_visible()
    tab_to(desk.page, "Trả lời khách")
    desk.page.keyboard.type("Chào bạn")
    press_through_to(desk.page, "Gửi")
    expect(desk.page.locator("#lines .staff .text")).to_have_text("Chào bạn")
    press_through_to(desk.page, "Ghi chú nội bộ")
    desk.page.keyboard.press("Tab")
    desk.page.keyboard.type("khách quen")
    press_through_to(desk.page, "Lưu ghi chú")
    expect(desk.page.locator("#lines .note .text")).to_have_text("khách quen")
    press_through_to(desk.page, "Trả lại cho trợ lý…")
    press_through_to(desk.page, "Trả lại cho trợ lý")
    expect(desk.page.get_by_text("Trợ lý đang trả lời")).to_be_visible()
    context.close()


def release(page: Page) -> None:
    """Hand back to the assistant without a promise."""
    page.locator("#release-box summary").click()
    page.get_by_role("button", name="Trả lại cho trợ lý").click()


def tab_to(page: Page, name: str) -> None:
    """Press Tab until the thing of this name has the focus."""
    named = "(element) => element.labels?.[0]?.textContent ?? element.getAttribute('aria-label') ?? element.textContent"
    for _ in range(60):
        page.keyboard.press("Tab")
        focused = page.locator(":focus")
        if focused.count() and name in focused.evaluate(named):
            return
    raise AssertionError(f"{name} is not reached by Tab")


def press_through_to(page: Page, name: str) -> None:
    """Reach something by Tab and press it by Enter."""
    tab_to(page, name)
    page.keyboard.press("Enter")


@pytest.mark.parametrize("width", [320, 375, 1280])
def test_pages_fit_the_screen(browser: Browser, house: House, customer: Customer, width: int) -> None:
    with house.services.store.transaction() as session:
        update_contact(session, customer.contact_id, name="Công Tằng Tôn Nữ Hoàng Ngân Khánh", email=f"{'a' * 60}@example.example")
        set_conversation_language(session, customer.conversation_id, "en")
    context = new_context(browser, {"width": width, "height": 700})
    desk = Desk(context.new_page(), house.url).sign_in(add_member(house.services.store, "Hoang", Role.OWNER))
    room = f"/conversations/{customer.conversation_id}"
    for path in ("/", "/?tab=all", "/?tab=closed", "/activity", room, f"{room}?view=profile", "/nothing"):
        page = desk.open(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
    page = desk.open(room)
    page.get_by_role("button", name="Nhận trả lời").click()
    expect(page.get_by_role("button", name="Gửi")).to_be_in_viewport(ratio=1)
    expect(page.locator("#release-box summary")).to_be_in_viewport(ratio=1)
    context.close()
    assert desk.problems == []


def test_phone_shows_talk_and_profile_one_at_a_time(browser: Browser, house: House, customer: Customer, lan: StaffMember) -> None:
    context = new_context(browser, PHONE)
    page = Desk(context.new_page(), house.url).sign_in(lan).page
    page.get_by_role("link", name="Khách").click()
    expect(page.get_by_role("log")).to_be_visible()
    expect(page.get_by_role("complementary", name="Hồ sơ")).to_be_hidden()
    page.get_by_role("link", name="Hồ sơ").click()
    expect(page.get_by_role("complementary", name="Hồ sơ")).to_be_visible()
    expect(page.get_by_role("log")).to_be_hidden()
    context.close()


def test_everything_but_liveness_works_without_scripts(browser: Browser, house: House, customer: Customer, lan: StaffMember) -> None:
    context = new_context(browser, DESK, java_script_enabled=False)
    page = Desk(context.new_page(), house.url).sign_in(lan).page
    page.get_by_role("button", name="Nhận trả lời").click()
    page.get_by_label("Trả lời khách").fill("Chào bạn")
    page.get_by_role("button", name="Gửi").click()
    expect(page.locator("#lines .staff .text")).to_have_text("Chào bạn")
    page.locator("summary", has_text="Ghi chú nội bộ").click()
    page.get_by_label("Ghi chú nội bộ").fill("khách quen")
    page.get_by_role("button", name="Lưu ghi chú").click()
    release(page)
    expect(page.get_by_text("Trợ lý đang trả lời")).to_be_visible()
    context.close()


def test_language_is_switched_in_the_menu(desk: Desk) -> None:
    desk.page.get_by_text("Lan").first.click()
    desk.page.get_by_role("button", name="English").click()

    expect(desk.page.get_by_role("heading", name="Queue", exact=True)).to_be_visible()
    expect(desk.page.locator("html")).to_have_attribute("lang", "en")


def test_words_of_strangers_run_no_script_even_when_they_arrive_live(desk: Desk, house: House, customer: Customer) -> None:
    page = desk.open(f"/conversations/{customer.conversation_id}")
    nasty = "<img src=x onerror=window.hit=1><script>window.hit=1</script>"
    customer.write(nasty, minute=9)
    house.services.wakeups.notify(customer.conversation_id)

    expect(page.locator("#lines .contact .text").last).to_have_text(nasty)
    assert page.evaluate("window.hit") is None and page.locator("#lines img, #lines script").count() == 0


def test_queue_is_filtered_assigned_and_left_by_somebody_at_the_keyboard(desk: Desk, customer: Customer) -> None:
    page = desk.page
    page.get_by_label("Nhóm").select_option("sales")
    page.get_by_role("button", name="Lọc").click()
    expect(page.get_by_role("region", name="Đang chờ 0")).to_be_visible()
    page.get_by_role("link", name="Bỏ lọc").click()
    page.locator("summary", has_text="Giao").click()
    page.get_by_label("Giao cho").select_option(label="Lan (đang trực)")
    page.get_by_role("button", name="Giao", exact=True).click()
    expect(page.get_by_role("region", name="Đang chờ 1")).to_contain_text("giao cho Lan")
    page.locator("#there-summary").click()
    page.get_by_role("button", name="Báo vắng mặt").click()
    expect(page.locator("#there-summary")).to_contain_text("Bạn đang vắng mặt")


def test_bell_rings_on_a_page_that_asked_for_it(desk: Desk, house: House, customer: Customer) -> None:
    page = desk.page
    page.evaluate("() => { window.rung = 0; window.AudioContext = function () { window.rung += 1; throw new Error('heard'); }; }")
    page.locator("#there-summary").click()
    page.get_by_label("Âm thanh").check()
    second = Customer(house.services.store, "visitor-2")
    second.write("alo")
    with house.services.store.transaction() as session:
        request_handoff(session, second.conversation_id, second.contact_id, HandoffRequest("asked", utc_now(), stage="service"))
    house.services.wakeups.notify(HANDOFFS)

    expect(page.locator("[data-waiting]")).to_have_text("2")
    page.wait_for_function("window.rung >= 2")
    desk.problems.clear()


def test_colleague_who_types_is_seen(desk: Desk, browser: Browser, house: House, customer: Customer) -> None:
    other = new_context(browser, DESK)
    minh = Desk(other.new_page(), house.url).sign_in(add_member(house.services.store, "Minh"))
    minh.open(f"/conversations/{customer.conversation_id}").get_by_role("button", name="Nhận trả lời").click()
    page = desk.open(f"/conversations/{customer.conversation_id}")
    expect(page.get_by_text("Minh đang xem")).to_be_visible()
    minh.page.get_by_label("Trả lời khách").type("Chào")
    expect(page.get_by_text("Minh đang viết")).to_be_visible()
    other.close()


def test_takeover_is_answered_by_a_canned_reply_passed_on_and_handed_back_with_a_promise(
    desk: Desk, browser: Browser, house: House, customer: Customer
) -> None:
    minh = add_member(house.services.store, "Minh")
    page = desk.open(f"/conversations/{customer.conversation_id}")
    page.get_by_role("button", name="Nhận trả lời").click()
    page.get_by_label("Câu mẫu").select_option(label="Chào khách")
    page.get_by_role("button", name="Chèn").click()
    expect(page.get_by_label("Trả lời khách")).to_have_value("Dạ em chào bạn, em là Lan bên Sen Cloud. Em xem giúp mình ngay ạ.")
    page.get_by_role("button", name="Gửi").click()
    page.locator("#transfer-box summary").click()
    page.get_by_label("Chuyển cho").select_option(label="Minh (không trực)")
    page.get_by_label("Lời nhắn cho người nhận").fill("khách cần xuất hoá đơn")
    page.get_by_role("button", name="Chuyển đi").click()
    expect(page.get_by_role("heading", name="Hàng chờ", exact=True)).to_be_visible()

    other = new_context(browser, DESK)
    tab = Desk(other.new_page(), house.url).sign_in(minh).open(f"/conversations/{customer.conversation_id}")
    expect(tab.get_by_text("Bạn đang trả lời")).to_be_visible()
    expect(tab.locator("#lines .note .text")).to_have_text("khách cần xuất hoá đơn")
    tab.locator("#release-box summary").click()
    tab.get_by_label("Đã hẹn gì với khách?").fill("giảm 10% khi gia hạn")
    tab.get_by_label("Về chuyện").select_option("price")
    tab.get_by_label("Đến hết ngày").fill("2099-12-31")
    tab.get_by_role("button", name="Trả lại cho trợ lý").click()
    promised = tab.get_by_role("complementary", name="Hồ sơ").get_by_role("listitem").filter(has_text="giảm 10% khi gia hạn")
    expect(promised).to_contain_text("31/12/2099")
    promised.get_by_role("button", name="Đã xong").click()
    expect(promised).to_be_hidden()
    other.close()


@pytest.mark.parametrize("width", [375, 1280])
def test_axe_finds_nothing_serious_on_any_page_and_all_fit(browser: Browser, house: House, customer: Customer, width: int) -> None:
    store = house.services.store
    context = new_context(browser, {"width": width, "height": 800}, reduced_motion="reduce")
    desk = Desk(context.new_page(), house.url).sign_in(add_member(store, "Hoa", Role.OWNER))
    with store.transaction() as session:
        ticket = open_ticket(session, customer.contact_id, TicketRequest(TicketKind.OUTAGE, "web hỏng"), utc_now())
    room = f"/conversations/{customer.conversation_id}"
    for path in ("/", "/?tab=all", room, f"{room}?view=profile", f"{room}/print", f"/contacts/{customer.contact_id}", "/tickets",
                 f"/tickets/{ticket.number}", "/reviews", "/reports", "/settings", "/search?q=gia", "/activity"):
        page = desk.open(path)
        page.evaluate("document.querySelectorAll('details').forEach((box) => box.open = box.id !== 'account' && box.id !== 'there')")
        found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
        assert [(path, item["id"], item["nodes"][0]["html"]) for item in found if item["impact"] in ("serious", "critical")] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
    context.close()
    assert desk.problems == []


def test_owner_renames_the_business_and_customers_see_it(browser: Browser, house: House) -> None:
    context = new_context(browser, DESK)
    page = Desk(context.new_page(), house.url).sign_in(add_member(house.services.store, "Hoa", Role.OWNER)).open("/settings")
    page.get_by_label("Tên doanh nghiệp").fill("Sao Mai")
    page.get_by_label("Màu").fill("#ffff00")
    page.locator("#face").get_by_role("button", name="Lưu").click()
    expect(page.get_by_role("alert")).to_contain_text("too light")
    page.get_by_label("Tên doanh nghiệp").fill("Sao Mai")
    page.locator("#face").get_by_role("button", name="Lưu").click()
    expect(page.get_by_role("banner")).to_contain_text("Sao Mai")
    chat = new_chat(context, house.url).open()
    expect(chat.log).to_contain_text("Sao Mai")
    context.close()
