"""Pages: what waits, what was said and understood, who is asking; nothing of a stranger is ever markup."""

from __future__ import annotations

import re
from dataclasses import asdict

import httpx
import pytest

from journey_state.audits import AuditEntry, list_deeds
from journey_state.consent import append_consent
from journey_state.contacts import update_contact
from journey_state.conversations import Posting, append_reply, load_conversation
from journey_state.handoffs import claim_conversation, release_conversation
from journey_state.messages import Card, Choice, Reply
from journey_state.orders import OrderRequest, place_order
from journey_state.staff import Role, StaffMember, set_staff_language
from journey_state.stage_history import EstimateOrigin, save_estimate
from journey_state.stages import Stage
from journey_state.store import JourneyStore, new_id
from journey_state.tables import outbox
from journey_state.uploads import Upload, accept_upload
from tests.fixtures.consoles import Browser, Console
from tests.fixtures.files import PNG
from tests.fixtures.journeys import NOW, inbound, later
from tests.fixtures.people import grant_consent
from tests.fixtures.staff import Customer, add_member, make_estimate, make_understanding

NASTY = '<script>alert(1)</script> "quoted" & \'more\' {{ 7*7 }}'


def section(html: str, name: str) -> str:
    """The words of one group of a list."""
    found = re.search(rf'<section class="group {name}".*?</section>', html, re.DOTALL)
    assert found, f"no group {name}"
    return words(found[0])


