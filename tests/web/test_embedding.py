"""On other people's sites: by a script under a strict policy, in a frame whose both sides look at origins, themed by CSS."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Frame, expect

from tests.fixtures.chats import Chat, new_chat
from tests.fixtures.neighbours import Neighbour
from tests.fixtures.websites import Website, running_website, wait_until

pytestmark = pytest.mark.browser


@pytest.fixture
def website(sqlite_url: str, tmp_path: Path, neighbour: Neighbour) -> Iterator[Website]:
    """A website channel that the neighbour may embed."""
    with running_website(sqlite_url, var_folder=tmp_path, embed_origins=neighbour.origin) as running:
        yield running


@pytest.fixture
def framed(context: BrowserContext, website: Website, neighbour: Neighbour) -> Chat:
    """The neighbour's page with the widget in a frame."""
    neighbour.page = f'<!doctype html><html lang="vi"><body><script src="{website.url}/widget/frame-host.js" async></script>'
    neighbour.headers = {
        "Content-Security-Policy": f"default-src 'none'; script-src {website.url}; frame-src {website.url}",
    }
    return new_chat(context, neighbour.origin)


def frame_of(chat: Chat, website: Website) -> Frame:
    """The frame, loaded."""
    expect(chat.page.locator("iframe")).to_be_attached()
    chat.wait_until(lambda: any(each.url.startswith(website.url) for each in chat.page.frames))
    found = next(each for each in chat.page.frames if each.url.startswith(website.url))
    expect(found.locator("dong-hanh-chat button.launcher")).to_be_visible()
    return found


def test_strict_policy_of_the_host_and_its_colours_are_kept(context: BrowserContext, website: Website, neighbour: Neighbour) -> None:
    neighbour.headers = {"Content-Security-Policy": (
        f"default-src 'none'; script-src {website.url}; connect-src {website.url}; img-src {website.url}; style-src 'sha256-none'; "
        "require-trusted-types-for 'script'; trusted-types 'none'"
    )}
    neighbour.page = (
        f'<!doctype html><html lang="vi"><script type="module" src="{website.url}/widget/dong-hanh-chat.js"></script>'
        "<dong-hanh-chat></dong-hanh-chat></html>"
    )
    chat = new_chat(context, neighbour.origin)
    chat.page.evaluate("document.querySelector('dong-hanh-chat').style.setProperty('--dong-hanh-accent', '#7c3aed')")
    chat.page.evaluate("document.querySelector('dong-hanh-chat').style.setProperty('color-scheme', 'dark')")
    chat.open()
    chat.say("xin chào")
    chat.expect_bubbles("xin chào", "echo: xin chào")
    chat.panel.get_by_role("button", name="Thêm lựa chọn").click()
    expect(chat.panel.get_by_role("group", name="Thêm lựa chọn")).to_be_visible()
    colours = chat.panel.evaluate("panel => [panel, panel.querySelector('.head')].map(each => getComputedStyle(each).backgroundColor)")
    assert colours == ["rgb(20, 26, 25)", "rgb(124, 58, 237)"]
    assert chat.problems == []


def test_frame_grows_and_shrinks_with_the_conversation(framed: Chat, website: Website) -> None:
    inside = frame_of(framed, website)
    frame = framed.page.locator("iframe")
    assert frame.bounding_box() == {"x": 1280 - 84, "y": 800 - 84, "width": 84, "height": 84}
    inside.locator("dong-hanh-chat button.launcher").click()
    expect(inside.get_by_role("dialog")).to_be_visible()
    framed.wait_until(lambda: (frame.bounding_box() or {})["height"] == 684)
    inside.get_by_role("textbox").fill("xin chào")
    inside.get_by_role("textbox").press("Enter")
    expect(inside.get_by_role("log").locator("ol .bubble")).to_have_text(["xin chào", "echo: xin chào"])
    framed.page.keyboard.press("Escape")
    framed.wait_until(lambda: (frame.bounding_box() or {})["height"] == 84)
    framed.page.evaluate("DongHanh.ask('còn đó không')")
    expect(inside.get_by_role("log").locator("ol .bubble")).to_have_text(
        ["xin chào", "echo: xin chào", "còn đó không", "echo: còn đó không"]
    )
    assert framed.problems == []


def test_messages_of_others_are_not_heard_on_either_side(framed: Chat, website: Website) -> None:
    inside = frame_of(framed, website)
    # To the host: the right words from the page itself. To the frame: from the frame's own window.
    framed.page.evaluate("postMessage({ donghanh: 'open' }, '*')")
    inside.evaluate("postMessage({ donghanh: 'ask', text: 'giả' }, '*')")
    for window in (framed.page, inside):
        window.evaluate("new Promise(done => setTimeout(done))")
    framed.page.evaluate("DongHanh.open()")
    expect(inside.get_by_role("dialog")).to_be_visible()
    expect(inside.get_by_role("log").locator("ol .bubble")).to_have_count(0)


def test_host_is_told_only_at_its_own_origin(browser: Browser, website: Website, neighbour: Neighbour) -> None:
    answer = httpx.get(f"{website.url}/widget/frame", params={"host": neighbour.origin})
    assert f"frame-ancestors {neighbour.origin}" in answer.headers["content-security-policy"]
    assert f'data-host="{neighbour.origin}"' in answer.text
    for host in ("https://evil.example", "", "null", f"{neighbour.origin} https://evil.example", f"{neighbour.origin}/"):
        refused = httpx.get(f"{website.url}/widget/frame", params={"host": host})
        assert refused.status_code == 403 and refused.headers["x-frame-options"] == "DENY"


def test_page_of_another_origin_cannot_show_the_frame(context: BrowserContext, website: Website, neighbour: Neighbour) -> None:
    page = context.new_page()
    page.goto(website.url)
    address = f"{website.url}/widget/frame?host={neighbour.origin}"
    page.evaluate("address => { const made = document.createElement('iframe'); made.src = address; document.body.append(made); }", address)
    wait_until(lambda: page.evaluate("document.querySelector('iframe').contentDocument === null"))
    assert page.locator("iframe").content_frame.locator("dong-hanh-chat").count() == 0
