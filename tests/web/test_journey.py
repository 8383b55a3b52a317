"""The whole house in a real browser: the served program, its trained model, SQLite, a customer, and staff."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, BrowserContext, expect

from journey_state.stages import STAGES
from journey_state.store import JourneyStore
from journey_state.tables import contact_stages, stage_changes, touchpoints
from journey_state.transcripts import list_recent
from tests.fixtures.chats import Chat, new_chat
from tests.fixtures.desks import Desk
from tests.fixtures.servers import RunningServer, running_server
from tests.fixtures.staff import add_member

pytestmark = [pytest.mark.browser, pytest.mark.slow]
DESKTOP = {"width": 1280, "height": 800}
UNFILLED = re.compile(r"\{\w+\}|\bNone\b")
VIETNAMESE = re.compile(r"[ăâđêôơưạảấầẩẫậắằẳẵặẹẻẽếềểễệịỉọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]", re.IGNORECASE)


@dataclass(frozen=True)
class Step:
    """What the customer writes, what every answer to it must contain, and the stage it shows (empty: whichever)."""

    text: str
    answer: str
    stage: str = ""


@dataclass(frozen=True)
class Walk:
    """A customer's way through all stages in one language; `before` comes ahead of the consent."""

    language: str
    page: str
    locale: str
    before: Step
    agree: str
    steps: tuple[Step, ...]


WALKS = (
    Walk("vi", "/", "vi-VN", Step("chào shop", "Sen Cloud"), "Đồng ý", (
        Step("bên mình là công ty gì, cung cấp dịch vụ gì vậy", "Cloud VPS", "awareness"),
        Step("so sánh gói hosting S với hosting M giúp mình", r"Hosting S[\s\S]*59\.000đ[\s\S]*Hosting M[\s\S]*119\.000đ", "consideration"),
        Step("gói hosting M giá bao nhiêu một tháng", r"119\.000đ"),
        Step("ok cho mình đăng ký dùng thử hosting", "email", "decision"),
        Step("lan@example.com", r"14 ngày[\s\S]*lan@example\.com"),
        Step("mình muốn đặt mua gói hosting M theo năm", r"DH-\d+[\s\S]*1\.285\.200đ", "decision"),
        Step("website của mình bị lỗi, không vào được", "từ khi nào", "service"),
        Step("trang shopmay.vn báo lỗi 500 từ 8 giờ sáng nay", r"TK-\d+"),
        Step("phiếu hỗ trợ của mình tới đâu rồi", r"TK-\d+[\s\S]*đang được xử lý", "service"),
        Step("mình muốn gia hạn gói hosting", "[Gg]ia hạn", "retention"),
        Step("cho mình xin mã giới thiệu để gửi bạn bè", r"SEN-[A-Z0-9]{6}", "advocacy"),
    )),
    Walk("en", "/?lang=en", "en-GB", Step("hello there", "Sen Cloud"), "I agree", (
        Step("what does your company offer?", "Cloud VPS", "awareness"),
        Step("please compare hosting S and hosting M", r"Hosting S[\s\S]*59,000₫[\s\S]*Hosting M[\s\S]*119,000₫", "consideration"),
        Step("how much is hosting M per month?", "119,000₫"),
        Step("I want to start a free trial of hosting", "e-mail", "decision"),
        Step("bob@example.com", r"14 days[\s\S]*bob@example\.com"),
        Step("I want to buy hosting M, billed yearly", r"DH-\d+[\s\S]*1,285,200₫", "decision"),
        Step("my website is down, I cannot open it", "since when", "service"),
        Step("bobshop.com shows error 500 since 8 this morning", r"TK-\d+"),
        Step("what is the status of my ticket?", r"TK-\d+[\s\S]*being worked on", "service"),
        Step("I would like to renew my hosting plan", "renew", "retention"),
        Step("please give me a referral code for my friends", r"SEN-[A-Z0-9]{6}", "advocacy"),
    )),
)
EXPECTED_TOUCHPOINTS = {
    "plans_compared", "price_asked", "trial_started", "order_placed", "outage_reported", "ticket_opened", "ticket_checked",
    "renewal_asked", "referral_issued",
}


@dataclass
class Visit:
    """A customer's visit; what the widget shows is compared with what the store has."""

    chat: Chat
    store: JourneyStore
    language: str
    heard: list[str] = field(default_factory=list)

    def ask(self, step: Step) -> None:
        """Write, wait for the answer and look at every line of it."""
        self.chat.say(step.text)
        expect(self.chat.log.locator("li.own").last).to_contain_text(step.text)
        self._hear(step)

    def press(self, label: str) -> None:
        """Press a button of the latest answer and wait for what it says."""
        self.chat.log.get_by_role("button", name=label, exact=True).last.click()
        expect(self.chat.log.locator("li.own").last).to_contain_text(label)
        self._hear(Step(label, r"\w"))

    def _hear(self, step: Step) -> None:
        last = self.chat.log.locator("ol > li.said").last
        expect(last).not_to_have_class(re.compile(r"\bown\b"))
        answer = self.chat.log.locator("li.own").last.locator("xpath=following-sibling::li[contains(@class, 'said')]")
        expect(answer.filter(has_text=re.compile(r"\S")).first).to_be_visible()
        self.chat.wait_until(lambda: re.search(step.answer, "\n".join(answer.all_inner_texts())) is not None)
        languages = {line.get_attribute("lang") for line in answer.all()}
        said = "\n".join(answer.all_inner_texts())
        assert languages == {self.language} and not UNFILLED.search(said), (step.text, said)
        assert bool(VIETNAMESE.search(said)) == (self.language == "vi"), (step.text, said)
        self.heard.append(said)

    @property
    def contact_id(self) -> str:
        """Whose conversation is the latest."""
        with self.store.reading() as session:
            [card] = list_recent(session, limit=1)
            return str(card.conversation.contact_id)

    def stored(self, column: sa.Column[Any]) -> list[str]:
        """What the store keeps of this customer, oldest first."""
        table = column.table
        at = next(table.c[name] for name in ("changed_at", "received_at", "estimated_at") if name in table.c)
        with self.store.reading() as session:
            return list(session.scalars(sa.select(column).where(table.c.contact_id == self.contact_id).order_by(at)))


