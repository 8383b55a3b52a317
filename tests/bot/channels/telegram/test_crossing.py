"""From the website to Telegram with the real engine: what was going on goes on, and what is one's own is known."""

from __future__ import annotations

import re

from bot.engine.engine import Engine
from journey_state.conversations import accept_message, load_conversation, read_messages
from journey_state.identity_links import save_account
from journey_state.messages import InboundMessage
from journey_state.store import utc_now
from journey_state.trials import list_trials
from tests.fixtures.telegram import FakeTelegram
from tests.fixtures.telegram_sides import CHAT, TelegramSide


class Website:
    """A visitor of the website, answered by the same engine."""

    def __init__(self, side: TelegramSide) -> None:
        self.side = side
        self.count = 0
        self.conversation_id = ""

    def write(self, text: str = "", token: str | None = None) -> None:
        """Write or press, and be answered."""
        self.count += 1
        with self.side.store.transaction() as session:
            self.conversation_id = accept_message(session, InboundMessage(
                "website", "visitor-1", f"client-{self.count}", text, utc_now(), choice_token=token, details={"language": "vi"},
            )).conversation_id
        self.side.receive()

    def press(self, label: str) -> None:
        """Press a button by its label."""
        self.write(token=[choice for body in self.said for choice in body["choices"] if choice["label"] == label][-1]["token"])

    @property
    def said(self) -> list[dict]:  # type: ignore[type-arg]
        """What the visitor was told."""
        with self.side.store.reading() as session:
            return [dict(row.body) for row in read_messages(session, self.conversation_id) if row.direction == "out"]


def test_an_open_form_goes_on_in_telegram_and_the_trial_is_the_persons(side: TelegramSide, telegram: FakeTelegram, engine: Engine) -> None:
    side.runner.engine = engine
    with side.store.transaction() as session:
        save_account(session, "telegram", "sen_bot")
    website = Website(side)
    website.write("cho mình dùng thử hosting")
    assert "email" in website.said[-1]["text"].lower() or "email" in website.said[-2]["text"].lower()
    website.write("gặp nhân viên")
    website.press("Tiếp tục trên Telegram")
    [url] = [card["url"] for body in website.said for card in body["cards"] if "t.me" in card["url"]]
    telegram.write(CHAT, "/start " + url.partition("?start=")[2])
    side.receive()
    side.press(telegram, "Đồng ý, nối lại")
    answers = [row.body["text"] for row in side.rows if row.direction == "out"]
    assert any("nhận ra bạn" in text for text in answers)
    assert "email" in answers[-1].lower(), "the form asks its question again"
    telegram.write(CHAT, "lan@example.com")
    side.receive()
    with side.store.reading() as session:
        contact_id = load_conversation(session, website.conversation_id).contact_id
        assert [trial.product for trial in list_trials(session, contact_id)] == ["hosting"]
    website.write("bản dùng thử của mình còn mấy ngày?")
    assert re.search(r"\d+ ngày", "\n".join(body["text"] for body in website.said[-2:]))


def test_commands_are_answered_by_what_they_mean(side: TelegramSide, telegram: FakeTelegram, engine: Engine) -> None:
    side.runner.engine = engine
    for command, sign in (("/start", "Sen Cloud"), ("/help", "dùng thử"), ("/privacy", "lưu"), ("/forget", "xoá"), ("/staff", "hàng chờ")):
        before = len(side.rows)
        telegram.write(CHAT, command)
        side.receive()
        assert sign in "\n".join(row.body["text"] for row in side.rows[before + 1 :] if row.direction == "out"), command
    telegram.write(CHAT, "/language")
    telegram.write(CHAT, "/help")
    side.receive()
    assert "Here is what I can help with" in side.rows[-1].body["text"]
