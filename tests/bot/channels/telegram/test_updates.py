"""Telegram against a server with the real limits: every word kept once, every reply delivered."""

from __future__ import annotations

from typing import Any

import anyio
import pytest
import sqlalchemy as sa
from telegram import Update

from bot.channels.telegram import updates
from bot.channels.telegram.typing_action import TypingAction
from journey_state.conversations import find_conversation, read_messages
from journey_state.messages import Choice
from journey_state.store import JourneyStore
from journey_state.tables import messages
from tests.fixtures.telegram import FakeTelegram
from tests.fixtures.telegram_sides import CHAT, TelegramSide


def test_a_message_is_written_down_and_answered(side: TelegramSide, telegram: FakeTelegram) -> None:
    telegram.write(CHAT, "giá hosting M?")
    assert side.receive() == 1
    side.deliver()
    assert telegram.texts(CHAT)[0] == "echo: giá hosting M?"
    assert [state for state, _ in side.states(("sent",))] == ["sent", "sent"]  # the answer, and the consent question


def test_an_update_that_comes_twice_is_one_message(side: TelegramSide, telegram: FakeTelegram) -> None:
    telegram.repeat(telegram.write(CHAT, "một lần thôi"))
    side.receive()
    with side.store.reading() as session:
        assert session.execute(sa.select(sa.func.count()).where(messages.c.direction == "in")).scalar_one() == 1


def test_the_offset_advances_only_past_what_is_written_down(side: TelegramSide, telegram: FakeTelegram) -> None:
    telegram.write(CHAT, "a")
    telegram.write(CHAT, "b")
    side.receive()
    assert side.receive() == 0
    assert telegram.updates == []


def test_a_button_is_resolved_by_its_token(side: TelegramSide, telegram: FakeTelegram) -> None:
    telegram.write(CHAT, "chào")
    side.receive()
    side.reply("Bạn chọn nhé", choice=Choice("Xem bảng giá chi tiết của tất cả các gói dịch vụ", "ask_price", {"plan": "hosting-m"}))
    with side.store.reading() as session:
        conversation = find_conversation(session, "telegram", str(CHAT))
        assert conversation is not None
        token = read_messages(session, conversation.id)[-1].body["choices"][0]["token"]
    telegram.press(CHAT, token)
    telegram.press(CHAT, "not-a-token")
    side.receive()
    with side.store.reading() as session:
        bodies = [row.body for row in read_messages(session, conversation.id) if row.direction == "in"]
    assert bodies[-1]["choice"] == {"intent": "ask_price", "slots": {"plan": "hosting-m"}}
    assert len(bodies) == 2
    assert len(telegram.acknowledged) == 2


def test_replies_keep_their_order_and_the_limits(side: TelegramSide, telegram: FakeTelegram) -> None:
    telegram.write(CHAT, "chào")
    side.receive()
    telegram.wait_next = 1
    side.reply("một", "hai")
    side.deliver()
    assert telegram.texts(CHAT)[-2:] == ["một", "hai"]


def test_a_call_that_was_cut_off_is_sent_once_more_and_marked(side: TelegramSide, telegram: FakeTelegram) -> None:
    telegram.write(CHAT, "chào")
    side.receive()
    side.deliver()
    telegram.cut_off = 1
    side.reply("có thể hai lần")
    side.deliver()
    assert telegram.texts(CHAT).count("có thể hai lần") == 2
    assert side.states(("sent",))[-1] == ("sent", True)


def test_a_blocked_bot_stops_trying(side: TelegramSide, telegram: FakeTelegram) -> None:
    telegram.write(CHAT, "chào")
    side.receive()
    telegram.blocked.add(CHAT)
    side.deliver(3)
    assert {state for state, _ in side.states(("queued", "trying", "failed"))} == {"failed"}


def test_a_group_is_shown_the_private_chat_once(side: TelegramSide, telegram: FakeTelegram) -> None:
    group = {"id": -5, "type": "group", "title": "Nhóm"}
    for text in ("chào cả nhà", "giá bao nhiêu", "có ai không"):
        telegram.write(CHAT, text, chat=group)
    assert side.receive() == 3
    assert [text for text in telegram.texts(-5) if "https://t.me/sen_bot" in text] == telegram.texts(-5)
    assert len(telegram.texts(-5)) == 1
    assert side.rows == []  # what people say in a group is not written down


def test_an_update_that_can_never_be_written_down_holds_up_nobody(
    side: TelegramSide, telegram: FakeTelegram, monkeypatch: pytest.MonkeyPatch,
) -> None:
    poison = telegram.write(CHAT, "độc")
    telegram.write(CHAT, "lành")
    real = updates.write_down

    def fail_on_poison(store: JourneyStore, update: Update, *rest: Any, **fields: Any) -> Any:
        if update.update_id == poison:
            raise ValueError("cannot be written down")
        return real(store, update, *rest, **fields)

    monkeypatch.setattr(updates, "write_down", fail_on_poison)
    for _ in range(updates.MOST_FAILURES - 1):
        with pytest.raises(ValueError):
            side.receive()
    side.receive()
    assert [row.body["text"] for row in side.inbound] == ["lành"]


def test_typing_is_shown_while_a_turn_is_open_and_not_for_staff(side: TelegramSide, telegram: FakeTelegram) -> None:
    telegram.write(CHAT, "chờ tí")
    typing = TypingAction(side.services, side.channel)

    async def show_twice() -> None:
        await side.updates.poll_once(0)
        conversation_id = side.inbound[0].conversation_id
        with anyio.move_on_after(0.5):
            await typing.show(conversation_id, str(CHAT))
        while await side.runner.run_next():
            pass
        await typing.show(conversation_id, str(CHAT))

    side.loop.run_until_complete(show_twice())
    assert [arguments["action"] for method, arguments in telegram.calls if method == "sendChatAction"] == ["typing"]


def test_the_menu_is_set_for_each_language(side: TelegramSide, telegram: FakeTelegram) -> None:
    side.loop.run_until_complete(side.updates.introduce())
    menus = {arguments.get("language_code", ""): arguments["commands"] for method, arguments in telegram.calls if method == "setMyCommands"}
    assert set(menus) == {"", "vi", "en"}
    assert menus[""] == menus["vi"]
    assert "Talk to a person" in menus["en"]
