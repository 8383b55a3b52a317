"""Markup and links of bad intent stay text, whoever wrote them and wherever they are shown."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from journey_state.messages import Card, Choice, Reply
from tests.fixtures.chats import Chat
from tests.fixtures.websites import Website

pytestmark = pytest.mark.browser
ATTACK = "window.__broken = true"
HOSTILE = (
    f"<script>{ATTACK}</script>",
    f'<img src=x onerror="{ATTACK}">',
    f"<svg onload='{ATTACK}'><animate onbegin='{ATTACK}'/></svg>",
    f'"><iframe srcdoc="<script>parent.{ATTACK}</script>"></iframe>',
    f"<a href=\"javascript:{ATTACK}\">bấm đi</a>",
    f"javascript:{ATTACK}",
    f"data:text/html,<script>{ATTACK}</script>",
    f"<details open ontoggle={ATTACK}>",
    f"<style>@import 'javascript:{ATTACK}'</style>",
    f"<math><mtext></form><form><mglyph><style></math><img src onerror={ATTACK}>",
    f"{{{{constructor.constructor('{ATTACK}')()}}}}",
    f"<textarea autofocus onfocus={ATTACK}></textarea>",
    f"<dong-hanh-chat api=\"javascript:{ATTACK}\"></dong-hanh-chat>",
    f"</div></section><b onmouseover={ATTACK}>x</b>",
    f"<base href='javascript:{ATTACK}//'>",
)
LINKS = (
    ("xem https://sencloud.example/a?b=1&c=2.", "https://sencloud.example/a?b=1&c=2"),
    ("(https://sencloud.example/x)", "https://sencloud.example/x"),
    ("HTTPS://SENCLOUD.EXAMPLE/Y nhé", "https://sencloud.example/Y"),
    ('https://a.example/"onmouseover="alert(1)', "https://a.example/"),
    ("https://a.example/<script>", "https://a.example/"),
)


def expect_harmless(chat: Chat) -> None:
    """Nothing ran, and the log holds only elements that the widget makes."""
    assert chat.page.evaluate("window.__broken") is None
    made = {"OL", "LI", "UL", "DIV", "SPAN", "B", "TIME", "BUTTON", "A", "STRONG", "IMG"}
    inside = chat.log.locator("ol *")
    assert set(inside.evaluate_all("nodes => nodes.map(node => node.tagName)")) <= made
    attributes = inside.evaluate_all("nodes => nodes.flatMap(node => [...node.attributes].map(one => [one.name, one.value]))")
    assert [name for name, value in attributes if name.startswith("on") or value.startswith(("javascript:", "data:"))] == []
    addresses = chat.log.locator("a").evaluate_all("nodes => nodes.map(node => node.protocol)")
    assert set(addresses) <= {"http:", "https:"}


def test_what_customers_write_is_shown_as_they_wrote_it(chat: Chat) -> None:
    chat.open()
    shown: list[str] = []
    for text in HOSTILE:
        chat.say(text)
        shown += [text, f"echo: {text}"]
        chat.expect_bubbles(*shown)
    expect_harmless(chat)
    chat.page.reload()
    chat.expect_bubbles(*shown)
    expect_harmless(chat)


def test_answers_buttons_cards_and_images_are_harmless_too(chat: Chat, website: Website) -> None:
    website.engine.script = lambda _: tuple(
        Reply(text, choices=(Choice(text, "greet"),), cards=(Card(text, (text,), text, text, Choice(text, "greet")),), image_url=text)
        for text in HOSTILE
    )
    chat.open()
    chat.say("xin chào")
    chat.expect_bubbles("xin chào", *HOSTILE)
    expect(chat.log.locator(".card")).to_have_count(len(HOSTILE))
    expect_harmless(chat)


@pytest.mark.parametrize(("text", "address"), LINKS)
def test_web_addresses_become_links_and_nothing_else_does(chat: Chat, text: str, address: str) -> None:
    chat.open()
    chat.say(text)
    link = chat.log.locator(".own a")
    expect(link).to_have_count(1)
    assert link.evaluate("node => node.href") == address
    assert link.get_attribute("rel") == "noopener noreferrer nofollow"
    expect(chat.log.locator(".own .bubble")).to_contain_text(text.split("https")[0] if "https" in text else "nhé")
    expect_harmless(chat)


def test_text_that_changes_direction_cannot_disguise_its_neighbours(chat: Chat) -> None:
    chat.open()
    chat.say("giá \u202e000.01\u202c đồng")
    chat.expect_bubbles("giá 000.01 đồng", "echo: giá 000.01 đồng")
