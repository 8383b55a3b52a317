"""Deals in the console."""

from __future__ import annotations

import pytest

from journey_state.audits import list_deeds
from journey_state.deals import DealState, find_deal
from journey_state.staff import StaffMember
from tests.fixtures.consoles import Browser
from tests.fixtures.staff import Customer

FIELDS = {
    "value": "12.000.000đ", "next_step": "gọi lại thứ 6", "expected_close": "2026-03-20", "state": "open", "competitor": "hãng <b>X</b>",
}


def test_deal_is_written_from_the_profile_and_listed(browser: Browser, customer: Customer, lan: StaffMember) -> None:
    address = f"/deals/{customer.contact_id}"
    assert f'href="/console{address}"' in browser.open(f"/conversations/{customer.conversation_id}").text
    answer = browser.send(address, owner=lan.id, **FIELDS)

    assert (answer.status_code, answer.headers["location"]) == (303, "/console/deals?state=open")
    page = browser.open("/deals").text
    assert all(words in page for words in ("12.000.000đ", "gọi lại thứ 6", "20/03/2026", "Lan", "hãng &lt;b&gt;X&lt;/b&gt;"))
    with customer.store.reading() as session:
        deal = find_deal(session, customer.contact_id)
        assert [entry.deed.verb for entry in list_deeds(session) if entry.deed.noun == "deal"] == ["save"]
    assert deal is not None and deal.plan.owner_id == lan.id


def test_lost_deal_needs_a_reason_and_then_leaves_the_open_ones(browser: Browser, customer: Customer) -> None:
    address = f"/deals/{customer.contact_id}"
    refused = browser.send(address, **{**FIELDS, "state": "lost"})
    assert refused.status_code == 422 and "cần có lý do" in refused.text and "gọi lại thứ 6" in refused.text

    browser.send(address, **{**FIELDS, "state": "lost", "reason": "giá cao"})
    assert "giá cao" in browser.open("/deals?state=lost").text and "Chưa có cơ hội nào" in browser.open("/deals").text


@pytest.mark.parametrize("changed, status", [
    ({"state": "maybe"}, 422), ({"expected_close": "soon"}, 422), ({"value": "nhiều"}, 422),
    ({"owner": "nobody"}, 303), ({"value": ""}, 303),
])
def test_strange_fields_are_refused_or_left_out(browser: Browser, customer: Customer, changed: dict[str, str], status: int) -> None:
    assert browser.send(f"/deals/{customer.contact_id}", **{**FIELDS, **changed}).status_code == status
    with customer.store.reading() as session:
        deal = find_deal(session, customer.contact_id)
    assert (deal is None) == (status == 422) and (deal is None or deal.plan.state is DealState.OPEN)


def test_unknown_person_is_a_calm_page(browser: Browser) -> None:
    assert browser.open("/deals/nobody").status_code == 404
    assert browser.send("/deals/nobody", **FIELDS).status_code == 404
