"""Nothing is lost, doubled or out of order: offline, restarts, two tabs, lost sessions, refusals."""

from __future__ import annotations

import httpx
import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, BrowserContext, Route, expect

from journey_state.conversations import Posting, append_reply, load_conversation
from journey_state.messages import Choice, Reply
from journey_state.store import JourneyStore, utc_now
from journey_state.tables import choices, conversations, messages, staff
from tests.fixtures.chats import Chat, new_chat
from tests.fixtures.neighbours import Neighbour
from tests.fixtures.websites import Website, running_website

pytestmark = pytest.mark.browser
STAFF = "5" * 32
MESSAGES = "**/api/website/messages"


def written(store: JourneyStore) -> list[str]:
    """What customers said, as it is written down."""
    with store.reading() as session:
        rows = session.execute(sa.select(messages.c.body).where(messages.c.direction == "in").order_by(messages.c.at, messages.c.seq))
        return [str(row.body["text"]) for row in rows]


def only_conversation(store: JourneyStore) -> str:
    """The id of the one conversation there is."""
    with store.reading() as session:
        return str(session.execute(sa.select(conversations.c.id)).scalar_one())


def test_messages_written_offline_are_sent_once_and_in_order_when_back(chat: Chat, context: BrowserContext, website: Website) -> None:
    chat.open()
    chat.say("trước")
    chat.expect_bubbles("trước", "echo: trước")
    context.set_offline(True)
    chat.say("một")
    chat.say("hai")
    chat.expect_state("sẽ tự gửi lại")
    expect(chat.panel.locator(".notice")).to_contain_text("Mất mạng")
    website.engine.hold()
    context.set_offline(False)
    chat.wait_until(lambda: len(written(website.store)) == 3)
    website.engine.let_go()
    chat.expect_bubbles("trước", "echo: trước", "một", "hai", "echo: một", "echo: hai")
    expect(chat.panel.locator(".notice")).to_be_hidden()
    assert written(website.store) == ["trước", "một", "hai"]


def test_a_message_survives_closing_the_tab_while_offline(context: BrowserContext, website: Website) -> None:
    first = new_chat(context, website.url).open()
    first.say("trước")
    first.expect_bubbles("trước", "echo: trước")
    context.set_offline(True)
    first.say("kẻo mất")
    first.expect_state("sẽ tự gửi lại")
    first.page.close()
    context.set_offline(False)
    new_chat(context, website.url).open().expect_bubbles("trước", "echo: trước", "kẻo mất", "echo: kẻo mất")
    assert written(website.store) == ["trước", "kẻo mất"]


def test_a_message_written_offline_survives_a_reload_in_the_browsers_database(chat: Chat, website: Website) -> None:
    chat.open()
    chat.say("trước")
    chat.expect_bubbles("trước", "echo: trước")
    chat.page.route("**/api/website/**", lambda route: route.abort())
    chat.say("một")
    chat.say("hai")
    chat.expect_state("sẽ tự gửi lại")
    assert "một" not in chat.page.evaluate("JSON.stringify(localStorage)")
    chat.page.reload()
    chat.expect_bubbles("một", "hai")
    website.engine.hold()
    chat.page.unroute_all()
    chat.wait_until(lambda: len(written(website.store)) == 3)
    website.engine.let_go()
    chat.expect_bubbles("trước", "echo: trước", "một", "hai", "echo: một", "echo: hai")
    assert written(website.store) == ["trước", "một", "hai"]


def test_what_two_tabs_wrote_offline_is_sent_once_and_shown_in_both(context: BrowserContext, website: Website) -> None:
    here, there = new_chat(context, website.url).open(), new_chat(context, website.url).open()
    here.say("trước")
    there.expect_bubbles("trước", "echo: trước")
    context.set_offline(True)
    here.say("từ đây")
    there.expect_bubbles("trước", "echo: trước", "từ đây")
    there.say("từ kia")
    here.expect_bubbles("trước", "echo: trước", "từ đây", "từ kia")
    website.engine.hold()
    context.set_offline(False)
    here.wait_until(lambda: len(written(website.store)) == 3)
    website.engine.let_go()
    for tab in (here, there):
        tab.expect_bubbles("trước", "echo: trước", "từ đây", "từ kia", "echo: từ đây", "echo: từ kia")
        expect(tab.log.locator(".own:not([data-state=sent])")).to_have_count(0)
    assert written(website.store) == ["trước", "từ đây", "từ kia"]


