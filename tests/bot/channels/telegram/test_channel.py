"""Deliveries: pictures, long texts, and what each refusal of Telegram leads to."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route

from bot.channels.channel import DeliveryError
from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.pictures import Pictures
from bot.settings import Settings
from journey_state.messages import LoggedMessage
from tests.fixtures.journeys import NOW
from tests.fixtures.servers import find_free_port
from tests.fixtures.telegram import TOKEN, FakeTelegram
from tests.fixtures.telegram_sides import CHAT, TelegramSide

PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)
LONG = "Câu này dài vừa phải. " * 300


def own_pages(request: Any) -> Response:
    return Response(PNG, media_type="image/png")


APP = Starlette(routes=[Route("/pay/abc.png", own_pages)])


def reply(**body: Any) -> LoggedMessage:
    return LoggedMessage(f"m-{len(body)}", "c", 1, "out", "bot", {"text": "", **body}, NOW)


def deliver(telegram: FakeTelegram, *messages: LoggedMessage, **settings: Any) -> None:
    async def run() -> None:
        values = {"telegram_token": TOKEN, "telegram_base_url": telegram.url, "public_url": "https://chat.example", **settings}
        channel = TelegramChannel(Settings(**values), Pictures(APP))
        async with channel.bot:
            for message in messages:
                await channel.deliver(str(CHAT), message)

    asyncio.run(run())


def test_a_picture_of_our_own_is_uploaded_with_its_text_and_buttons(telegram: FakeTelegram) -> None:
    deliver(telegram, reply(text="Quét mã nhé", image_url="/pay/abc.png", choices=[{"label": "Đã chuyển", "token": "t-1"}]))
    [sent] = telegram.sent
    assert (sent["photo"], sent["caption"]) == (PNG, "Quét mã nhé")
    assert [button["callback_data"] for button in telegram.buttons(CHAT)] == ["t-1"]


def test_a_picture_elsewhere_is_fetched_by_telegram(telegram: FakeTelegram) -> None:
    deliver(telegram, reply(text="Ảnh", image_url="https://cdn.example/a.png"))
    assert telegram.sent[0]["photo"] == "https://cdn.example/a.png"


@pytest.mark.parametrize("image, refused", [("/pay/gone.png", {}), ("/pay/abc.png", {"sendPhoto": "Bad Request: IMAGE_PROCESS_FAILED"})])
def test_a_picture_that_cannot_be_shown_becomes_its_link(telegram: FakeTelegram, image: str, refused: dict[str, str]) -> None:
    telegram.refused = refused
    deliver(telegram, reply(text="Quét mã nhé", image_url=image))
    assert telegram.texts(CHAT) == [f"Quét mã nhé\n\nhttps://chat.example{image}"]


def test_a_text_too_long_for_a_caption_comes_before_its_picture(telegram: FakeTelegram) -> None:
    deliver(telegram, reply(text=LONG, image_url="/pay/abc.png", choices=[{"label": "OK", "token": "t"}]))
    assert ["photo" in sent for sent in telegram.sent] == [False, False, True]
    assert ["reply_markup" in sent for sent in telegram.sent] == [False, False, True]


def test_a_part_that_was_told_to_wait_does_not_bring_the_earlier_ones_again(side: TelegramSide, telegram: FakeTelegram) -> None:
    telegram.write(CHAT, "chào")
    side.receive()
    side.deliver()
    count = len(telegram.sent)
    real, calls = telegram._send, []

    def refuse_the_second(arguments: dict[str, Any]) -> Response:
        calls.append(arguments)
        telegram.wait_next = 1 if len(calls) == 2 else 0
        return real(arguments)

    telegram._send = refuse_the_second  # type: ignore[method-assign]
    side.reply(LONG)
    side.deliver()
    assert len(telegram.sent) - count == 2
    assert "".join("".join(telegram.texts(CHAT)[count:]).split()) == "".join(LONG.split())


def test_a_reply_that_telegram_never_takes_fails_alone(side: TelegramSide, telegram: FakeTelegram) -> None:
    telegram.write(CHAT, "chào")
    side.receive()
    side.deliver()
    telegram.refused = {"sendMessage": "Bad Request: BUTTON_DATA_INVALID"}
    side.reply("không gửi được")
    side.deliver(2)
    telegram.refused = {}
    side.reply("gửi được")
    side.deliver()
    assert telegram.texts(CHAT)[-1] == "gửi được"
    assert [state for state, _ in side.states(("failed",))] == ["failed"]


@pytest.mark.parametrize("trouble, permanent, refused, unknown", [
    ({"blocked": {CHAT}}, True, False, False),
    ({"refused": {"sendMessage": "Bad Request: chat not found"}}, True, False, False),
    ({"refused": {"sendMessage": "Bad Request: something new"}}, False, True, False),
    ({"cut_off": 1}, False, False, True),
])
def test_every_refusal_has_a_name(telegram: FakeTelegram, trouble: dict[str, Any], permanent: bool, refused: bool, unknown: bool) -> None:
    for name, value in trouble.items():
        setattr(telegram, name, value)
    with pytest.raises(DeliveryError) as caught:
        deliver(telegram, reply(text="chào"))
    assert (caught.value.permanent, caught.value.is_refused, caught.value.is_outcome_unknown) == (permanent, refused, unknown)


@pytest.mark.parametrize("status", [403, 404, 200])
def test_a_page_of_a_blocking_network_is_no_word_about_the_chat(side: TelegramSide, telegram: FakeTelegram, status: int) -> None:
    telegram.write(CHAT, "chào")
    side.receive()
    side.deliver()
    telegram.status = status
    side.reply("đợi mạng thông")
    side.deliver(1)
    assert [state for state, _ in side.states(("queued",))] == ["queued"]


def test_a_call_that_never_left_cannot_have_arrived(tmp_path: Path) -> None:
    async def run() -> DeliveryError:
        channel = TelegramChannel(Settings(telegram_token=TOKEN, telegram_base_url=f"http://127.0.0.1:{find_free_port()}"))
        with pytest.raises(DeliveryError) as caught:
            await channel.deliver(str(CHAT), reply(text="chào"))
        await channel.bot.request.shutdown()
        return caught.value

    assert not asyncio.run(run()).is_outcome_unknown
