"""The menu: staff and the queue, rating, a copy of the conversation, the visitor's own data; by keyboard too."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.sync_api import Locator, expect

from bot.wakeups import HANDOFFS
from journey_state.conversations import Posting, append_reply, load_conversation
from journey_state.handoffs import HandoffRequest, claim_conversation, release_conversation, request_handoff
from journey_state.messages import Card, Reply
from journey_state.staff import StaffMember
from journey_state.store import utc_now
from journey_state.tables import conversations, messages
from tests.fixtures.chats import Chat
from tests.fixtures.staff import add_member
from tests.fixtures.websites import Website

pytestmark = pytest.mark.browser


@pytest.fixture
def lan(website: Website) -> StaffMember:
    """A staff member."""
    return add_member(website.store, "Lan")


def menu(chat: Chat) -> Locator:
    """The menu, opened."""
    chat.panel.get_by_role("button", name="Thêm lựa chọn").click()
    return chat.panel.get_by_role("group", name="Thêm lựa chọn")


def room(website: Website) -> str:
    """The id of the only conversation."""
    with website.store.reading() as session:
        return str(session.execute(sa.select(conversations.c.id)).scalar_one())


def meanings(website: Website) -> list[dict[str, object]]:
    """What the buttons that were pressed mean."""
    with website.store.reading() as session:
        bodies = session.execute(sa.select(messages.c.body).where(messages.c.direction == "in").order_by(messages.c.seq)).scalars()
        return [body["choice"] for body in bodies if "choice" in body]


def test_waiting_customer_knows_the_place_the_hours_and_who_answers(chat: Chat, website: Website, lan: StaffMember) -> None:
    chat.open()
    menu(chat).get_by_role("button", name="Gặp nhân viên").click()
    chat.expect_bubbles("Gặp nhân viên", "echo: Gặp nhân viên")
    assert meanings(website) == [{"intent": "ask_human", "slots": {}}]
    waiting = chat.panel.get_by_role("status").filter(has_text="hàng chờ")
    expect(waiting).to_be_hidden()
    with website.store.transaction() as session:
        conversation = load_conversation(session, room(website))
        request_handoff(session, conversation.id, conversation.contact_id, HandoffRequest("asked", utc_now()))
    website.services.wakeups.notify(conversation.id, HANDOFFS)
    expect(waiting).to_contain_text("Bạn đang ở vị trí thứ 1 trong hàng chờ gặp nhân viên. Chat và ticket hỗ trợ 24/7.")
    with website.store.transaction() as session:
        claim_conversation(session, conversation.id, lan.id, utc_now())
    website.services.wakeups.notify(conversation.id, HANDOFFS)
    expect(waiting).to_be_hidden()
    expect(chat.panel.locator(".responder")).to_have_text("Lan đang trả lời bạn")


def test_rating_is_asked_when_staff_have_finished_and_is_a_message(chat: Chat, website: Website, lan: StaffMember) -> None:
    chat.open()
    chat.say("xin chào")
    chat.expect_bubbles("xin chào", "echo: xin chào")
    with website.store.transaction() as session:
        claim_conversation(session, room(website), lan.id, utc_now())
    website.services.wakeups.notify(room(website))
    expect(chat.panel.locator(".responder")).to_have_text("Lan đang trả lời bạn")
    asked = chat.panel.get_by_role("group", name="Bạn hài lòng với lần hỗ trợ này ở mức nào?")
    expect(asked).to_be_hidden()
    with website.store.transaction() as session:
        release_conversation(session, room(website), lan.id, utc_now())
    website.services.wakeups.notify(room(website))
    asked.get_by_role("button", name="4 trên 5").click()
    expect(asked).to_be_hidden()
    chat.expect_bubbles("xin chào", "echo: xin chào", "Mình chấm 4/5", "echo: Mình chấm 4/5")
    assert meanings(website) == [{"intent": "rate_csat", "slots": {"rating": "4"}}]
    menu(chat).get_by_role("button", name="Đánh giá hỗ trợ").click()
    asked.get_by_role("button", name="Để sau").click()
    expect(asked).to_be_hidden()
    assert len(meanings(website)) == 1


@pytest.mark.parametrize(("label", "meaning"), [
    ("Đồng ý ghi lại hành trình", {"intent": "grant_consent", "slots": {}}),
    ("Không ghi lại hành trình", {"intent": "refuse_consent", "slots": {}}),
    ("Cho tôi xem dữ liệu đang lưu", {"intent": "ask_privacy", "slots": {"privacy_request": "export"}}),
    ("Xoá dữ liệu của tôi", {"intent": "ask_privacy", "slots": {"privacy_request": "erase"}}),
])
def test_own_data_is_explained_and_decided_in_plain_words(chat: Chat, website: Website, label: str, meaning: dict[str, object]) -> None:
    chat.open()
    opened = menu(chat)
    opened.get_by_role("button", name="Dữ liệu của tôi").click()
    expect(opened).to_contain_text("chỉ được ghi khi bạn đồng ý")
    opened.get_by_role("button", name=label).click()
    chat.expect_bubbles(label, f"echo: {label}")
    assert meanings(website) == [meaning]


def test_whole_conversation_is_saved_as_text(chat: Chat, website: Website) -> None:
    website.engine.script = lambda text: tuple(Reply(f"câu {number}") for number in range(1, 131))
    chat.open()
    chat.say("kể <b>đi</b>")
    expect(chat.log.locator("ol .bubble")).to_have_count(131)
    with website.store.transaction() as session:
        reply = Reply("", cards=(Card("Hosting M", ("119.000đ",)),))
        append_reply(session, load_conversation(session, room(website)), reply, Posting("bot", utc_now()))
    website.services.wakeups.notify(room(website))
    expect(chat.log.locator(".card")).to_have_count(1)
    chat.page.reload()
    with chat.page.expect_download() as download:
        menu(chat).get_by_role("button", name="Tải cuộc trò chuyện về máy").click()
    saved = Path(download.value.path()).read_bytes().decode("utf-8-sig")
    assert download.value.suggested_filename == "tro-chuyen.txt"
    lines = saved.split("\r\n")
    assert lines[0].startswith("Trò chuyện với Sen Cloud")
    assert lines[2].endswith("Bạn: kể <b>đi</b>") and lines[3].endswith("Trợ lý: câu 1") and lines[132].endswith("Trợ lý: câu 130")
    assert lines[133].endswith("Trợ lý: Hosting M, 119.000đ")


def test_menu_opens_walks_and_closes_by_keyboard(chat: Chat, website: Website) -> None:
    chat.open()
    button = chat.panel.get_by_role("button", name="Thêm lựa chọn")
    button.focus()
    keyboard = chat.page.keyboard
    keyboard.press("Enter")
    opened = chat.panel.get_by_role("group", name="Thêm lựa chọn")
    expect(opened.get_by_role("button", name="Gặp nhân viên")).to_be_focused()
    expect(button).to_have_attribute("aria-expanded", "true")
    keyboard.press("ArrowUp")
    expect(opened.get_by_role("button", name="Dữ liệu của tôi")).to_be_focused()
    keyboard.press("Escape")
    expect(opened).to_be_hidden()
    expect(button).to_be_focused()
    expect(chat.panel).to_be_visible()
    keyboard.press("Enter")
    chat.log.click()
    expect(opened).to_be_hidden()


def test_menu_speaks_english_too(chat: Chat) -> None:
    chat.open()
    chat.panel.get_by_role("button", name="Switch to English").click()
    chat.panel.get_by_role("button", name="More options").click()
    chat.panel.get_by_role("button", name="My data").click()
    expect(chat.panel).to_contain_text("are kept only if you agree")