def test_a_machine_that_slept_connects_anew(context: BrowserContext, website: Website) -> None:
    chat = Chat(context.new_page())
    chat.page.clock.install()
    streams: list[str] = []
    chat.page.on("request", lambda request: streams.append(request.url) if "/stream" in request.url else None)
    chat.page.goto(website.url)
    chat.open()
    chat.say("trước")
    chat.expect_bubbles("trước", "echo: trước")
    assert len(streams) == 1
    chat.page.clock.fast_forward(3_600_000)
    chat.wait_until(lambda: chat.page.clock.run_for(500) is None and len(streams) == 2)
    chat.say("sau")
    chat.expect_bubbles("trước", "echo: trước", "sau", "echo: sau")


def test_an_acknowledgement_that_got_lost_doubles_nothing(chat: Chat, website: Website) -> None:
    def lose_answer(route: Route) -> None:
        if route.request.method == "POST" and not lost:
            lost.append(route.fetch().status)
            route.abort()
        else:
            route.fallback()

    lost: list[int] = []
    chat.page.route(MESSAGES, lose_answer)
    chat.open()
    chat.say("một lần thôi")
    chat.expect_bubbles("một lần thôi", "echo: một lần thôi")
    chat.expect_state("Đã gửi")
    chat.say("tiếp")
    chat.expect_bubbles("một lần thôi", "echo: một lần thôi", "tiếp", "echo: tiếp")
    assert lost == [202] and written(website.store) == ["một lần thôi", "tiếp"]


def test_a_restarting_server_loses_nothing(chat: Chat, website: Website) -> None:
    chat.open()
    chat.say("một")
    chat.expect_bubbles("một", "echo: một")
    website.stop()
    chat.say("hai")
    chat.expect_state("sẽ tự gửi lại")
    website.start()
    chat.expect_bubbles("một", "echo: một", "hai", "echo: hai")
    assert written(website.store) == ["một", "hai"]


def test_a_widget_opened_while_the_server_is_away_starts_when_it_is_back(chat: Chat, website: Website) -> None:
    chat.page.route("**/api/website/session", lambda route: route.abort(), times=1)
    chat.open()
    expect(chat.panel).to_contain_text("Chào bạn, mình là trợ lý")
    chat.say("xin chào")
    chat.expect_bubbles("xin chào", "echo: xin chào")


def test_two_tabs_show_one_conversation(context: BrowserContext, website: Website) -> None:
    here, there = new_chat(context, website.url).open(), new_chat(context, website.url).open()
    here.say("từ đây")
    there.expect_bubbles("từ đây", "echo: từ đây")
    there.say("từ kia")
    everything = ("từ đây", "echo: từ đây", "từ kia", "echo: từ kia")
    here.expect_bubbles(*everything)
    there.expect_bubbles(*everything)
    assert website.services.wakeups.count_watches() == 1
    there.page.close()
    here.say("còn một")
    here.expect_bubbles(*everything, "còn một", "echo: còn một")
    assert here.problems == there.problems == []


def test_two_tabs_opened_at_once_are_one_visitor(context: BrowserContext, website: Website) -> None:
    tabs = [new_chat(context, website.url) for _ in range(2)]
    for tab in tabs:
        tab.launcher.dispatch_event("click")
    tabs[0].say("một")
    tabs[1].expect_bubbles("một", "echo: một")
    assert only_conversation(website.store)


def test_a_lost_session_is_opened_anew_and_the_message_still_sent(chat: Chat, context: BrowserContext, website: Website) -> None:
    chat.open()
    chat.say("một")
    chat.expect_bubbles("một", "echo: một")
    context.clear_cookies()
    chat.say("hai")
    chat.expect_bubbles("hai", "echo: hai")
    assert written(website.store) == ["một", "hai"]


def test_a_browser_without_storage_still_talks(browser: Browser, website: Website) -> None:
    context = browser.new_context()
    for name in ("localStorage", "sessionStorage", "indexedDB"):
        context.add_init_script(f"Object.defineProperty(window, '{name}', {{ get() {{ throw new DOMException('denied') }} }})")
    chat = new_chat(context, website.url).open()
    chat.say("xin chào")
    chat.expect_bubbles("xin chào", "echo: xin chào")
    assert chat.problems == []
    context.close()


def test_a_browser_that_refuses_cookies_carries_a_token(browser: Browser, website: Website) -> None:
    def open_without_cookie(route: Route) -> None:
        answer = httpx.post(route.request.url, content=route.request.post_data, headers={"Content-Type": "application/json"})
        route.fulfill(status=answer.status_code, json=answer.json())

    context = browser.new_context()
    chat = Chat(context.new_page())
    chat.page.route("**/api/website/session", open_without_cookie)
    chat.page.goto(website.url)
    chat.open()
    chat.say("xin chào")
    chat.expect_bubbles("xin chào", "echo: xin chào")
    assert context.cookies() == [] and written(website.store) == ["xin chào"]
    context.close()


