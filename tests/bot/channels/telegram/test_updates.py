"""Telegram against a server with the real limits: every word kept once, every reply delivered."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.updates import TelegramUpdates
from bot.outbox import Outbox
from bot.services import Services
from bot.settings import Settings
from bot.turns import TurnRunner
from bot.wakeups import Wakeups
from journey_state.conversations import append_reply, find_conversation, read_messages
from journey_state.messages import Choice, Reply
from journey_state.store import JourneyStore, utc_now
from journey_state.tables import messages, outbox
from tests.fixtures.engines import FakeEngine, RecordingWatcher
from tests.fixtures.telegram import TOKEN, FakeTelegram

CHAT = 42


class Desk:
    """A server's Telegram side, driven step by step."""

    def __init__(self, store: JourneyStore, telegram: FakeTelegram, folder: Path) -> None:
        settings = Settings(telegram_token=TOKEN, telegram_base_url=telegram.url, var_folder=folder)
        self.services = Services(store=store, wakeups=Wakeups(), settings=settings)
        self.channel = TelegramChannel(settings)
        self.updates = TelegramUpdates(self.services, self.channel)
        self.outbox = Outbox(self.services, {"telegram": self.channel})
        self.runner = TurnRunner(store, RecordingWatcher())
        self.runner.engine = FakeEngine()
        self.store = store
        self.loop = asyncio.SelectorEventLoop()
        self.loop.run_until_complete(self.channel.bot.initialize())

    def close(self) -> None:
        """End the connections to Telegram."""
        self.loop.run_until_complete(self.channel.bot.shutdown())
        self.loop.close()

    def receive(self) -> int:
        """Poll once and answer all turns."""
        async def step() -> int:
            count = await self.updates.poll_once(0)
            while await self.runner.run_next():
                pass
            return count

        return self.loop.run_until_complete(step())

    def deliver(self, seconds: float = 12) -> None:
        """Drain the outbox until nothing is open, for at most some seconds."""
        async def step() -> None:
            for _ in range(int(seconds / 0.1)):
                await self.outbox.drain_once()
                if not self.states(("queued", "trying")):
                    return
                await asyncio.sleep(0.1)

        self.loop.run_until_complete(step())

    def states(self, states: tuple[str, ...]) -> list[tuple[str, bool]]:
        """(state, possibly double) of outbox rows."""
        with self.store.reading() as session:
            query = sa.select(outbox.c.state, outbox.c.is_possibly_double).where(outbox.c.state.in_(states)).order_by(outbox.c.seq)
            return [(row.state, row.is_possibly_double) for row in session.execute(query)]

    def reply(self, *texts: str, choice: Choice | None = None) -> None:
        """Queue replies to CHAT."""
        with self.store.transaction() as session:
            conversation = find_conversation(session, "telegram", str(CHAT))
            assert conversation is not None
            for text in texts:
                reply = Reply(text, choices=(choice,) if choice else ())
                append_reply(session, conversation, reply, author="bot", now=utc_now(), is_mailbox=False)


@pytest.fixture
def desk(sqlite_store: JourneyStore, telegram: FakeTelegram, tmp_path: Path) -> Iterator[Desk]:
    """The Telegram side on SQLite."""
    opened = Desk(sqlite_store, telegram, tmp_path)
    yield opened
    opened.close()


def test_a_message_is_written_down_and_answered(desk: Desk, telegram: FakeTelegram) -> None:
    telegram.write(CHAT, "giá hosting M?")
    assert desk.receive() == 1
    desk.deliver()
    assert telegram.texts(CHAT)[0] == "echo: giá hosting M?"
    assert [state for state, _ in desk.states(("sent",))] == ["sent", "sent"]  # the answer, and the consent question


def test_an_update_that_comes_twice_is_one_message(desk: Desk, telegram: FakeTelegram) -> None:
    telegram.repeat(telegram.write(CHAT, "một lần thôi"))
    desk.receive()
    with desk.store.reading() as session:
        assert session.execute(sa.select(sa.func.count()).where(messages.c.direction == "in")).scalar_one() == 1


def test_the_offset_advances_only_past_what_is_written_down(desk: Desk, telegram: FakeTelegram) -> None:
    telegram.write(CHAT, "a")
    telegram.write(CHAT, "b")
    desk.receive()
    assert desk.receive() == 0
    assert telegram.updates == []


def test_a_button_is_resolved_by_its_token(desk: Desk, telegram: FakeTelegram) -> None:
    telegram.write(CHAT, "chào")
    desk.receive()
    desk.reply("Bạn chọn nhé", choice=Choice("Xem bảng giá chi tiết của tất cả các gói dịch vụ", "ask_price", {"plan": "hosting-m"}))
    with desk.store.reading() as session:
        conversation = find_conversation(session, "telegram", str(CHAT))
        assert conversation is not None
        token = read_messages(session, conversation.id)[-1].body["choices"][0]["token"]
    telegram.press(CHAT, token)
    telegram.press(CHAT, "not-a-token")
    desk.receive()
    with desk.store.reading() as session:
        bodies = [row.body for row in read_messages(session, conversation.id) if row.direction == "in"]
    assert bodies[-1]["choice"] == {"intent": "ask_price", "slots": {"plan": "hosting-m"}}
    assert len(bodies) == 2
    assert len(telegram.acknowledged) == 2


def test_replies_keep_their_order_and_the_limits(desk: Desk, telegram: FakeTelegram) -> None:
    telegram.write(CHAT, "chào")
    desk.receive()
    telegram.wait_next = 1
    desk.reply("một", "hai")
    desk.deliver()
    assert telegram.texts(CHAT)[-2:] == ["một", "hai"]


def test_a_call_that_was_cut_off_is_sent_once_more_and_marked(desk: Desk, telegram: FakeTelegram) -> None:
    telegram.write(CHAT, "chào")
    desk.receive()
    desk.deliver()
    telegram.cut_off = 1
    desk.reply("có thể hai lần")
    desk.deliver()
    assert telegram.texts(CHAT).count("có thể hai lần") == 2
    assert desk.states(("sent",))[-1] == ("sent", True)


def test_a_blocked_bot_stops_trying(desk: Desk, telegram: FakeTelegram) -> None:
    telegram.write(CHAT, "chào")
    desk.receive()
    telegram.blocked.add(CHAT)
    desk.deliver(3)
    assert {state for state, _ in desk.states(("queued", "trying", "failed"))} == {"failed"}


def test_groups_are_not_answered(desk: Desk, telegram: FakeTelegram) -> None:
    telegram.write(CHAT, "chào cả nhà", chat={"id": -5, "type": "group", "title": "Nhóm"})
    assert desk.receive() == 1
    desk.deliver(1)
    assert telegram.sent == []


def test_a_photo_without_words_is_not_met_with_silence(desk: Desk, telegram: FakeTelegram) -> None:
    photo = [{"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1}]
    telegram.write(CHAT, "", text=None, photo=photo)
    desk.receive()
    desk.deliver()
    assert len(telegram.texts(CHAT)) == 1
    assert "chữ" in telegram.texts(CHAT)[0]
