"""What each kind of update becomes in the log, and what the contact is told."""

from __future__ import annotations

from typing import Any

import pytest

from journey_state.contacts import find_contact
from journey_state.handoffs import HandoffRequest, claim_conversation, request_handoff
from journey_state.messages import Choice, LoggedMessage
from journey_state.store import utc_now
from tests.fixtures.telegram import FakeTelegram
from tests.fixtures.telegram_sides import CHAT, TelegramSide

FILE = {"file_id": "f-1", "file_unique_id": "u"}
PICTURE = [{**FILE, "width": 1, "height": 1}, {**FILE, "file_id": "f-large", "width": 9, "height": 9}]
SOUND = {**FILE, "duration": 7}
STICKER = {**FILE, "width": 1, "height": 1, "is_animated": False, "is_video": False, "type": "regular", "emoji": "👍"}
PLACE = {"longitude": 105.8, "latitude": 21.0}
OWN_PHONE = {"phone_number": "84912345678", "first_name": "Lan", "user_id": CHAT}


def said(rows: list[LoggedMessage]) -> list[str]:
    return [str(row.body["text"]) for row in rows if row.direction == "out"]


@pytest.mark.parametrize("text, intent, slots, label", [
    ("/start", "greet", {}, "Xin chào"), ("/help", "show_help", {}, "Trợ giúp"), ("/staff", "ask_human", {}, "Gặp nhân viên"),
    ("/language", "switch_language", {}, "Đổi ngôn ngữ"), ("/language English", "switch_language", {}, "English"),
    ("/privacy", "ask_privacy", {}, "Dữ liệu của tôi"),
    ("/FORGET@sen_bot", "ask_privacy", {"privacy_request": "erase"}, "Xoá dữ liệu của tôi"),
])
def test_a_command_means_what_its_button_would(
    side: TelegramSide, telegram: FakeTelegram, text: str, intent: str, slots: dict[str, str], label: str,
) -> None:
    telegram.write(CHAT, text)
    side.receive()
    assert side.inbound[0].body["choice"] == {"intent": intent, "slots": slots}
    assert side.inbound[0].body["text"] == label


def test_a_command_speaks_the_language_of_the_app(side: TelegramSide, telegram: FakeTelegram) -> None:
    telegram.write(CHAT, "/staff", **{"from": {"id": CHAT, "is_bot": False, "first_name": "Ann", "language_code": "en-GB"}})
    side.receive()
    assert side.inbound[0].body["text"] == "Talk to a person"
    assert side.inbound[0].body["details"]["language"] == "en"


@pytest.mark.parametrize("text, words", [
    ("/bang_gia", "bang gia"), ("/prices vps", "prices vps"), ("/ giá", "/ giá"), ("a /help b", "a /help b"),
])
def test_words_of_an_unknown_command_are_read_as_words(side: TelegramSide, telegram: FakeTelegram, text: str, words: str) -> None:
    telegram.write(CHAT, text)
    side.receive()
    assert side.inbound[0].body["text"] == words
    assert "choice" not in side.inbound[0].body


@pytest.mark.parametrize("kind, carried, sign, kept", [
    ("photo", PICTURE, "ảnh", {"file_id": "f-large"}), ("voice", SOUND, "thoại", {"file_id": "f-1", "seconds": 7}),
    ("document", {**FILE, "file_name": "hoá đơn.pdf"}, "tệp", {"file_id": "f-1", "file_name": "hoá đơn.pdf"}),
    ("sticker", STICKER, "😊", {"file_id": "f-1", "emoji": "👍"}), ("location", PLACE, "vị trí", {}),
    ("contact", {**OWN_PHONE, "user_id": 7}, "người khác", {}), ("contact", {**OWN_PHONE, "phone_number": "12"}, "người khác", {}),
    ("dice", {"value": 3, "emoji": "🎲"}, "chữ", {}),
])
def test_what_carries_no_words_is_kept_and_answered_kindly(
    side: TelegramSide, telegram: FakeTelegram, kind: str, carried: Any, sign: str, kept: dict[str, Any],
) -> None:
    telegram.write(CHAT, "", text=None, **{kind: carried})
    side.receive()
    [row] = side.inbound
    assert row.body == {"text": "", "details": {"kind": "other" if kind == "dice" else kind, "language": "vi", **kept}}
    assert [sign in text for text in said(side.rows)] == [True]


def test_a_caption_is_answered_as_text(side: TelegramSide, telegram: FakeTelegram) -> None:
    telegram.write(CHAT, "", text=None, photo=PICTURE, caption="web bị lỗi này nè")
    side.receive()
    assert said(side.rows)[0] == "echo: web bị lỗi này nè"
    assert side.inbound[0].body["details"]["kind"] == "photo"


def test_an_album_is_answered_once(side: TelegramSide, telegram: FakeTelegram) -> None:
    for _ in range(4):
        telegram.write(CHAT, "", text=None, photo=PICTURE, media_group_id="g1")
    side.receive()
    assert (len(side.inbound), len(said(side.rows))) == (4, 1)


