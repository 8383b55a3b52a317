"""Files in the widget: chosen, sent once, kept while offline, saved again, refused in plain words."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, FilePayload, expect

from tests.fixtures.chats import Chat
from tests.fixtures.files import PNG, PROGRAM
from tests.fixtures.websites import Website

pytestmark = pytest.mark.browser
PICTURE = FilePayload(name="lỗi trang.png", mimeType="image/png", buffer=PNG)
RECEIVED = "Mình đã nhận tệp “lỗi trang.png”. Mình chưa tự xem được tệp, nhân viên sẽ xem khi hỗ trợ bạn. Bạn mô tả giúp mình vài chữ nhé."


def attach(chat: Chat, *files: FilePayload) -> None:
    """Press the button and choose files."""
    with chat.page.expect_file_chooser() as chooser:
        chat.panel.get_by_role("button", name="Gửi tệp").click()
    chooser.value.set_files(list(files))


def test_customer_sends_a_picture_and_can_save_it_again(chat: Chat) -> None:
    chat.open()
    attach(chat, PICTURE)
    chat.expect_bubbles("lỗi trang.png", RECEIVED)
    chat.expect_state("Đã gửi")
    for _ in ("now", "after a reload"):
        with chat.page.expect_download() as download:
            chat.log.get_by_role("button", name="lỗi trang.png").click()
        assert Path(download.value.path()).read_bytes() == PNG
        assert download.value.suggested_filename == "lỗi trang.png"
        chat.page.reload()


def test_file_chosen_offline_is_sent_once_when_back(chat: Chat, context: BrowserContext, website: Website, tmp_path: Path) -> None:
    chat.open()
    chat.say("trước")
    chat.expect_bubbles("trước", "echo: trước")
    chat.page.route("**/api/website/**", lambda route: route.abort())
    chat.panel.get_by_role("button", name="Gửi tệp").hover()
    attach(chat, PICTURE)
    chat.expect_state("sẽ tự gửi lại")
    chat.page.reload()
    chat.expect_bubbles("lỗi trang.png")
    chat.page.unroute_all()
    chat.expect_bubbles("trước", "echo: trước", "lỗi trang.png", RECEIVED)
    assert len(list((tmp_path / "uploads").iterdir())) == 1


def test_what_is_not_taken_says_why(chat: Chat, website: Website) -> None:
    chat.open()
    attach(chat, FilePayload(name="to.png", mimeType="image/png", buffer=PNG + b"x" * 5_000_000))
    expect(chat.panel.locator(".hint")).to_have_text("“to.png” lớn hơn 5 MB, bạn gửi tệp nhỏ hơn nhé.")
    expect(chat.log.locator("ol .bubble")).to_have_count(0)
    attach(chat, FilePayload(name="cài đặt.png", mimeType="image/png", buffer=PROGRAM))
    chat.expect_state("Chưa gửi được: Mình chỉ nhận ảnh")
    chat.log.get_by_role("button", name="Bỏ tin này").click()
    expect(chat.log.locator("ol .bubble")).to_have_count(0)
