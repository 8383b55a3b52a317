"""The contact page: everything of one person; merge, undo, export, erase."""

from __future__ import annotations

import pytest

from bot.console.contacts import MODELS
from journey_state.contacts import update_contact
from journey_state.journey_models import load_journey_models
from journey_state.staff import Role
from journey_state.store import JourneyStore
from journey_state.surveys import Answer, SurveyKind, append_answer
from journey_state.touchpoints import Touchpoint, append_touchpoint
from tests.fixtures.consoles import CLOCK, Browser, Console
from tests.fixtures.journeys import NOW
from tests.fixtures.people import grant_consent
from tests.fixtures.staff import Customer, add_member


@pytest.fixture
def known(customer: Customer, sqlite_store: JourneyStore) -> Customer:
    """A customer with a name, consent, a journey and an opinion."""
    with sqlite_store.transaction() as session:
        update_contact(session, customer.contact_id, name="Chị Hoa", phone="+84901234567")
        grant_consent(session, customer.contact_id)
        append_touchpoint(session, Touchpoint("price_asked", customer.contact_id, "website", "t", "1", NOW, NOW, stage="consideration"))
        append_answer(session, customer.contact_id, Answer(SurveyKind.CSAT, 5, "rất nhanh", "m-1"), CLOCK)
    return customer


@pytest.mark.parametrize("model", sorted(load_journey_models(MODELS)))
def test_page_tells_the_person_in_every_journey_model(browser: Browser, known: Customer, model: str) -> None:
    html = browser.open(f"/contacts/{known.contact_id}?model={model}").text

    for said in ("Chị Hoa", "+84901234567", "Đã đồng ý", "CSAT 5", "rất nhanh", "1 điểm chạm", "price asked"):
        assert said in html


def test_merge_is_offered_for_the_same_phone_made_and_undone(browser: Browser, known: Customer, sqlite_store: JourneyStore) -> None:
    other = Customer(sqlite_store, "42", "telegram")
    other.write("alo")
    with sqlite_store.transaction() as session:
        update_contact(session, other.contact_id, phone="+84901234567", name="Hoa")
    address = f"/contacts/{known.contact_id}"
    assert "Hoa có cùng số điện thoại" in browser.open(address).text
    browser.send(f"{address}/merge", other=other.contact_id)
    merged = browser.open(address).text
    assert "Đã gộp với" in merged and "Telegram" in merged and "cùng số điện thoại" not in merged
    assert browser.send(f"{address}/merge", other=other.contact_id).status_code == 422
    link = merged.split('name="link" value="')[1].split('"')[0]
    browser.send(f"{address}/undo", link=link)
    assert "Đã gộp với" not in browser.open(address).text
    assert "đã được tách" in browser.send(f"{address}/undo", link=link).text


def test_export_is_a_file_of_everything(browser: Browser, known: Customer) -> None:
    answer = browser.open(f"/contacts/{known.contact_id}/export")

    assert "attachment" in answer.headers["content-disposition"] and {"contacts", "messages", "surveys"} <= set(answer.json())
    assert [browser.open(f"/contacts/nobody{path}").status_code for path in ("", "/export")] == [404, 404]


def test_only_supervisors_erase_and_only_with_the_code(
    browser: Browser, console: Console, known: Customer, sqlite_store: JourneyStore
) -> None:
    boss, address = console.visit(add_member(sqlite_store, "Sếp", Role.SUPERVISOR)), f"/contacts/{known.contact_id}"
    assert browser.send(f"{address}/erase", code=known.contact_id[:4]).status_code == 403
    assert boss.send(f"{address}/erase", code="nope").status_code == 422 and "Chị Hoa" in boss.open(address).text
    receipt = boss.send(f"{address}/erase", code=known.contact_id[:4].upper())

    assert receipt.status_code == 200 and "Số biên nhận" in receipt.text and "messages" in receipt.text
    assert "Chị Hoa" not in boss.open(address).text
    assert browser.open(f"/conversations/{known.conversation_id}").status_code == 404