def test_a_slowed_visitor_is_told_calmly_and_nothing_is_lost(context: BrowserContext, website: Website) -> None:
    def slow_down_once(route: Route) -> None:
        if route.request.method == "POST" and "ba" in (route.request.post_data or "") and not slowed:
            slowed.append(1)
            error = {"code": "too_many_messages", "message_vi": "…", "message_en": "…"}
            route.fulfill(status=429, headers={"Retry-After": "30"}, json={"error": error})
        else:
            route.fallback()

    slowed: list[int] = []
    chat = Chat(context.new_page())
    chat.page.clock.install()
    chat.page.route(MESSAGES, slow_down_once)
    chat.page.goto(website.url)
    chat.open()
    chat.say("ba")
    chat.say("bốn")
    expect(chat.log.locator(".own .state").first).to_contain_text("Bạn nhắn hơi nhanh")
    chat.page.clock.run_for(25_000)
    assert written(website.store) == []
    website.engine.hold()
    chat.page.clock.run_for(6_000)
    chat.wait_until(lambda: len(written(website.store)) == 2)
    website.engine.let_go()
    chat.expect_bubbles("ba", "bốn", "echo: ba", "echo: bốn")
    assert written(website.store) == ["ba", "bốn"]


def test_a_refused_message_says_why_and_can_be_discarded(chat: Chat, website: Website) -> None:
    website.engine.script = lambda text: (Reply("Chọn nhé", choices=(Choice("Hosting", "ask_product"),)),)
    chat.open()
    chat.say("xin chào")
    expect(chat.log.get_by_role("button", name="Hosting")).to_be_visible()
    with website.store.transaction() as session:
        session.execute(choices.delete())
    chat.log.get_by_role("button", name="Hosting").click()
    chat.expect_state("Chưa gửi được: Nút này không còn dùng được")
    chat.log.get_by_role("button", name="Bỏ tin này").click()
    chat.expect_bubbles("xin chào", "Chọn nhé")
    chat.say("vậy thôi")
    chat.expect_bubbles("xin chào", "Chọn nhé", "vậy thôi", "Chọn nhé")


def test_staff_who_take_over_are_named(chat: Chat, website: Website) -> None:
    chat.open()
    chat.say("gặp nhân viên")
    chat.expect_bubbles("gặp nhân viên", "echo: gặp nhân viên")
    room = only_conversation(website.store)
    with website.store.transaction() as session:
        row = {"id": STAFF, "email": "lan@example.vn", "name": "Lan", "password_hash": "-", "role": "staff", "created_at": utc_now()}
        session.execute(staff.insert().values(**row))
        session.execute(conversations.update().values(responder=STAFF))
        append_reply(session, load_conversation(session, room), Reply("Chào bạn"), Posting(f"staff:{STAFF}", utc_now()))
    website.services.wakeups.notify(room)
    expect(chat.panel.locator(".responder")).to_have_text("Lan đang trả lời bạn")
    expect(chat.log.locator("li").last).to_contain_text("Lan: ")


def test_an_erased_conversation_disappears_from_the_screen(chat: Chat, website: Website) -> None:
    chat.open()
    chat.say("xoá dữ liệu của tôi")
    chat.expect_bubbles("xoá dữ liệu của tôi", "echo: xoá dữ liệu của tôi")
    room = only_conversation(website.store)
    with website.store.transaction() as session:
        for table in ("turns", "outbox", "choices", "messages"):
            session.execute(sa.text(f"DELETE FROM {table}"))
        append_reply(session, load_conversation(session, room), Reply("Đã xoá"), Posting("bot", utc_now()))
    website.services.wakeups.notify(room)
    chat.expect_bubbles("Đã xoá")
    chat.say("xin chào")
    chat.expect_bubbles("Đã xoá", "xin chào", "echo: xin chào")


def test_another_site_embeds_the_widget_with_one_script_tag(sqlite_url: str, browser: Browser, neighbour: Neighbour) -> None:
    with running_website(sqlite_url, embed_origins=neighbour.origin) as website:
        neighbour.page = (
            f'<!doctype html><html lang="vi"><script type="module" src="{website.url}/widget/dong-hanh-chat.js"></script>'
            "<dong-hanh-chat></dong-hanh-chat></html>"
        )
        context = browser.new_context()
        chat = new_chat(context, neighbour.origin).open()
        chat.say("xin chào")
        chat.expect_bubbles("xin chào", "echo: xin chào")
        chat.page.reload()
        chat.expect_bubbles("xin chào", "echo: xin chào")
        assert context.cookies() == [] and chat.problems == []
        context.close()
