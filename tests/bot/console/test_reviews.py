"""The review queue's page."""

from __future__ import annotations

from journey_state.audits import list_deeds
from journey_state.handoffs import find_open_handoff
from tests.fixtures.consoles import Browser, Console
from tests.fixtures.staff import Customer


def test_closed_handoff_is_judged_and_counted(browser: Browser, customer: Customer, console: Console) -> None:
    with customer.store.reading() as session:
        handoff = find_open_handoff(session, customer.conversation_id)
    assert handoff is not None and "Không còn lần hỗ trợ nào" in browser.open("/reviews").text
    for step in ("claim", "release"):
        browser.send(f"/conversations/{customer.conversation_id}/{step}")
    html = browser.open("/reviews").text
    assert "gói M giá bao nhiêu" in html and "Lan hỗ trợ" in html and "<b>0%</b>" in html

    browser.send(f"/reviews/{handoff.id}", verdict="nonsense", cause="no_content")
    assert "gói M giá bao nhiêu" in browser.open("/reviews").text
    browser.send(f"/reviews/{handoff.id}", verdict="avoidable", cause="no_content", remedy="viết giá rõ hơn")
    done = browser.open("/reviews?tab=reviewed").text
    assert "tránh được</b>, thiếu nội dung: viết giá rõ hơn" in done
    assert "<b>100%</b>" in done
    assert "Không còn lần hỗ trợ nào" in browser.open("/reviews").text
    with console.services.store.reading() as session:
        assert "review" in {entry.deed.verb for entry in list_deeds(session)}