def test_a_photo_that_staff_will_see_is_only_acknowledged(side: TelegramSide, telegram: FakeTelegram) -> None:
    telegram.write(CHAT, "gặp nhân viên")
    side.receive()
    conversation_id = side.inbound[0].conversation_id
    with side.store.transaction() as session:
        request_handoff(session, conversation_id, find_contact(session, "telegram", str(CHAT)) or "", HandoffRequest("asked", utc_now()))
    telegram.write(CHAT, "", text=None, photo=PICTURE)
    side.receive()
    assert "nhân viên xem" in said(side.rows)[-1]
    with side.store.transaction() as session:
        claim_conversation(session, conversation_id, "5" * 32, utc_now())
    before = len(said(side.rows))
    telegram.write(CHAT, "", text=None, photo=PICTURE)
    side.receive()
    assert len(said(side.rows)) == before


@pytest.mark.parametrize("label, intent, slots", [
    ("Đồng ý, lưu số này", "give_contact", {"phone": "+84912345678"}), ("Không, đừng lưu", "deny", {}),
])
def test_the_own_number_is_kept_only_after_a_yes(
    side: TelegramSide, telegram: FakeTelegram, label: str, intent: str, slots: dict[str, str],
) -> None:
    telegram.write(CHAT, "", text=None, contact=OWN_PHONE)
    side.receive()
    assert "phone" not in str(side.inbound[0].body)
    side.press(telegram, label)
    assert side.inbound[-1].body["choice"] == {"intent": intent, "slots": slots}


def test_an_edit_keeps_both_wordings_and_answers_nothing_by_itself(side: TelegramSide, telegram: FakeTelegram) -> None:
    written = telegram.write(CHAT, "giá hosting S?")
    side.receive()
    telegram.edit(written, "giá hosting M?")
    side.receive()
    body = side.inbound[0].body
    assert (body["text"], [item["text"] for item in body["earlier"]]) == ("giá hosting M?", ["giá hosting S?"])
    assert [text for text in said(side.rows) if text.startswith("echo")] == ["echo: giá hosting S?"]
    side.press(telegram, "Trả lời tin đã sửa")
    assert said(side.rows)[-1] == "echo: giá hosting M?"


@pytest.mark.parametrize("text", ["giá hosting S?!", "Giá  hosting s", "giá hosting S?"])
def test_a_corrected_comma_is_no_news(side: TelegramSide, telegram: FakeTelegram, text: str) -> None:
    written = telegram.write(CHAT, "giá hosting S?")
    side.receive()
    before = len(said(side.rows))
    telegram.edit(written, text)
    side.receive()
    assert len(said(side.rows)) == before
    assert side.inbound[0].body["text"] == text


def test_edits_that_come_twice_or_late_change_nothing(side: TelegramSide, telegram: FakeTelegram) -> None:
    written = telegram.write(CHAT, "một")
    side.receive()
    newest = telegram.edit(written, "ba", at=120)
    telegram.repeat(newest)
    telegram.edit(written, "hai", at=60)
    telegram.edit(written, "", at=180)
    side.receive()
    assert [item["text"] for item in side.inbound[0].body["earlier"]] == ["một"]
    assert side.inbound[0].body["text"] == "ba"


def test_an_edit_before_the_answer_is_what_gets_answered(side: TelegramSide, telegram: FakeTelegram) -> None:
    written = telegram.write(CHAT, "giá hosting S?")
    telegram.edit(written, "giá hosting M?")
    side.receive()
    assert [text for text in said(side.rows) if text.startswith("echo")] == ["echo: giá hosting M?"]


def test_an_edit_of_what_we_never_saw_opens_nothing(side: TelegramSide, telegram: FakeTelegram) -> None:
    telegram.edit(telegram.write(CHAT, "cũ"), "mới")
    telegram.updates.pop(0)
    side.receive()
    assert side.rows == []


def test_a_contact_who_blocks_the_bot_is_no_longer_written_to_and_staff_know(side: TelegramSide, telegram: FakeTelegram) -> None:
    telegram.write(CHAT, "chào")
    side.receive()
    telegram.change_membership(CHAT, "kicked")
    side.receive()
    assert {state for state, _ in side.states(("queued", "trying", "failed"))} == {"failed"}
    assert "chặn bot" in side.rows[-1].body["text"]
    assert side.rows[-1].direction == "note"
    telegram.change_membership(CHAT, "member")
    side.receive()
    assert "mở lại" in side.rows[-1].body["text"]


def test_a_strangers_button_changes_nothing(side: TelegramSide, telegram: FakeTelegram) -> None:
    telegram.press(CHAT, "x" * 64)
    side.receive()
    assert side.rows == []
    telegram.write(CHAT, "chào")
    side.receive()
    with side.store.transaction() as session:
        assert find_contact(session, "telegram", "999") is None
    side.reply("Chọn nhé", choice=Choice("Xem giá", "ask_price"))
    token = side.rows[-1].body["choices"][0]["token"]
    telegram.write(999, "người khác")
    telegram.press(999, token)
    side.receive()
    assert len(side.inbound) == 1