def words(html: str) -> str:
    """What a person reads of some HTML."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def looks(console: Console) -> list[AuditEntry]:
    with console.services.store.reading() as session:
        return [entry for entry in list_deeds(session) if entry.deed.verb == "look"]


def test_queue_tells_who_waits_why_and_for_how_long(browser: Browser, customer: Customer) -> None:
    html = browser.open("/").text

    waiting = section(html, "waiting")
    for said in ("Thứ 1 trong hàng chờ", "Cân nhắc", "Khách xin gặp nhân viên", "cho mình gặp nhân viên"):
        assert said in waiting
    assert "Website Tiếng Việt chờ 17 phút" in waiting
    assert "1 khách đang chờ" in words(html) and "<title>(1) Hàng chờ" in html


def test_queue_without_anybody_is_calm(browser: Browser) -> None:
    html = words(browser.open("/").text)

    assert "Không có ai đang chờ" in html and "Trợ lý đang lo phần còn lại" in html


def test_queue_parts_mine_from_my_colleagues(browser: Browser, sqlite_store: JourneyStore, lan: StaffMember) -> None:
    minh = add_member(sqlite_store, "Minh")
    for name, member in (("mine", lan), ("theirs", minh)):
        customer = Customer(sqlite_store, name)
        customer.write(f"khách của {member.name}")
        with sqlite_store.transaction() as session:
            claim_conversation(session, customer.conversation_id, member.id, NOW)
    html = browser.open("/").text

    assert "khách của Lan" in section(html, "mine") and "khách của Minh" in section(html, "others")
    assert "Minh đang trả lời" in section(html, "others")


def test_closed_tab_tells_who_served(browser: Browser, customer: Customer, sqlite_store: JourneyStore, lan: StaffMember) -> None:
    with sqlite_store.transaction() as session:
        claim_conversation(session, customer.conversation_id, lan.id, later(minutes=4))
        release_conversation(session, customer.conversation_id, lan.id, later(minutes=9))
    closed = section(browser.open("/?tab=closed").text, "closed")

    assert "Lan hỗ trợ" in closed and "xong lúc 16:09 ngày 02/03/2026" in closed


def test_all_tab_has_conversations_that_nobody_asked_for(browser: Browser, sqlite_store: JourneyStore) -> None:
    Customer(sqlite_store).say("chào", "Chào bạn")

    assert "Trợ lý đang trả lời" in section(browser.open("/?tab=all").text, "all")
    assert "Chưa có ai cần gặp nhân viên" in section(browser.open("/?tab=nonsense").text, "waiting")


def test_transcript_tells_stage_intents_details_and_evidence_of_each_message(browser: Browser, customer: Customer) -> None:
    html = words(browser.open(f"/conversations/{customer.conversation_id}").text)

    for said in ("gói M giá bao nhiêu", "119.000đ mỗi tháng", "Cân nhắc 82%", "Hỏi giá 91%", "gói: hosting-m", "action_answer_price"):
        assert said in html
    assert "Nói tới “so sánh giá”, thường gặp khi cân nhắc" in html
    assert "16:01" in html and "Chưa được trả lời" in html and "thứ 1 trong hàng chờ" in html


def test_transcript_reads_in_order_with_a_line_for_each_day(browser: Browser, sqlite_store: JourneyStore) -> None:
    customer = Customer(sqlite_store)
    for number in range(3):
        customer.write(f"tin số {number}", minute=number * 1440)
    html = words(browser.open(f"/conversations/{customer.conversation_id}").text)

    days = ["02/03/2026", "tin số 0", "03/03/2026", "tin số 1", "04/03/2026", "tin số 2"]
    positions = [html.index(part) for part in days]
    assert positions == sorted(positions)


def test_unsure_stage_is_called_unsure(browser: Browser, sqlite_store: JourneyStore) -> None:
    customer = Customer(sqlite_store)
    customer.say("ừm", "Dạ?", understanding=make_understanding(estimate=make_estimate(probability=0.4, is_sure=False)))

    assert "Chưa rõ 40%" in words(browser.open(f"/conversations/{customer.conversation_id}").text)


def test_reply_shows_buttons_cards_and_trouble_with_its_delivery(browser: Browser, sqlite_store: JourneyStore) -> None:
    customer = Customer(sqlite_store, "42", "telegram")
    customer.write("giá?")
    card = Card("Hosting M", ("119.000đ",), badge="Phổ biến")
    said = Reply("Đây ạ", choices=(Choice("So sánh các gói", "compare_plans"),), cards=(card,))
    with sqlite_store.transaction() as session:
        append_reply(session, load_conversation(session, customer.conversation_id), said, Posting("bot", NOW, is_mailbox=False))
        session.execute(outbox.update().values(state="failed", error="blocked"))
    html = words(browser.open(f"/conversations/{customer.conversation_id}").text)

    for part in ("Đây ạ", "So sánh các gói", "Hosting M Phổ biến 119.000đ", "Không gửi được: blocked"):
        assert part in html


def test_nothing_a_stranger_writes_becomes_markup(browser: Browser, sqlite_store: JourneyStore) -> None:
    customer = Customer(sqlite_store)
    understood = make_understanding(((NASTY, 0.9),), ((NASTY, NASTY),))
    customer.say(NASTY, NASTY, understanding=understood, action=NASTY)
    customer.ask_for_human(reason="<b>why</b>", stage="<i>x")
    with sqlite_store.transaction() as session:
        update_contact(session, customer.contact_id, name=NASTY[:200], phone="<b>1", email="<b>2")
    for path in ("/", "/?tab=all", f"/conversations/{customer.conversation_id}"):
        html = browser.open(path).text

        assert "alert(1)" in html and "<script>alert" not in html and "49" not in re.findall(r"\{\{ 7\*7 \}\}|\b49\b", html)
        assert not re.search(r"<b>(why|1|2)|<i>x", html)


def test_profile_tells_contact_consent_stage_and_business(browser: Browser, customer: Customer, sqlite_store: JourneyStore) -> None:
    with sqlite_store.transaction() as session:
        grant_consent(session, customer.contact_id)
        update_contact(session, customer.contact_id, name="Nguyễn Thu Hà", phone="+84912345678")
        save_estimate(session, make_estimate(Stage.DECISION, 0.77), EstimateOrigin(customer.contact_id, later(minutes=2)))
        place_order(session, customer.contact_id, OrderRequest("hosting-m", "year", 1_285_200), NOW)
    html = words(browser.open(f"/conversations/{customer.conversation_id}?view=profile").text)

    for part in ("Nguyễn Thu Hà", "+84912345678", "Đã đồng ý 02/03/2026", "Quyết định 77%", "Giới thiệu 5%"):
        assert part in html
    assert "hosting-m, theo năm 1.285.200đ chờ thanh toán" in html
    assert "Chỉ tính trong cuộc trò chuyện này" not in html


@pytest.mark.parametrize(("is_granted", "said"), [(None, "Chưa trả lời"), (False, "Không đồng ý 02/03/2026")])
def test_without_consent_the_stage_is_of_this_conversation_alone(
    browser: Browser, customer: Customer, sqlite_store: JourneyStore, is_granted: bool | None, said: str
) -> None:
    if is_granted is not None:
        with sqlite_store.transaction() as session:
            append_consent(session, customer.contact_id, is_granted, channel="website", now=NOW)
    html = words(browser.open(f"/conversations/{customer.conversation_id}").text)

    assert said in html and "Chỉ tính trong cuộc trò chuyện này" in html


def test_long_conversation_is_read_page_by_page(browser: Browser, sqlite_store: JourneyStore) -> None:
    customer = Customer(sqlite_store)
    for number in range(1, 64):
        customer.write(f"tin-{number}-", minute=number)
    address = f"/conversations/{customer.conversation_id}"
    newest = browser.open(address).text
    older = browser.open(f"{address}?before=4").text

    assert "tin-63-" in newest and "tin-4-" in newest and "tin-3-" not in newest and f"/console{address}?before=4" in newest
    assert "tin-1-" in older and "tin-4-" not in older and "Về tin mới nhất" in older and 'name="text"' not in older


@pytest.mark.parametrize("before", ["", "-1", "x", "9" * 50, "1'"])
def test_nonsense_position_is_forgiven(browser: Browser, customer: Customer, before: str) -> None:
    assert browser.open(f"/conversations/{customer.conversation_id}?before={before}").status_code == 200


@pytest.mark.parametrize("path", ["/conversations/nobody", "/conversations/" + "0" * 32, "/nothing", "/conversations/x/y/z"])
def test_what_does_not_exist_is_said_calmly(browser: Browser, path: str) -> None:
    answer = browser.open(path)

    assert answer.status_code == 404 and "Trang này không có" in answer.text


def test_pages_speak_the_members_language(browser: Browser, customer: Customer, sqlite_store: JourneyStore, lan: StaffMember) -> None:
    with sqlite_store.transaction() as session:
        set_staff_language(session, lan.id, "en")
    queue, room = browser.open("/").text, browser.open(f"/conversations/{customer.conversation_id}").text

    assert '<html lang="en"' in queue and "Asked for a human" in queue and "waits <time" in queue
    assert "Says “compare prices”" in room and "Consideration" in room and "Prices" in room


def test_every_look_is_written_down(browser: Browser, console: Console, customer: Customer) -> None:
    for _ in range(2):
        browser.open(f"/conversations/{customer.conversation_id}")

    assert [(entry.staff_name, entry.deed.noun_id) for entry in looks(console)] == [("Lan", customer.conversation_id)] * 2


def test_page_that_keeps_itself_fresh_counts_as_one_look(browser: Browser, console: Console, customer: Customer) -> None:
    for _ in range(3):
        browser.open(f"/conversations/{customer.conversation_id}", **{"x-live": "1"})

    assert len(looks(console)) == 1


def test_look_at_nothing_is_no_look(browser: Browser, console: Console) -> None:
    browser.open("/conversations/nobody")

    assert looks(console) == []


def test_activity_lists_who_did_what(console: Console, customer: Customer, sqlite_store: JourneyStore) -> None:
    browser = console.visit(add_member(sqlite_store, "Minh", Role.SUPERVISOR))
    browser.open(f"/conversations/{customer.conversation_id}")
    html = browser.open("/activity").text

    assert "Minh xem cuộc trò chuyện" in words(html) and f"/console/conversations/{customer.conversation_id}" in html


def test_staff_save_a_customers_file_and_the_look_is_written_down(
    browser: Browser, console: Console, customer: Customer, sqlite_store: JourneyStore, stranger: httpx.Client
) -> None:
    upload = Upload(new_id(), "lỗi <b>.png", "image/png", len(PNG))
    folder = console.services.settings.var_folder / "uploads"
    folder.mkdir()
    (folder / upload.id).write_bytes(PNG)
    with sqlite_store.transaction() as session:
        sent = inbound("", 77, address=customer.address, details={"attachment": asdict(upload)})
        accept_upload(session, sent, upload, Reply("đã nhận"))
    html = browser.open(f"/conversations/{customer.conversation_id}").text
    assert "Tệp đính kèm: lỗi &lt;b&gt;.png" in html and f'href="/console/uploads/{upload.id}"' in html

    answer = browser.open(f"/uploads/{upload.id}")
    assert answer.content == PNG and answer.headers["content-disposition"].startswith("attachment;")
    assert [entry.deed.noun for entry in looks(console)] == ["upload", "conversation"]
    assert stranger.get(f"/console/uploads/{upload.id}").content != PNG
    (folder / upload.id).unlink()
    assert [browser.open(f"/uploads/{name}").status_code for name in (upload.id, "nothing")] == [404, 404]
