"""Card, search, print and export of conversations."""

from __future__ import annotations

import pytest

from journey_state.audits import list_deeds
from tests.fixtures.consoles import Browser, Console
from tests.fixtures.staff import Customer


def test_card_is_the_first_thing_beside_the_transcript(browser: Browser, customer: Customer) -> None:
    html = browser.open(f"/conversations/{customer.conversation_id}").text

    assert '<p class="gist" lang="vi">gói M giá bao nhiêu</p>' in html
    for said in ("Khách xin gặp nhân viên</b>: “cho mình gặp nhân viên”", "Trợ lý đã thử", "Giai đoạn trong cuộc trò chuyện"):
        assert said in html


@pytest.mark.parametrize(("query", "said"), [("gap+nhan+vien", "Tìm thấy 1 tin"), ("khong+co", "Tìm thấy 0 tin"), ("", "Tìm trong mọi")])
def test_search_reads_with_and_without_diacritics(browser: Browser, customer: Customer, query: str, said: str) -> None:
    assert said in browser.open(f"/search?q={query}").text


def test_found_line_leads_to_its_place(browser: Browser, customer: Customer) -> None:
    assert f"/console/conversations/{customer.conversation_id}?before=9" in browser.open("/search?q=nhan+vien").text


def test_print_and_export_hold_everything_said_and_are_written_down(browser: Browser, customer: Customer, console: Console) -> None:
    browser.send(f"/conversations/{customer.conversation_id}/note", text="khách quen")
    printed = browser.open(f"/conversations/{customer.conversation_id}/print").text
    exported = browser.open(f"/conversations/{customer.conversation_id}/export")

    for said in ("gói M giá bao nhiêu", "119.000đ mỗi tháng", "cho mình gặp nhân viên", "khách quen"):
        assert said in printed
    assert "attachment" in exported.headers["content-disposition"]
    said = exported.json()["messages"]
    assert [line["text"] for line in said] == ["gói M giá bao nhiêu", "119.000đ mỗi tháng", "cho mình gặp nhân viên", "khách quen"]
    assert (said[0]["intent"], said[0]["stage"]) == ("ask_price", "consideration")
    with console.services.store.reading() as session:
        assert {"print", "export"} <= {entry.deed.verb for entry in list_deeds(session)}
    assert browser.open("/conversations/nowhere/export").status_code == 404
