from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.entities import EntityMatcher
from journey_state.content import get_content

TODAY = date(2026, 11, 22)


@pytest.fixture(scope="module")
def matcher() -> EntityMatcher:
    return EntityMatcher(get_content())


def read(matcher: EntityMatcher, text: str, name: str) -> list[Any]:
    return [entity.value for entity in matcher.find(text, TODAY) if entity.name == name]


@pytest.mark.parametrize(("text", "name", "values"), [
    ("Gói M bao nhiêu", "plan", ["hosting-m"]), ("goi mien phi co gi", "plan", ["hosting-free"]),
    ("mail pro 5 nguoi", "plan", ["email-pro"]),
    ("the free tier", "plan", ["hosting-free"]), ("VPS8 còn không", "plan", ["vps-8"]),
    ("đổi từ S lên L", "plan", ["hosting-s", "hosting-l"]),
    ("hosting hay vps", "product", ["hosting", "vps"]), ("email công ty", "product", ["email"]), ("thuê máy chủ ảo", "product", ["vps"]),
    ("gửi vào email nam@x.vn", "product", []), ("mailboxes for my team", "product", ["email"]), ("email pro", "product", ["email"]),
    ("trả theo năm", "billing_period", ["year"]), ("tra hang thang", "billing_period", ["month"]),
    ("a year up front", "billing_period", ["year"]),
    ("ngân sách 1tr2", "money", [1_200_000]), ("sđt 0912 345 678", "phone", ["+84912345678"]), ("nam@x.vn nhé", "email", ["nam@x.vn"]),
    ("TK-10234", "ticket_number", ["TK-10234"]), ("đơn dh2041", "order_number", ["DH-2041"]),
    ("SEN-ab12cd", "referral_code", ["SEN-AB12CD"]),
    ("hẹn 25/11 nhé", "date", ["2026-11-25"]), ("mai được không", "date", ["2026-11-23"]), ("thứ sáu", "date", ["2026-11-27"]),
    ("yesterday", "date", ["2026-11-21"]), ("day after tomorrow", "date", ["2026-11-24"]), ("5 sao", "rating", ["5"]),
    ("10 users", "users", ["10"]),
    ("xoá hết dữ liệu của em", "privacy_request", ["erase"]), ("xoa du lieu cua toi", "privacy_request", ["erase"]),
    ("delete all my personal data", "privacy_request", ["erase"]), ("forget me", "privacy_request", ["erase"]),
    ("cho mình bản sao dữ liệu", "privacy_request", ["export"]), ("send me a copy of my data", "privacy_request", ["export"]),
    ("tôi rút lại sự đồng ý", "privacy_request", ["withdraw"]), ("unsubscribe", "privacy_request", ["withdraw"]),
    ("bên bạn lưu những gì về tôi", "privacy_request", ["info"]), ("what do you know about me", "privacy_request", ["info"]),
    ("có SSL không", "attribute", ["ssl"]), ("chào shop", "plan", []), ("", "plan", []),
])
def test_values_are_read_and_normalised(matcher: EntityMatcher, text: str, name: str, values: list[Any]) -> None:
    assert read(matcher, text, name) == values


@pytest.mark.parametrize(("text", "piece", "name"), [
    ("Cho hỏi Gói M với", "M", "plan"), ("\u200bmua EMAIL PRO nha", "EMAIL PRO", "plan"), ("khoảng 1tr2 thôi", "1tr2", "money"),
    ("gọi +84 90 123 4567 nhé", "+84 90 123 4567", "phone"), ("Xoá hết dữ liệu đi", "Xoá hết dữ liệu", "privacy_request"),
])
def test_offsets_are_those_of_the_original_text(matcher: EntityMatcher, text: str, piece: str, name: str) -> None:
    assert piece in [text[entity.start:entity.end] for entity in matcher.find(text, TODAY) if entity.name == name]


def test_what_others_wrote_on_the_message_stays(matcher: EntityMatcher) -> None:
    message = Message(data={"text": "gói L", "entities": [{"entity": "language", "value": "vi"}]})
    [answered] = matcher.process([message])
    assert [(entity["entity"], entity["value"]) for entity in answered.get("entities")] == [("language", "vi"), ("plan", "hosting-l")]


def test_every_plan_of_the_business_is_known_by_its_name(matcher: EntityMatcher) -> None:
    for plan in get_content().plans.values():
        assert read(matcher, f"cho mình {plan.name} nhé", "plan") == [plan.id]


@pytest.mark.parametrize("text", ["a" * 100_000, "\x00\x01", "<b>x</b>'; DROP TABLE", "\u202egnitsoh", "🙂" * 500])
def test_hostile_texts_are_calmly_read(matcher: EntityMatcher, text: str) -> None:
    assert read(matcher, text, "plan") == []