@pytest.fixture(scope="module")
def served(model_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[RunningServer, JourneyStore]]:
    """`donghanh serve` on an empty SQLite file, and that file."""
    folder = tmp_path_factory.mktemp("journey")
    with running_server(folder, models_folder=model_path.parent, messages_per_minute=600) as server:
        server.wait_until_ready()
        store = JourneyStore(f"sqlite:///{folder / 'donghanh.db'}")
        yield server, store
        store.close()


def new_context(browser: Browser, locale: str = "vi-VN") -> BrowserContext:
    return browser.new_context(viewport=DESKTOP, locale=locale)  # type: ignore[arg-type]


@pytest.mark.parametrize("walk", WALKS, ids=lambda walk: walk.language)
def test_customer_walks_through_all_six_stages_and_finds_everything_again(
    browser: Browser, served: tuple[RunningServer, JourneyStore], walk: Walk,
) -> None:
    server, store = served
    context = new_context(browser, walk.locale)
    visit = Visit(new_chat(context, server.url + walk.page).open(), store, walk.language)
    visit.ask(walk.before)
    assert visit.stored(touchpoints.c.type) == visit.stored(stage_changes.c.to_stage) == visit.stored(contact_stages.c.stage) == []

    visit.press(walk.agree)
    for step in walk.steps:
        visit.ask(step)
        assert not step.stage or visit.stored(contact_stages.c.stage) == [step.stage], step.text
    assert list(dict.fromkeys(visit.stored(stage_changes.c.to_stage))) == [stage.value for stage in STAGES]
    assert set(visit.stored(touchpoints.c.type)) >= EXPECTED_TOUCHPOINTS

    bubbles = visit.chat.log.locator("ol .bubble").all_text_contents()
    visit.chat.page.reload()
    visit.chat.expect_bubbles(*bubbles)
    assert visit.chat.problems == []
    context.close()


def test_refusing_consent_keeps_nothing_and_is_served_all_the_same(
    browser: Browser, served: tuple[RunningServer, JourneyStore],
) -> None:
    server, store = served
    context = new_context(browser)
    visit = Visit(new_chat(context, server.url).open(), store, "vi")
    visit.ask(Step("gói hosting M giá bao nhiêu", r"119\.000đ"))
    visit.press("Không đồng ý")
    visit.ask(Step("cho mình xin mã giới thiệu", r"SEN-[A-Z0-9]{6}"))

    assert visit.stored(touchpoints.c.type) == visit.stored(stage_changes.c.to_stage) == []
    context.close()


def test_staff_take_over_answer_live_and_give_back(browser: Browser, served: tuple[RunningServer, JourneyStore]) -> None:
    server, store = served
    at_home, at_work = new_context(browser), new_context(browser)
    desk = Desk(at_work.new_page(), server.url).sign_in(add_member(store))
    visit = Visit(new_chat(at_home, server.url).open(), store, "vi")
    visit.ask(Step("gói hosting M giá bao nhiêu", r"119\.000đ"))
    visit.press("Đồng ý")
    visit.ask(Step("cho mình gặp nhân viên tư vấn", "hàng chờ"))

    waiting = desk.page.get_by_role("region", name=re.compile("Đang chờ 1"))
    expect(waiting).to_contain_text("cho mình gặp nhân viên tư vấn")
    waiting.get_by_role("button", name="Nhận trả lời").click()
    expect(visit.chat.log).to_contain_text("Lan đã vào hỗ trợ bạn.")
    assert desk.lines[0] == "gói hosting M giá bao nhiêu"
    desk.page.locator("details.why summary").first.click()
    expect(desk.page.locator("details.why").first).to_contain_text("Hỏi giá")

    desk.page.get_by_label("Trả lời khách").fill("Chào bạn, Lan đây. Bạn cần mấy website ạ?")
    desk.page.keyboard.press("Control+Enter")
    expect(visit.chat.log).to_contain_text("Chào bạn, Lan đây. Bạn cần mấy website ạ?")
    visit.chat.say("hai website thôi chị")
    expect(desk.page.locator("#lines .contact .text").last).to_have_text("hai website thôi chị")

    desk.page.locator("#release-box summary").click()
    desk.page.get_by_role("button", name="Trả lại cho trợ lý").click()
    expect(visit.chat.log).to_contain_text("Trợ lý tự động tiếp tục hỗ trợ bạn.")
    visit.ask(Step("gói vps 2 giá bao nhiêu", r"299\.000đ"))
    expect(desk.page.locator("#lines .bot .text").last).to_be_visible()
    assert desk.problems == visit.chat.problems == []
    at_home.close()
    at_work.close()
